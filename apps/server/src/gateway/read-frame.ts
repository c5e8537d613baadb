import type { RequestFrame } from '@nova/protocol/wire';
import { checkStrings } from '#dispatch/check-strings.js';
import { invalidField, NovaError } from '../errors.ts';

/** A frame that cannot be answered under its own id. */
export class FrameError extends Error {
  readonly id: number | null;
  readonly reason: NovaError;

  constructor(id: number | null, reason: NovaError) {
    super(reason.message);
    this.id = id;
    this.reason = reason;
  }
}

const known = new Set(['id', 'type', 'data']);

/** Reads `{id, type, data}`; throws FrameError with the id where one could be read. */
export function readFrame(text: string): RequestFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    throw new FrameError(null, new NovaError('invalidRequest', 'the frame is not JSON'));
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new FrameError(null, new NovaError('invalidRequest', 'the frame is not a JSON object'));
  }
  const { id, type, data } = frame as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
    throw new FrameError(null, invalidField('id', 'an integer of at least 0'));
  }
  if (typeof type !== 'string') throw new FrameError(id, invalidField('type', 'a string'));
  for (const name of Object.keys(frame)) {
    if (!known.has(name))
      throw new FrameError(id, invalidField(name.slice(0, 80), 'no such field'));
  }
  const fields = data === undefined ? {} : data;
  try {
    checkStrings(text, fields);
  } catch (error) {
    if (error instanceof NovaError) throw new FrameError(id, error);
    throw error;
  }
  return { id, type, data: fields as RequestFrame['data'] };
}
