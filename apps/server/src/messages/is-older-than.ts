const hourMs = 3_600_000;

/** Whether a message was sent more than so many hours before the change that is asked for. */
export const isOlderThan = (hours: number, sentAt: Date, changeAt: Date): boolean =>
  changeAt.getTime() - sentAt.getTime() > hours * hourMs;
