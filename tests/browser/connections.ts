/** What the browser itself says of a page's connections: by which way media goes, and what arrives. */

import { until } from '@nova/dev-env';
import type { BrowserContext, Page } from 'playwright-core';

/** One connection that is in use. */
export interface Flow {
  /** Frames of the other side's pictures that were decoded so far. */
  readonly framesDecoded: number;
  /** `relay` where media goes through a TURN server. */
  readonly way: string;
  /** How this side reaches that server. */
  readonly relayProtocol: string;
  /** Another one after every restart of ICE. */
  readonly usernameFragment: string;
}

interface Watched {
  readonly connections: RTCPeerConnection[];
  /** When the button was pressed that answers, and when the first frame after it was decoded. */
  acceptedAtMs: number;
  firstFrameAtMs: number;
}

declare global {
  var watched: Watched;
}

/** Before a page is loaded: keeps its connections in sight, and sends them only by TURN if asked to. */
export const watchConnections =
  (policy: RTCIceTransportPolicy = 'all') =>
  async (context: BrowserContext): Promise<void> => {
    await context.addInitScript((iceTransportPolicy: RTCIceTransportPolicy) => {
      const watched: Watched = { connections: [], acceptedAtMs: 0, firstFrameAtMs: 0 };
      globalThis.watched = watched;
      const decoded = async (connection: RTCPeerConnection): Promise<boolean> => {
        const stats = [...(await connection.getStats()).values()];
        return stats.some(({ framesDecoded = 0 }) => framesDecoded > 0);
      };
      const look = async (connection: RTCPeerConnection): Promise<void> => {
        if (connection.connectionState === 'closed') return;
        if (await decoded(connection)) watched.firstFrameAtMs = Date.now();
        else setTimeout(() => void look(connection), 20);
      };
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(configuration?: RTCConfiguration) {
          super({ ...configuration, iceTransportPolicy });
          watched.connections.push(this);
          void look(this);
        }
      };
      const pressed = ({ target }: Event): void => {
        const button = target instanceof Element ? target.closest('button') : null;
        if (button?.classList.contains('accept')) watched.acceptedAtMs = Date.now();
      };
      addEventListener('click', pressed, true);
    }, policy);
  };

/** The connections of a page that carry media now. */
export const flowsOf = (page: Page): Promise<readonly Flow[]> =>
  page.evaluate(async () => {
    const connected = globalThis.watched.connections.filter(
      ({ connectionState }) => connectionState === 'connected',
    );
    return Promise.all(
      connected.map(async (connection) => {
        const stats = [...(await connection.getStats()).values()];
        const transport = stats.find(({ type }) => type === 'transport');
        const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
        const local = stats.find(({ id }) => id === pair?.localCandidateId);
        return {
          framesDecoded: stats.reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0),
          way: local?.candidateType ?? '',
          relayProtocol: local?.relayProtocol ?? '',
          usernameFragment: transport?.iceLocalUsernameFragment ?? '',
        };
      }),
    );
  });

/** Waits until a page decodes more frames of each of so many others than it had at first. */
export async function decodes(page: Page, others = 1): Promise<readonly Flow[]> {
  const first = await flowing(page, others, () => 0);
  return flowing(page, others, (index) => first[index]?.framesDecoded ?? 0);
}

const flowing = (
  page: Page,
  others: number,
  beyond: (index: number) => number,
): Promise<readonly Flow[]> =>
  until(
    'frames are decoded',
    async () => {
      const flows = await flowsOf(page);
      const grown = flows.filter(({ framesDecoded }, index) => framesDecoded > beyond(index));
      return grown.length === others ? flows : undefined;
    },
    60_000,
  );
