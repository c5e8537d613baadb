import type { DialectName } from '../generator/dialects/index.ts';
import { type CpuMicros, cpuOfTree } from '../measure/process-tree.ts';
import type { Child } from './child.ts';

/** Something that a generator can load: the service, a peer or a raw ceiling. */
export interface Subject {
  readonly name: SubjectName;
  readonly dialect: DialectName;
  readonly port: number;
  /** Whether it gives messages sequence numbers, by which order and duplicates are checked. */
  readonly numbered: boolean;
  /** From the start of the process until it could be used. */
  readonly startMs: number;
  readonly child: Child;
  /** Of the process that serves, where the child only starts it and the database. */
  readonly servicePid?: number | undefined;
  /** The other nodes of the service, and the pid of the database that all of them share. */
  readonly cluster?: { readonly nodes: readonly Subject[]; readonly databasePid: number };
  /** With it tokens are signed; without it a user's id is the token. */
  readonly signingKeyPem: string | undefined;
  /** Of the service: where its metrics are read. */
  readonly metricsPort?: number;
  /** Where the process was started with `--inspect`. */
  readonly inspectorUrl: string | undefined;
  close(): Promise<void>;
}

export const subjectNames = ['nova', 'socket-io', 'bare-ws', 'ejabberd'] as const;
export type SubjectName = (typeof subjectNames)[number] | 'ws-broadcast';

/** CPU of the service, all its nodes, and of its database since their start, microseconds. */
export function cpuOf({ child, servicePid, cluster }: Subject): CpuMicros {
  const first = cpuOfTree(child.pid);
  if (servicePid !== undefined) return split(first, cpuOfTree(servicePid));
  if (cluster === undefined) return first;
  const { own, below } = cpuOfTree(cluster.databasePid);
  const others = cluster.nodes.map((node) => cpuOfTree(node.child.pid).own);
  return { own: others.reduce((sum, one) => sum + one, first.own), below: own + below };
}

/** What belongs to the service of a tree, its own helpers included; the rest is the database. */
export function split(tree: CpuMicros, service: CpuMicros): CpuMicros {
  const own = service.own + service.below;
  return { own, below: tree.below - own };
}
