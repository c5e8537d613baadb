/** One line of the doctor's report. Texts never hold a secret or an address with its password. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  readonly text: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (subject: string, text: string): Finding => ({ level: 'ok', subject, text });

export const warn = (subject: string, text: string, todo: string): Finding => ({
  level: 'warn',
  subject,
  text,
  todo,
});

export const fail = (subject: string, text: string, todo: string): Finding => ({
  level: 'fail',
  subject,
  text,
  todo,
});

const labels = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

export function linesOf({ level, subject, text, todo }: Finding): readonly string[] {
  const line = `${labels[level]}  ${subject.padEnd(13)}  ${text}`;
  return todo === undefined ? [line] : [line, `${' '.repeat(21)}-> ${todo}`];
}

/** An error in one line; drivers put several attempts into an AggregateError without message. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reason))].join(', ');
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${reason(error.cause)}` : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `${(error.message || code).replace(/\s+/g, ' ')}${cause}`;
}
