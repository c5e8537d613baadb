import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What must be known to write messages while the service is away. */
export interface Remembered {
  readonly userId: string | null;
  /** Name → user id. */
  readonly people: Readonly<Record<string, string>>;
  /** What was asked for (`direct:bob`, `group:lunch`) → conversation id. */
  readonly conversations: Readonly<Record<string, string>>;
}

/** The files of one user of one service. */
export class ChatState {
  readonly #directory: string;
  remembered: Remembered = { userId: null, people: {}, conversations: {} };

  constructor(stateDirectory: string, url: string, as: string) {
    const { host } = new URL(url);
    this.#directory = join(stateDirectory, safe(host), safe(as));
  }

  get outboxDirectory(): string {
    return join(this.#directory, 'outbox');
  }

  async load(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    try {
      const text = await readFile(this.#path, 'utf8');
      this.remembered = { ...this.remembered, ...(JSON.parse(text) as Partial<Remembered>) };
    } catch (error) {
      if (!(error instanceof SyntaxError) && !isMissing(error)) throw error;
    }
  }

  async remember(more: Partial<Remembered>): Promise<void> {
    this.remembered = { ...this.remembered, ...more };
    const temporary = `${this.#path}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(this.remembered, null, 2), { mode: 0o600 });
    await rename(temporary, this.#path);
  }

  get #path(): string {
    return join(this.#directory, 'state.json');
  }
}

// A name becomes one path segment, whatever it contains.
const safe = (text: string): string =>
  encodeURIComponent(text).replaceAll('.', '%2E').replaceAll('*', '%2A');

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
