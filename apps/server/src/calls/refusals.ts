import { limits } from '@nova/protocol/wire';
import { NovaError } from '../errors.ts';

/** The same words whether it does not exist or is not the caller's: neither is told. */
export const callNotFound = (): NovaError => new NovaError('notFound', 'no such call');

export const notInCall = (): NovaError =>
  new NovaError('notFound', 'this device is not in the call');

export const callOver = (words = 'the call is over'): NovaError => new NovaError('callOver', words);

export const legOver = (): NovaError => callOver('this leg has ended: join again for another');

export const answeredElsewhere = (): NovaError =>
  new NovaError('answeredElsewhere', 'another device answered the call');

export const callFull = (): NovaError =>
  new NovaError('callFull', `a call has at most ${limits.callParticipants} participants`);

export const callBusy = (words: string): NovaError =>
  new NovaError('callBusy', words, { retryAfterMs: 30_000 });

export const inAnotherCall = (): NovaError => callBusy('you are in another call: leave it first');
