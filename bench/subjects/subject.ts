import type { DialectName } from '../generator/dialects/index.ts';
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
  /** With it tokens are signed; without it a user's id is the token. */
  readonly signingKeyPem: string | undefined;
  /** Where the process was started with `--inspect`. */
  readonly inspectorUrl: string | undefined;
  close(): Promise<void>;
}

export const subjectNames = ['nova', 'socket-io', 'bare-ws'] as const;
export type SubjectName = (typeof subjectNames)[number] | 'ws-broadcast';
