// The repeated parts of the page at /docs: operations, events, entities and tables.
import { type EventName, events, type Operation } from '@nova/protocol';
import { capabilities, closeCodes, errors, limits } from '@nova/protocol/wire';
import { entityComponents, withReferences } from './components.ts';
import { type Html, html } from './html.ts';
import { httpParts } from './http-parts.ts';
import { boundsOf, type JsonSchema, plain, typeName } from './json-schema.ts';
import { sampleOf, shortSampleOf } from './sample.ts';

export const codes = (names: readonly (string | number)[]) =>
  names.map((name) => html`<code>${name}</code> `);
const json = (value: unknown) => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;

/** The name of a type, leading to its entity where it is or holds one. */
function typeLink(schema: JsonSchema): Html {
  const entity = /#\/components\/schemas\/(\w+)/.exec(JSON.stringify(schema))?.[1];
  return entity === undefined
    ? html`${typeName(schema)}`
    : html`<a href="#${entity}">${typeName(schema)}</a>`;
}

export const entityNames = Object.keys(entityComponents());

export function entitySections(): readonly Html[] {
  return Object.entries(entityComponents()).map(
    ([name, schema]) => html`<section id="${name}">
<h3>${name}</h3>
${schema.description === undefined ? '' : html`<p>${schema.description}.</p>`}
${schema.properties === undefined ? html`<p><code>${typeName(schema)}</code></p>` : fieldTable(rowsOf(schema))}
</section>`,
  );
}

function rowsOf({ properties = {}, required = [] }: JsonSchema): readonly Row[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    required: required.includes(name),
  }));
}

export function operationSection(operation: Operation): Html {
  const { name, summary, http, input, output, errors: refusals, repeat } = operation;
  const { path, query, body, idempotent } = httpParts(operation);
  const rows = [
    ...path.map((field) => ({ ...field, place: 'path' })),
    ...query.map((field) => ({ ...field, place: http === undefined ? '' : 'query' })),
    ...body.map((field) => ({ ...field, place: http === undefined ? '' : 'body' })),
  ];
  const address = http && html`<p class="address"><b>${http.method}</b> /api/v1${http.path}</p>`;
  return html`<section id="${name}">
<h3>${name}</h3>
${address ?? html`<p class="address">on the socket only</p>`}
<p>${summary}. ${repeatMeaning(repeat, idempotent)}</p>
${rows.length > 0 ? fieldTable(rows) : ''}
<p>Replies with ${replyName(output)}${http ? ` (${http.status})` : ''}. ${refusals.length > 0 ? html`Errors: ${codes(refusals)}` : ''}</p>
<details><summary>Sample</summary>
${json({ id: 7, type: name, data: shortSampleOf(plain(input)) })}
${json({ reply: 7, data: sampleOf(plain(output)) })}
</details>
</section>`;
}

function replyName(output: object): Html {
  const schema = withReferences(output);
  if (schema.$ref !== undefined) return html`a ${typeLink(schema)}`;
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`an empty object`;
  return html`${fields.map(([name, field]) => html`<code>${name}</code>: ${typeLink(field)} `)}`;
}

function repeatMeaning(repeat: Operation['repeat'], idempotent: boolean): string {
  if (repeat === 'messageId') return 'A retry with the same id returns the first reply.';
  if (repeat === 'read') return '';
  return idempotent ? 'A retry with the same Idempotency-Key returns the first reply.' : '';
}

interface Row {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly place?: string;
}

function fieldTable(rows: readonly Row[]): Html {
  return html`<table><thead><tr><th>field</th><th>type</th><th></th></tr></thead><tbody>
${rows.map(
  ({ name, schema, required, place = '' }) => html`<tr>
<td><code>${name}</code>${required ? '' : html` <i>optional</i>`} <small>${place}</small></td>
<td>${typeLink(schema)}</td>
<td>${[schema.description ?? '', boundsOf(schema)].filter((text) => text !== '').join('; ')}</td></tr>`,
)}
</tbody></table>`;
}

export function eventSection(name: EventName): Html {
  const { summary, data } = events[name];
  const schema = withReferences(data);
  const rows = rowsOf(schema);
  return html`<section id="event-${name}">
<h3>${name}</h3>
<p>${summary}.</p>
${schema.$ref === undefined ? fieldTable(rows) : html`<p>Carries a ${typeLink(schema)}.</p>`}
</section>`;
}

export function contractTables(): Html {
  return html`<h2 id="errors">Errors</h2>
${table(
  ['code', 'status', 'retry', 'meaning'],
  Object.entries(errors).map(([name, { status, retry, meaning }]) => [
    name,
    status,
    retry,
    meaning,
  ]),
)}
<h2 id="close-codes">Close codes</h2>
<p>40xx come back and resume, 41xx come back with a fresh token, 42xx come back and list afresh,
45xx do not come back.</p>
${table(
  ['code', 'name', 'meaning'],
  Object.entries(closeCodes).map(([name, { code, meaning }]) => [code, name, meaning]),
)}
<h2 id="limits">Limits</h2>
${table(
  ['limit', 'value'],
  Object.entries(limits).map(([name, value]) => [name, value.toLocaleString('en')]),
)}
<h2 id="roles">Roles</h2>
${table(
  ['capability', 'roles'],
  Object.entries(capabilities).map(([name, roles]) => [name, roles.join(', ')]),
)}`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Html {
  return html`<table><thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>
${rows.map(([first = '', ...rest]) => html`<tr><td><code>${first}</code></td>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody></table>`;
}
