import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { calls } from './calls.ts';
import { connect } from './connect.ts';
import { fanout } from './fanout.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { kafka } from './kafka.ts';
import { crossing, latency } from './latency.ts';
import { nodes } from './nodes.ts';
import { send } from './send.ts';
import { start } from './start.ts';
import { storm } from './storm.ts';

export type Scenario = (options: Options) => Promise<Outcome>;

export const scenarios: Readonly<Record<string, Scenario>> = {
  send,
  fanout,
  latency,
  crossing,
  idle,
  connect,
  growth,
  start,
  storm,
  nodes,
  kafka,
  calls,
};
