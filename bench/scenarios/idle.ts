import { type Fleet, newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import { residentBytesAfterCollection } from '../measure/resident-memory.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startNova } from '../subjects/nova.ts';
import type { Subject } from '../subjects/subject.ts';
import { withLoad } from './with-load.ts';

const sizes = [5_000, 18_000];
const openConcurrency = 128;
const inboxConcurrency = 32;
/** One process may have 20,000 files open on a small machine. */
const socketsPerGenerator = 9_000;

/** P4: authenticated sockets that have listed their inbox and then keep still. */
export async function idle(options: Options): Promise<Outcome> {
  const counts = options.sockets === undefined ? sizes : [options.sockets];
  const largest = Math.max(...counts);
  const fleetOptions = {
    processes: options.generators ?? Math.ceil(largest / socketsPerGenerator),
    users: newUsers(largest),
    cpus: options.generatorCpus,
  };
  const startedAt = performance.now();
  return withLoad(
    () => startNova({ cpus: options.subjectCpus, inspect: true }),
    fleetOptions,
    async (subject, fleet) => {
      await fleet.recruit();
      const emptyProcessBytes = await residentBytes(subject);
      const variants: Record<string, { residentBytesPerSocket: number }> = {};
      const bytesAt = new Map<number, number>();
      let opened = 0;
      for (const sockets of counts) {
        await openWithInbox(fleet, sockets - opened, sockets);
        opened = sockets;
        const bytes = (await residentBytes(subject)) - emptyProcessBytes;
        bytesAt.set(sockets, bytes);
        variants[`${sockets} sockets`] = { residentBytesPerSocket: bytes / sockets };
      }
      const [smallest, ...larger] = counts.toSorted((a, b) => a - b);
      const most = larger.at(-1);
      // What a warmed-up process needs whatever the sockets falls out of the difference.
      const further =
        smallest === undefined || most === undefined
          ? {}
          : {
              residentBytesPerFurtherSocket:
                ((bytesAt.get(most) ?? 0) - (bytesAt.get(smallest) ?? 0)) / (most - smallest),
            };
      const perSocket = Object.values(variants).map((variant) => variant.residentBytesPerSocket);
      return {
        scenario: 'idle',
        subject: 'nova',
        commit: commit(),
        seconds: (performance.now() - startedAt) / 1_000,
        residentBytesPerSocket: Math.max(...perSocket),
        ...further,
        emptyProcessBytes,
        variants,
        ...(await fleet.settle(0)),
      };
    },
  );
}

async function openWithInbox(fleet: Fleet, sockets: number, open: number): Promise<void> {
  await fleet.open(openConcurrency, sockets);
  await fleet.all('pair', () => ({}));
  await fleet.all('ask', () => ({
    type: 'conversation.list',
    data: {},
    ofConversation: false,
    askers: Math.ceil(open / fleet.size),
    concurrency: inboxConcurrency,
    requests: Math.ceil(open / fleet.size),
  }));
}

function residentBytes({ child, inspectorUrl }: Subject): Promise<number> {
  if (inspectorUrl === undefined) throw new Error('the service has no inspector');
  return residentBytesAfterCollection(child.pid, inspectorUrl);
}
