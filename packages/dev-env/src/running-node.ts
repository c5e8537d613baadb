import { randomUUID } from 'node:crypto';
import { createLogger, type NovaNode, readConfig, startNode } from '@nova/server';
import { type Environment, environmentOf, type TestKeys } from './environment.ts';
import { type HttpAnswer, sendHttp } from './http-request.ts';
import { readMetric } from './read-metric.ts';
import { TestUser } from './test-user.ts';
import { signToken, type TokenOptions } from './tokens.ts';

/** A node in this process and what a test asks of it. */
export interface RunningNode {
  readonly origin: string;
  readonly node: NovaNode;
  /** What the node logged, one object per line. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** A new person who talks to this node: the same name is somebody else each time. */
  user(name: string, token?: Partial<TokenOptions>): TestUser;
  /** Somebody known, talking to this node. */
  as(user: TestUser): TestUser;
  health(): Promise<HttpAnswer>;
  /** The value of one metric with exactly these labels, as Prometheus would read it. */
  metric(name: string, labels?: string): Promise<number>;
  /** Stops the node; once. Sockets see it as a planned stop. */
  close(): Promise<void>;
  /** Cuts every socket, closes, and throws where a frame broke the contract or a fault was logged. */
  end(): Promise<void>;
}

export async function runNode(
  keys: TestKeys,
  databaseUrl: string,
  config: Environment,
): Promise<RunningNode> {
  const read = readConfig(environmentOf(keys, databaseUrl, config));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void log.push(JSON.parse(line)) };
  const logger = createLogger({ level: read.config.process.logLevel, destination });
  const node = await startNode({ config: read.config, logger, version: '0.0.0-test' });
  const origin = `http://127.0.0.1:${node.port}`;
  const users: TestUser[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= node.close();
    return closing;
  };
  const add = (name: string, userId: string, token: string): TestUser => {
    const user = new TestUser(name, userId, token, () => origin);
    users.push(user);
    return user;
  };
  return {
    ...{ origin, node, log, close },
    user(name, token = {}) {
      const userId = token.subject ?? randomUUID();
      return add(name, userId, signToken(keys.privateKey, { subject: userId, name, ...token }));
    },
    as: ({ name, userId, token }) => add(name, userId, token),
    health: () => sendHttp(origin, { method: 'GET', path: '/health' }),
    metric: (name, labels) => readMetric(node.metricsPort, name, labels),
    async end() {
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
