import type { Metrics } from './metrics.ts';

interface Observed {
  observe(seconds: number): void;
}

/** Children of a metric are looked up once: the label hash costs more than the observation. */
function children<Child>(make: (label: string) => Child): (label: string) => Child {
  const made = new Map<string, Child>();
  return (label) => {
    let child = made.get(label);
    if (child === undefined) {
      child = make(label);
      made.set(label, child);
    }
    return child;
  };
}

export function queryObserver(metrics: Metrics) {
  const durations = children<Observed>((statement) =>
    metrics.databaseQueryDuration.labels({ statement }),
  );
  return (statement: string, seconds: number, failure: string | undefined): void => {
    durations(statement).observe(seconds);
    if (failure !== undefined) metrics.databaseErrors.inc({ class: failure });
  };
}

export function requestObserver(metrics: Metrics) {
  const requests = children((key) => {
    const [operation = '', outcome = ''] = key.split(' ');
    return metrics.requests.labels({ operation, outcome });
  });
  return (operation: string, outcome: string, seconds: number): void => {
    requests(`${operation} ${outcome}`).inc();
    if (operation === 'message.send' && outcome === 'ok')
      metrics.messageAckDuration.observe(seconds);
  };
}

/** What is counted of a call. */
interface CallMoments {
  readonly kind: string;
  readonly createdMs: number;
  readonly answeredMs?: number;
  readonly startedMs?: number;
  readonly endReason?: string;
}

/** Told of every change: each moment of a call is counted by the node that brought it about. */
export function callObserver(metrics: Metrics) {
  return (before: CallMoments | undefined, after: CallMoments): void => {
    const { kind, createdMs, answeredMs, startedMs, endReason } = after;
    if (before === undefined) metrics.callsStarted.inc({ kind });
    if (before?.answeredMs === undefined && answeredMs !== undefined) {
      metrics.callAnswerDuration.observe((answeredMs - createdMs) / 1_000);
    }
    if (before?.startedMs === undefined && startedMs !== undefined) {
      metrics.callSetupDuration.observe((startedMs - (answeredMs ?? createdMs)) / 1_000);
    }
    if (before?.endReason === undefined && endReason !== undefined) {
      metrics.callsEnded.inc({ reason: endReason });
    }
  };
}
