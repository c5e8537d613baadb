import { isIceUrl } from '../accepts.ts';
import { integer, list } from '../setting.ts';

const section = 'Calls';

export const callSettings = {
  VIDEO_CALL_MAX_DURATION_HOURS: integer(12, [1, 168], {
    section,
    unit: 'hours',
    description: 'A call that lasts so long is ended; a minute before everybody is told',
  }),
  VIDEO_CALL_IDLE_TIMEOUT_MINUTES: integer(5, [1, 1_440], {
    section,
    unit: 'minutes',
    description: 'How long one person may wait alone in a group call before it is ended',
  }),
  VIDEO_CALL_RING_SECONDS: integer(60, [5, 300], {
    section,
    unit: 'seconds',
    description: 'How long a call rings before it is a missed one',
  }),
  STUN_URLS: list(
    {
      expected: 'addresses such as stun:turn.acme.org:3478 between commas',
      accepts: isIceUrl(['stun', 'stuns']),
    },
    { section, description: 'STUN servers that clients ask for their public address' },
  ),
  TURN_URLS: list(
    {
      expected: 'addresses such as turn:turn.acme.org:3478?transport=udp between commas',
      accepts: isIceUrl(['turn', 'turns']),
    },
    {
      section,
      description:
        'TURN servers that relay media where no direct way exists; unset, calls between some networks do not connect',
    },
  ),
  TURN_SECRETS: list(
    {
      expected: 'one to three secrets of at least 16 characters between commas',
      accepts: (secret) => secret.length >= 16,
    },
    {
      section,
      secret: true,
      description:
        'Secrets shared with the TURN servers (static-auth-secret of coturn); while there are several, clients get credentials of each, so service and servers can change theirs in any order',
    },
  ),
};
