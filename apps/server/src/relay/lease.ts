import pg from 'pg';

/** One relay at a time: whoever holds this lock of the database, on a connection of its own. */
const lockKey = '7956012985476017505'; // "novarela"
/**
 * A node that stops without a word (SIGSTOP, a cut cable) keeps its connection: the server ends a
 * session that is silent for so long, and the lock with it.
 */
const silentMaxMs = 2_500;
const beatMs = 500;
/** The holder itself no longer believes in an older beat, well before the server lets go. */
const trustedMs = 2_000;

export interface LeaseOptions {
  readonly connectionString: string;
  readonly onLost: () => void;
}

/** The right to relay. Asked for until it is granted, lost with its connection. */
export class Lease {
  readonly #options: LeaseOptions;
  #client: pg.Client | undefined;
  #nextBeat: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #held = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether the lock is ours beyond doubt: asked before anything is sent. */
  get held(): boolean {
    return this.#held && performance.now() - this.#beatAt < trustedMs;
  }

  /** Asks once; rejects where the database is away. */
  async acquire(): Promise<boolean> {
    const client = await this.#connected();
    const askedAt = performance.now();
    const { rows } = await client.query('select pg_try_advisory_lock($1) as granted', [lockKey]);
    if (rows[0]?.granted !== true || client !== this.#client) return false;
    this.#held = true;
    this.#beatAt = askedAt;
    this.#beatAfter(beatMs, client);
    return true;
  }

  /** Lets another node have it at once. */
  async release(): Promise<void> {
    clearTimeout(this.#nextBeat);
    this.#held = false;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    const client = new pg.Client({
      connectionString: this.#options.connectionString,
      connectionTimeoutMillis: silentMaxMs,
      query_timeout: silentMaxMs,
      application_name: 'nova-relay',
    });
    const forget = (): void => {
      if (this.#client === client) this.#lose();
    };
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    this.#client = client;
    await client.query(`set idle_session_timeout = ${silentMaxMs}`);
    return client;
  }

  #beatAfter(pauseMs: number, client: pg.Client): void {
    this.#nextBeat = setTimeout(() => void this.#beat(client), pauseMs);
  }

  /** One at a time: while the server is slow, asking more often would only ask for more. */
  async #beat(client: pg.Client): Promise<void> {
    const askedAt = performance.now();
    try {
      await client.query('select');
    } catch {
      if (client === this.#client) this.#lose();
      return;
    }
    if (client !== this.#client) return;
    this.#beatAt = askedAt;
    this.#beatAfter(Math.max(0, askedAt + beatMs - performance.now()), client);
  }

  #lose(): void {
    const wasHeld = this.#held;
    void this.release();
    if (wasHeld) this.#options.onLost();
  }
}
