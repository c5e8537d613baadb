import type { Config } from '#config/config.js';
import type { Database } from '#db/database.js';
import { Hub } from '#delivery/hub.js';
import { RecentEvents } from '#delivery/recent-events.js';
import { Congestion } from '#gateway/congestion.js';
import { Tail } from '#log/tail.js';
import type { Logger } from '#observe/logger.js';
import type { Metrics } from '#observe/metrics.js';
import type { Tracer } from '#observe/tracer.js';
import { MarkerTail } from '#receipts/marker-tail.js';
import { handOnPassed } from '#sync/hand-on-passed.js';
import { createFindMembers, createReadMissing } from '#sync/read-missing.js';
import { type BusLink, openBus } from './open-bus.ts';
import type { Rooms } from './rooms.ts';

export interface DeliveryOptions {
  readonly config: Config;
  readonly db: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Furnished after this, with what is built here. */
  readonly rooms: () => Rooms;
}

/** The way of an event once it is committed: bus, hub, and the tail as the net under both. */
export interface Delivery {
  readonly tail: Tail;
  readonly hub: Hub;
  readonly bus: BusLink['bus'];
  readonly directory: BusLink['directory'];
  readonly link: Omit<BusLink, 'bus' | 'directory'>;
  readonly congestion: Congestion;
  readonly recent: RecentEvents;
  readonly databaseSilentMs: () => number;
}

const tailIntervalMs = 1_000;
const hurriedTailIntervalMs = 100;
/** Of events kept for those who come back: some seconds of a node that is as busy as can be. */
const recentBytes = 32 * 1_048_576;

export function openDelivery(options: DeliveryOptions): Delivery {
  const { config, db, metrics, logger, tracer, rooms } = options;
  let databaseSeenAt = Date.now();
  const tail: Tail = new Tail({
    db,
    intervalMs: tailIntervalMs,
    hurriedIntervalMs: hurriedTailIntervalMs,
    onPassed: handOnPassed(
      () => hub,
      () => rooms().replay,
    ),
    onUncarried: async (since, last) => {
      await markers.bring(since, last);
      await rooms().calls.tail.bring(since, last);
    },
    onRows: (rows) => metrics.tailRows.inc(rows),
    onPass: (seconds) => metrics.tailPassDuration.observe(seconds),
    onHorizon: (_horizon, unchangedMs) => {
      databaseSeenAt = Date.now();
      metrics.logHorizonAge.set(unchangedMs / 1000);
    },
    onError: (error) => logger.warn({ error }, 'the tail could not read the log'),
  });
  const recent = new RecentEvents(recentBytes);
  const hub = new Hub({
    findMembers: createFindMembers(db),
    readMissing: (missing) =>
      createReadMissing({ ...rooms().replay, horizon: () => tail.horizon })(missing),
    onOrdered: (event) => recent.add(event),
    onGapRepaired: (rows) => metrics.gapsRepaired.inc(rows),
    onDelivered: (frames) => metrics.deliveries.inc(frames),
    onError: (error, doing) => logger.warn({ error }, `${doing} failed; trying again`),
  });
  const markers = new MarkerTail({ db, deliver: (events) => hub.receive(events) });
  const { bus, directory, ...link } = openBus({ config, metrics, logger, tail });
  bus.subscribe((batch) => {
    const span = tracer.enabled ? tracer.start('deliver', { events: batch.length }) : undefined;
    hub.receive(batch);
    span?.end();
  });
  const databaseSilentMs = (): number => Date.now() - databaseSeenAt;
  const congestion = new Congestion();
  return { tail, hub, bus, directory, link, congestion, recent, databaseSilentMs };
}
