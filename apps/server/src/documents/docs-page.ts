// The page at /docs: one file, no script, nothing loaded from elsewhere.
import { createHash } from 'node:crypto';
import { commonErrors, type EventName, events, type Operation, operations } from '@nova/protocol';
import {
  codes,
  contractTables,
  entityNames,
  entitySections,
  eventSection,
  operationSection,
} from './docs-page-sections.ts';
import { pageStyle } from './docs-page-style.ts';
import { Html, html } from './html.ts';
import type { DocumentOptions } from './openapi.ts';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Lets the page show its own style and nothing else. */
export const docsPagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function docsPage({ version }: DocumentOptions): string {
  const all = Object.values(operations) as readonly Operation[];
  const groups = [...Map.groupBy(all, ({ name }) => name.split('.')[0] ?? '')];
  const kinds = [...Map.groupBy(eventNames, (name) => events[name].kind)];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nova Messaging Service ${version}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<nav aria-label="Contents">
<p class="brand">Nova <span>${version}</span></p>
<a href="#start">Start</a>
${groups.map(([noun, members]) => html`<p>${noun}</p>${members.map(({ name }) => link(name))}`)}
<p>events</p>
${kinds.map(([, names]) => names.map((name) => link(name, `event-${name}`)))}
<p>entities</p>
${entityNames.map((name) => link(name))}
<p>tables</p>
${['errors', 'close-codes', 'limits', 'roles'].map((id) => link(id.replace('-', ' '), id))}
</nav>
<main>
${start(version)}
<h2>Operations</h2>
<p>Each runs on the socket and, where a path is shown, over HTTP: same input, same reply, same
errors. Besides those named, any operation may answer ${codes(commonErrors)}.</p>
${groups.map(([, members]) => members.map(operationSection))}
<h2>Events</h2>
${kinds.map(([kind, names]) => html`<h3 class="kind">${kind}</h3><p>${kindMeaning[kind]}</p>${names.map(eventSection)}`)}
<h2 id="entities">Entities</h2>
${entitySections()}
${contractTables()}
</main>
</body>
</html>
`.markup;
}

const eventNames = Object.keys(events) as readonly EventName[];

const kindMeaning = {
  durable: 'A row of the conversation’s log, numbered by pos without gaps and replayed on resume.',
  personal: 'A row of the user’s own log: replayed on resume, without pos.',
  state: 'The newest value counts; sent again on resume where it changed.',
  signal: 'From one device to another, numbered; call.resume fetches what was missed.',
  ephemeral: 'May be dropped under load and is never replayed.',
  control: 'About this socket alone.',
} as const;

const link = (name: string, id = name) => html`<a href="#${id}">${name}</a>`;

function start(version: string): Html {
  return html`<header id="start">
<h1>Nova Messaging Service</h1>
<p>Contract <code>nova.v1</code>, version ${version}. The same as documents for programs:
<a href="/openapi.json">OpenAPI 3.1</a>, <a href="/asyncapi.json">AsyncAPI 3.0</a>.</p>
<p>Get a token (on the embedded default), make a conversation, send a message. Repeating the last
line changes nothing: the id of a message is its idempotency key.</p>
<pre><code>JSON='content-type: application/json'
TOKEN=$(curl -s localhost:3000/dev/token -H "$JSON" -d '{"name":"ana"}' | jq -r .token)
AUTH="authorization: Bearer $TOKEN"
API=localhost:3000/api/v1/conversations

ID=$(curl -s $API -H "$AUTH" -H "$JSON" -d '{"kind":"group","memberIds":[]}' | jq -r .id)
curl $API/$ID/messages -H "$AUTH" -H "$JSON" \\
  -d '{"id":"0192f3a2-11d8-7b3c-8e44-6a90c2e7b002","text":"Hello"}'</code></pre>
<p>On the socket, with the subprotocols <code>nova.v1</code> and <code>bearer.&lt;token&gt;</code>:</p>
<pre><code>→ {"id":1,"type":"message.send","data":{"conversationId":"…","id":"…","text":"Hello"}}
← {"reply":1,"data":{"id":"…","seq":1, …}}
← {"event":"message.created","conversationId":"…","pos":2,"at":"…","data":{…}}</code></pre>
</header>`;
}
