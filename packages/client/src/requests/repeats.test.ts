import { operations } from '@nova/protocol';
import { expect, it } from 'vitest';
import { repeats } from './repeats.ts';

it('says of every operation what the contract says', () => {
  const contract = Object.values(operations).map(({ name, repeat }) => [name, repeat]);
  expect(repeats).toEqual(Object.fromEntries(contract));
});
