import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable, Statement } from '#db/database.js';

export interface UserNamesOptions {
  readonly db: Queryable;
  /** Users whose stored name is known, so that a token seen again costs nothing. */
  readonly cacheSize: number;
  readonly onError: (error: unknown) => void;
}

export interface UserNames {
  /** Keeps the display name of a token, where it is another one than before. */
  remember(userId: string, name: string): void;
  /** Stores a name by which others know somebody who has not come yet; it never renames anybody. */
  introduce(userId: string, name: string): Promise<void>;
  /** Writes what is waiting. */
  close(): Promise<void>;
}

/** Code points of a stored name; a longer one is cut. */
const nameMax = 200;
const batchMax = 500;
const gatherMs = 50;
/** Names that may wait while the database is away; a later token brings the others again. */
const waitingMax = 50_000;

const upsertNames: Statement = {
  name: 'user_upsert_names',
  text: `insert into users (id, name) select * from unnest($1::uuid[], $2::text[])
    on conflict (id) do update set name = excluded.name, updated_at = now()
    where users.name is distinct from excluded.name
      and users.profile_at is null and users.deleted_at is null`,
};

const introduceUser: Statement = {
  name: 'user_introduce',
  text: 'insert into users (id, name) values ($1, $2) on conflict (id) do nothing',
};

/** Writes one batch after another: a crowd that connects at once costs few statements. */
export function createUserNames({ db, cacheSize, onError }: UserNamesOptions): UserNames {
  const stored = new Map<string, string>();
  const waiting = new Map<string, string>();
  let writing: Promise<void> | undefined;

  const keep = (userId: string, name: string): void => {
    stored.delete(userId);
    stored.set(userId, name);
    if (stored.size <= cacheSize) return;
    for (const oldest of stored.keys()) {
      stored.delete(oldest);
      break;
    }
  };

  const writeBatch = async (): Promise<void> => {
    // In id order: two nodes that meet the same users do not wait for each other in a circle.
    const batch = [...waiting].slice(0, batchMax).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [userId] of batch) waiting.delete(userId);
    await db.rows(upsertNames, [batch.map(([userId]) => userId), batch.map(([, name]) => name)]);
    for (const [userId, name] of batch) keep(userId, name);
  };

  const write = async (): Promise<void> => {
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      await writeBatch();
      // Nobody waits for a name: a crowd that connects is written in few statements.
      if (waiting.size > 0 && waiting.size < batchMax) await delay(gatherMs);
    }
  };

  return {
    remember(userId, name) {
      const clean = cleanName(name);
      if (clean === '' || stored.get(userId) === clean || waiting.size >= waitingMax) return;
      waiting.set(userId, clean);
      writing ??= write()
        .catch(onError)
        .finally(() => {
          writing = undefined;
        });
    },
    async introduce(userId, name) {
      const clean = cleanName(name);
      if (clean === '' || stored.has(userId)) return;
      await db.rows(introduceUser, [userId, clean]).catch(onError);
    },
    close: async () => writing,
  };
}

/** One line of well-formed text, whatever the identity provider lets its users choose. */
export function cleanName(name: string): string {
  const line = name
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length <= nameMax ? line : [...line.slice(0, nameMax * 2)].slice(0, nameMax).join('');
}
