import * as calls from './calls.ts';
import * as conversations from './conversations.ts';
import type { Operation } from './define-operation.ts';
import * as members from './members.ts';
import * as messages from './messages.ts';
import * as presence from './presence.ts';
import * as receipts from './receipts.ts';
import * as sessions from './sessions.ts';
import * as typing from './typing.ts';

const all = {
  ...conversations,
  ...members,
  ...messages,
  ...presence,
  ...receipts,
  ...typing,
  ...calls,
  ...sessions,
};

type All = typeof all;
type ByName = { [Key in keyof All as All[Key]['name']]: All[Key] };

export type OperationName = keyof ByName;

/**
 * The one table: HTTP routes, socket dispatch, OpenAPI, AsyncAPI, the SDK's types and the
 * documentation are all made from it.
 */
export const operations = Object.fromEntries(
  Object.values(all).map((operation: Operation) => [operation.name, operation]),
) as unknown as ByName;

export type OperationByName<Name extends OperationName> = ByName[Name];
