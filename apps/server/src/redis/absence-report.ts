import type { Logger } from '#observe/logger.js';

export interface AbsenceReport {
  /** An attempt to connect failed, with what will be given as the reason. */
  failed(error: Error): void;
  reachable(now: boolean): void;
}

/** An absence shorter than this is nobody's business. */
const reportAfterMs = 1_000;

/** One line when Redis went away and one when it is back, however often it is tried meanwhile. */
export function createAbsenceReport(logger: Logger): AbsenceReport {
  let reason = 'no answer';
  let awaySince: number | undefined = Date.now();
  let reported = false;
  const tell = (): void => {
    if (reported || awaySince === undefined || Date.now() - awaySince < reportAfterMs) return;
    reported = true;
    logger.warn({ reason }, 'Redis is away: events reach other nodes through the log');
  };
  return {
    failed(error) {
      reason = error.message;
      tell();
    },
    reachable(now) {
      if (!now) {
        awaySince = Date.now();
        setTimeout(tell, reportAfterMs).unref();
        return;
      }
      if (reported) logger.info('Redis answers again');
      reason = 'no answer';
      awaySince = undefined;
      reported = false;
    },
  };
}
