import { expect, it } from 'vitest';
import { socketAddress } from './socket.ts';

it.each([
  ['http://localhost:3000', 'ws://localhost:3000/ws?deviceId=d'],
  ['https://chat.example/', 'wss://chat.example/ws?deviceId=d'],
  ['https://example.org/nova/', 'wss://example.org/nova/ws?deviceId=d'],
  ['ws://localhost', 'ws://localhost/ws?deviceId=d'],
])('%s leads to %s', (url, expected) => {
  expect(socketAddress(url, 'd')).toBe(expected);
});
