import type { Dialect } from './dialect.ts';
import { nova } from './nova.ts';
import { socketIo } from './socket-io.ts';
import { xmpp } from './xmpp.ts';

export const dialects = { nova, socketIo, xmpp } as const satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;
