// docs/generated/protocol.md: the tables of the contract for reading in a repository.
import { commonErrors, events, type Operation, operations } from '@nova/protocol';
import { capabilities, closeCodes, errors, limits } from '@nova/protocol/wire';
import { withReferences } from './components.ts';
import { httpParts } from './http-parts.ts';
import { type JsonSchema, typeName } from './json-schema.ts';

const code = (text: string | number) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function contractMarkdown(): string {
  return [
    '# The wire contract, in tables',
    '',
    '<!-- Generated from packages/protocol by `npm run docs`; edit that. -->',
    '',
    '## Operations',
    '',
    'Over HTTP the paths stand below `/api/v1`; on a socket the name is the `type` of a request.',
    `Besides the errors named here any operation may answer ${commonErrors.map(code).join(', ')}.`,
    '',
    table(
      ['operation', 'HTTP', 'input', 'repeated', 'errors', ''],
      (Object.values(operations) as readonly Operation[]).map(operationRow),
    ),
    '',
    '`?` marks optional fields. Repeated: `messageId` the message’s id recognises a retry, `key` an',
    'idempotency key does, `nature` twice is once, `read` nothing changes.',
    '',
    '## Events',
    '',
    table(
      ['event', 'kind', 'data', ''],
      Object.entries(events).map(([name, { kind, data, summary }]) => [
        code(name),
        kind,
        fieldsOf(withReferences(data)),
        summary,
      ]),
    ),
    '',
    'durable: a row of the conversation’s log, numbered by `pos` and replayed; personal: a row of the',
    'user’s log; state: the newest value counts; signal: from device to device, numbered, fetched again',
    'by call.resume; ephemeral: never replayed; control: this socket only.',
    '',
    '## Errors',
    '',
    table(
      ['code', 'status', 'retry', 'meaning'],
      Object.entries(errors).map(([name, { status, retry, meaning }]) => [
        code(name),
        String(status),
        retry,
        meaning,
      ]),
    ),
    '',
    '## Close codes',
    '',
    '40xx come back and resume, 41xx come back with a fresh token, 42xx come back and list afresh,',
    '45xx do not come back.',
    '',
    table(
      ['code', 'name', 'meaning'],
      Object.entries(closeCodes).map(([name, each]) => [
        String(each.code),
        code(name),
        each.meaning,
      ]),
    ),
    '',
    '## Limits',
    '',
    table(
      ['limit', 'value'],
      Object.entries(limits).map(([name, value]) => [code(name), value.toLocaleString('en')]),
    ),
    '',
    '## Roles',
    '',
    table(
      ['capability', 'roles'],
      Object.entries(capabilities).map(([name, roles]) => [code(name), roles.join(', ')]),
    ),
    '',
  ].join('\n');
}

function operationRow(operation: Operation): readonly string[] {
  const { name, http, input, repeat, errors: codes, summary } = operation;
  const { idempotent } = httpParts(operation);
  return [
    code(name),
    http === undefined ? 'socket only' : code(`${http.method} ${http.path}`),
    fieldsOf(withReferences(input)),
    idempotent && repeat === 'nature' ? 'nature, key' : repeat,
    codes.map(code).join(', '),
    summary,
  ];
}

function fieldsOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return typeName(schema);
  const { properties = {}, required = [] } = schema;
  return Object.keys(properties)
    .filter((name) => name !== 'idempotencyKey')
    .map((name) => code(required.includes(name) ? name : `${name}?`))
    .join(', ');
}
