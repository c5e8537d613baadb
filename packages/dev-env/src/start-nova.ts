import { randomUUID } from 'node:crypto';
import { createLogger, type NovaNode, readConfig, startNode } from '@nova/server';
import { createTestDatabase, type TestDatabase } from './cluster.ts';
import { type Environment, environmentOf, openKeys, type TestKeys } from './environment.ts';
import { type HttpAnswer, sendHttp } from './http-request.ts';
import { TestUser } from './test-user.ts';
import { signToken, type TokenOptions } from './tokens.ts';

export interface NovaOptions {
  /** Keys of the service's environment, as text. */
  readonly config?: Environment;
  /** Default: a fresh one on the server that this process shares. */
  readonly database?: TestDatabase;
  readonly keys?: TestKeys;
}

/** A node in this process with everything a test asks of it. */
export interface NovaEnv extends AsyncDisposable {
  readonly origin: string;
  readonly node: NovaNode;
  readonly database: TestDatabase;
  readonly keys: TestKeys;
  /** What the node logged, one object per line. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** A new person: the same name is somebody else each time. */
  user(name: string, token?: Partial<TokenOptions>): TestUser;
  sign(options: TokenOptions): string;
  health(): Promise<HttpAnswer>;
  /** The value of one metric with exactly these labels, as Prometheus would read it. */
  metric(name: string, labels?: string): Promise<number>;
  /** Stops the node; once. Sockets see it as a planned stop. */
  close(): Promise<void>;
}

/** Boots a node on a database of its own; `await using` ends both it and every socket. */
export async function startNova(options: NovaOptions = {}): Promise<NovaEnv> {
  const database = options.database ?? (await createTestDatabase());
  const keys = options.keys ?? openKeys();
  const read = readConfig(environmentOf(keys, database.url, options.config));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void log.push(JSON.parse(line)) };
  const logger = createLogger({ level: read.config.process.logLevel, destination });
  const node = await startNode({ config: read.config, logger, version: '0.0.0-test' });
  const origin = `http://127.0.0.1:${node.port}`;
  const users: TestUser[] = [];
  const sign = (token: TokenOptions): string => signToken(keys.privateKey, token);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= node.close();
    return closing;
  };
  return {
    ...{ origin, node, database, keys, log, sign, close },
    user(name, token = {}) {
      const userId = token.subject ?? randomUUID();
      const user = new TestUser(
        name,
        userId,
        sign({ subject: userId, name, ...token }),
        () => origin,
      );
      users.push(user);
      return user;
    },
    health: () => sendHttp(origin, { method: 'GET', path: '/health' }),
    async metric(name, labels = '') {
      const { body } = await sendHttp(`http://127.0.0.1:${node.metricsPort}`, {
        method: 'GET',
        path: '/metrics',
      });
      const prefix = `${name}${labels} `;
      const line = String(body)
        .split('\n')
        .find((one) => one.startsWith(prefix));
      return Number(line?.slice(prefix.length) ?? 0);
    },
    async [Symbol.asyncDispose]() {
      const sockets = users.flatMap((user) => user.sockets);
      for (const socket of sockets) socket.cut();
      await close();
      const violations = sockets.flatMap((socket) => socket.violations);
      if (violations.length > 0) throw new Error(`frames break the contract: ${violations[0]}`);
      const faults = log.filter(({ level }) => level === 'error' || level === 'fatal');
      if (faults.length > 0)
        throw new Error(`the node logged faults: ${JSON.stringify(faults[0])}`);
    },
  };
}
