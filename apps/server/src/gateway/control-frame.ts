import { encodeFrame } from '#delivery/encode-frame.js';

type ControlName =
  | 'session.ready'
  | 'session.cursor'
  | 'session.resumed'
  | 'session.draining'
  | 'session.expiring';

/** A frame about one socket alone. */
export function controlFrame(event: ControlName, payload: object): Buffer {
  return encodeFrame(JSON.stringify({ event, data: payload }));
}
