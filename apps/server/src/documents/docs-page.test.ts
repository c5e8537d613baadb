import { createHash } from 'node:crypto';
import { events, operations } from '@nova/protocol';
import { expect, test } from 'vitest';
import { docsPage, docsPagePolicy } from './docs-page.ts';
import { documentRoutes } from './document-routes.ts';
import { html } from './html.ts';

const page = docsPage({ version: '1.2.3' });

test('has a section for every operation and event, and each link leads to one', () => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const name of Object.keys(operations)) expect(ids).toContain(name);
  for (const name of Object.keys(events)) expect(ids).toContain(`event-${name}`);
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links).toContain('Message');
  expect(links.filter((id) => !ids.has(id))).toEqual([]);
});

test('loads nothing and runs nothing', () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|\son\w+=/i);
  expect(page.match(/https?:\/\/(?!images\.acme\.org)/g)).toBeNull();
});

test('its policy allows exactly its own style', () => {
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(docsPagePolicy).toContain(`style-src 'sha256-${hash}'`);
  expect(docsPagePolicy).toContain("default-src 'none'");
});

test('text is escaped on its way into markup', () => {
  const name = '<b a="1">&';
  expect(html`<i>${name}</i>${[html`<hr>`, '<']}`.markup).toBe(
    '<i>&#60;b a=&#34;1&#34;&#62;&#38;</i><hr>&#60;',
  );
});

test('the routes carry page and documents, each made once', () => {
  const routes = documentRoutes({ version: '1.2.3' });
  expect(routes.map(({ path }) => path)).toEqual(['/openapi.json', '/asyncapi.json', '/docs']);
  for (const { headers, body } of routes) {
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body()).toBe(body());
  }
  expect(JSON.parse(routes[0]?.body() ?? '')).toMatchObject({ openapi: '3.1.0' });
  expect(JSON.parse(routes[1]?.body() ?? '')).toMatchObject({ asyncapi: '3.0.0' });
  expect(routes[2]?.headers['content-security-policy']).toBe(docsPagePolicy);
});
