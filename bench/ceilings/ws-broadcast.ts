// The raw ceiling of fan-out without gathering: events made ready as text, and `ws.send` for each
// socket and event, as fast as the readers take them.

import { randomUUID } from 'node:crypto';
import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { nowMicros } from '../generator/clock.ts';
import { newServer, serve } from '../peers/serve.ts';

const pendingBytesMax = 65_536;

const http = newServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const sockets = new Set<WebSocket>();
const conversationId = randomUUID();
const senderId = randomUUID();
let running = false;
let seq = 0;

function nextEvent(): string {
  seq += 1;
  const at = new Date().toISOString();
  const text = `${String(nowMicros()).padStart(15, '0')} `.padEnd(
    160,
    'abcdefghijklmnopqrstuvwxyz',
  );
  const message = { id: randomUUID(), conversationId, seq, senderId, kind: 'text', text };
  const data = { ...message, version: 1, createdAt: at };
  return JSON.stringify({ event: 'message.created', conversationId, pos: seq, at, data });
}

async function broadcast(): Promise<void> {
  running = true;
  while (running) {
    const event = nextEvent();
    for (const socket of sockets) socket.send(event);
    await nextTick();
    while ([...sockets].some((socket) => socket.bufferedAmount > pendingBytesMax)) await pause(1);
  }
  process.send?.({ accepted: seq });
}

server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.send(JSON.stringify({ event: 'session.ready', data: {} }));
});

process.on('message', (order: 'start' | 'stop') => {
  if (order === 'start') void broadcast();
  else running = false;
});

await serve(http, async () => {
  for (const socket of sockets) socket.terminate();
});
