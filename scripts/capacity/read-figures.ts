/** The figures of `bench/RESULTS.md` that the capacity of a pod follows from. */
export interface Figures {
  /** Cores and memory of the machine. */
  readonly measuredOn: string;
  readonly sendsPerSecond: number;
  readonly microsPerMessage: number;
  readonly databaseMicrosPerMessage: number;
  readonly deliveriesPerSecond: number;
  readonly microsPerDelivery: number;
  readonly bytesPerSocket: number;
  readonly emptyBytes: number;
  readonly connectsPerSecond: number;
  readonly microsPerConnect: number;
  /** From a send to its acknowledgement, well below what the node can do. */
  readonly acknowledgeP50Ms: number;
  readonly acknowledgeP99Ms: number;
  readonly acknowledgedPerSecond: number;
  /** With nothing to migrate. */
  readonly startMs: number;
}

/** Throws where a figure is missing, with its name. */
export function readFigures(results: string): Figures {
  const figure = (scenario: string, row: string): number => {
    const [, section = ''] = results.split(`\n### ${scenario}\n`);
    const [own = ''] = section.split('\n### ');
    const line = own.split('\n').find((one) => one.startsWith(`| ${row} |`));
    const value = Number(line?.split('|')[2]?.replaceAll(',', ''));
    if (!(value > 0)) throw new Error(`bench/RESULTS.md has no figure "${row}" of ${scenario}`);
    return value;
  };
  return {
    measuredOn: /Machine: (.*?), Linux/.exec(results)?.[1] ?? 'an unnamed machine',
    sendsPerSecond: figure('send', 'sends/s'),
    microsPerMessage: figure('send', 'service µs a message'),
    databaseMicrosPerMessage: figure('send', 'database µs a message'),
    deliveriesPerSecond: figure('fanout', 'deliveries/s'),
    microsPerDelivery: figure('fanout', 'service µs a delivery'),
    bytesPerSocket: figure('idle', 'resident bytes a socket'),
    emptyBytes: figure('idle', 'empty process bytes'),
    connectsPerSecond: figure('connect', 'connects/s'),
    microsPerConnect: figure('connect', 'service µs a connect'),
    acknowledgeP50Ms: figure('latency', 'p50 ms'),
    acknowledgeP99Ms: figure('latency', 'p99 ms'),
    acknowledgedPerSecond: figure('latency', 'sends/s'),
    startMs: figure('start', 'production boot ms'),
  };
}
