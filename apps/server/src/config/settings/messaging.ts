import { isOrigin } from '../accepts.ts';
import { integer, list } from '../setting.ts';

const sockets = 'Sockets';
const messages = 'Messages and groups';
const rates = 'Rate limits';

export const messagingSettings = {
  WS_MAX_FRAME_SIZE: integer(1_048_576, [1_024, 16_777_216], {
    section: sockets,
    unit: 'bytes',
    description: 'Largest frame a client may send, and largest body of an HTTP request',
  }),
  WS_MESSAGE_BUFFER_SIZE: integer(256, [8, 65_536], {
    section: sockets,
    unit: 'frames',
    description: 'Frames that may wait for a reader who does not keep up',
  }),
  WS_HEARTBEAT_INTERVAL: integer(25, [1, 300], {
    section: sockets,
    unit: 'seconds',
    description: 'A client is asked for life so often; after two unanswered times it is cut',
  }),
  ALLOWED_ORIGINS: list(
    { expected: 'origins such as https://chat.acme.org between commas', accepts: isOrigin },
    {
      section: sockets,
      description:
        'Pages whose scripts may connect, given a token; unset or * is every page, and production refuses *. Programs that send no Origin are not concerned',
    },
  ),
  SOCKETS_PER_USER: integer(20, [1, 10_000], {
    section: sockets,
    unit: 'sockets',
    description: 'Sockets (devices) one user may have open on one node',
  }),
  REBALANCE_SOCKETS_PER_SECOND: integer(0, [0, 1_000], {
    section: sockets,
    unit: 'sockets',
    description:
      'Sockets a second that a node with clearly more than the average asks to connect anew, where the balancer sends them; 0: none',
  }),
  SOCKETS_PER_ADDRESS: integer(20_000, [1, 1_000_000], {
    section: sockets,
    unit: 'sockets',
    description: 'Sockets one address may have open on one node',
  }),
  MESSAGE_MAX_LENGTH: integer(4_096, [1, 65_536], {
    section: messages,
    unit: 'code points',
    description: 'Longest text, after trimming',
  }),
  MESSAGE_BATCH_SIZE: integer(200, [1, 1_000], {
    section: messages,
    unit: 'messages',
    description: 'Most messages written in one transaction',
  }),
  MESSAGE_LANES: integer(2, [1, 16], {
    section: messages,
    unit: 'lanes',
    description: 'Batches written at the same time; each lane holds one connection while it writes',
  }),
  MESSAGE_EDIT_WINDOW_HOURS: integer(24, [0, 87_600], {
    section: messages,
    unit: 'hours',
    description: 'How long a message can be edited after it was sent',
  }),
  MESSAGE_RECALL_WINDOW_HOURS: integer(24, [0, 87_600], {
    section: messages,
    unit: 'hours',
    description: 'How long its sender can delete a message for all; who moderates can at any time',
  }),
  GROUP_MAX_MEMBERS: integer(10_000, [2, 1_000_000], {
    section: messages,
    unit: 'members',
    description: 'Most members of a group',
  }),
  RATE_LIMIT_SENDS_PER_SECOND: integer(100, [1, 1_000_000], {
    section: rates,
    unit: 'messages',
    description: 'Messages a user may send each second, in the long run',
  }),
  RATE_LIMIT_SENDS_BURST: integer(300, [1, 1_000_000], {
    section: rates,
    unit: 'messages',
    description: 'Messages a user may send at once after a pause',
  }),
  RATE_LIMIT_REQUESTS_PER_SECOND: integer(200, [1, 1_000_000], {
    section: rates,
    unit: 'requests',
    description: 'Requests of every kind a user may make each second, in the long run',
  }),
  RATE_LIMIT_REQUESTS_BURST: integer(600, [1, 1_000_000], {
    section: rates,
    unit: 'requests',
    description: 'Requests a user may make at once after a pause',
  }),
  RATE_LIMIT_AUTH_FAILURES_PER_MINUTE: integer(120, [1, 1_000_000], {
    section: rates,
    unit: 'failures',
    description: 'Refused tokens an address may present each minute before it has to wait',
  }),
};
