import type { Figures } from './read-figures.ts';
import type { Pod } from './read-pod.ts';

const crowds = [10_000, 50_000, 100_000, 150_000];
/** Of the limit: what the alert on memory leaves free. */
const usableShare = 0.85;

export interface Capacity {
  /** At which the autoscaler adds a pod. */
  readonly sockets: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** What the limit of memory can hold, idle. */
  readonly mostSockets: number;
}

export function capacityOf(figures: Figures, pod: Pod): Capacity {
  const { bytesPerSocket, emptyBytes, microsPerMessage, microsPerDelivery } = figures;
  const micros = pod.requestCores * pod.cpuShare * 1e6;
  const within = (bytes: number): number => Math.floor((bytes - emptyBytes) / bytesPerSocket);
  return {
    sockets: within(pod.requestBytes * pod.memoryShare),
    messagesPerSecond: Math.floor(micros / microsPerMessage),
    deliveriesPerSecond: Math.floor(micros / microsPerDelivery),
    mostSockets: within(pod.limitBytes * usableShare),
  };
}

/** Such that those who are left can take over one pod. */
export const podsFor = (sockets: number, { sockets: perPod }: Capacity, { minPods }: Pod): number =>
  Math.max(minPods, Math.ceil(sockets / perPod) + 1);

/** Two digits are more than a measurement of another machine promises. */
const about = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en');

export function capacityMarkdown(figures: Figures, pod: Pod): string {
  const capacity = capacityOf(figures, pod);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const mebi = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const rows = crowds.map((sockets) => {
    const pods = podsFor(sockets, capacity, pod);
    const each = Math.ceil(sockets / pods);
    const afterLoss = Math.ceil(sockets / (pods - 1));
    const seconds = Math.ceil((afterLoss - each) / figures.connectsPerSecond);
    const memory = mebi(figures.emptyBytes + each * figures.bytesPerSocket);
    const fits = pods > pod.maxPods ? ` (raise \`maxReplicas\` past ${pod.maxPods})` : '';
    return `| ${about(sockets)} | ${pods}${fits} | ${about(each)} | ${memory} | ${seconds} s |`;
  });
  return `# Capacity

<!-- Computed from bench/RESULTS.md and the manifests by \`npm run docs\`; edit those. -->

Measured on ${figures.measuredOn}, together with the database and the load.
On cores of your own measure again (\`npm run bench -- all\`) and let \`npm run docs\` compute this
page anew.

## One pod

| what | measured | CPU each |
|---|---|---|
| durable, acknowledged messages | ${about(figures.sendsPerSecond)}/s | ${about(figures.microsPerMessage)} µs, and ${about(figures.databaseMicrosPerMessage)} µs of the database |
| deliveries to sockets | ${about(figures.deliveriesPerSecond)}/s | ${about(figures.microsPerDelivery)} µs |
| new sockets | ${about(figures.connectsPerSecond)}/s | ${about(figures.microsPerConnect)} µs |
| memory | ${mebi(figures.emptyBytes)} empty | ${about(figures.bytesPerSocket / 1_024)} KiB an idle socket |
| an acknowledgement, at ${about(figures.acknowledgedPerSecond)} messages/s | ${about(figures.acknowledgeP50Ms)} ms, and ${about(figures.acknowledgeP99Ms)} ms at the 99th percentile | |
| start, with nothing to migrate | ${about(figures.startMs / 1_000)} s | |

## When the autoscaler adds one

It goes by shares of the request: ${percent(pod.cpuShare)} of ${pod.requestCores} cores, ${percent(pod.memoryShare)} of ${mebi(pod.requestBytes)}. Whichever comes first:

| what fills a pod | at about |
|---|---|
| idle sockets | ${about(capacity.sockets)} |
| messages written, and nothing else | ${about(capacity.messagesPerSecond)}/s |
| deliveries, and nothing else | ${about(capacity.deliveriesPerSecond)}/s |

The limit of ${mebi(pod.limitBytes)} holds about ${about(capacity.mostSockets)} idle sockets, with ${percent(1 - usableShare)} left free. Mixed load adds up: a
pod with half of the messages has room for half of the deliveries.

## How many pods

Such that the others can take over a pod that dies: for so many sockets in all, mostly idle.

| sockets | pods | sockets a pod | memory a pod | until the others have taken over one that dies |
|---|---|---|---|---|
${rows.join('\n')}

Messages come on top: for each ${about(capacity.messagesPerSecond)}/s count another pod, and
${about((capacity.messagesPerSecond * figures.databaseMicrosPerMessage) / 1e6)} cores of the database.
`;
}
