import type { Candidate, Description } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { invalidField } from '../errors.ts';

interface Input {
  readonly description?: Description;
  readonly candidates?: readonly Candidate[];
}

/** Lines of one letter, `=` and a value, the first the version (RFC 8866 §5 and §9). */
const sdpLines = /^v=0\r?\n(?:[a-z]=[^\r\n\0]*\r?\n)*[a-z]=[^\r\n\0]*(?:\r?\n)?$/;

/** A candidate as in RFC 8839 §5.1, or the empty one that ends them. */
const candidateLine = /^(?:a=)?candidate:[^\r\n\0]*$|^$/;

/** What the schema cannot say. What passes is handed on as it is: nothing of it is kept. */
export function checkSignal({ description, candidates }: Input): void {
  if ((description === undefined) === (candidates === undefined)) {
    throw invalidField('description', 'either a description or candidates');
  }
  if (description !== undefined) {
    if (Buffer.byteLength(description.sdp) > limits.sdpBytes) {
      throw invalidField('description.sdp', `at most ${limits.sdpBytes} bytes`);
    }
    if (!sdpLines.test(description.sdp)) {
      throw invalidField('description.sdp', 'SDP: lines such as v=0, o=…, s=…');
    }
  }
  const wrong = candidates?.findIndex(({ candidate }) => !candidateLine.test(candidate)) ?? -1;
  if (wrong >= 0) throw invalidField(`candidates.${wrong}.candidate`, 'candidate:… or nothing');
}
