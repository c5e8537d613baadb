import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { noTracer, openTracer } from './tracer.ts';

interface ExportedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string }[];
  readonly status: { readonly code?: number };
}

/** A collector that speaks OTLP over HTTP and keeps what it is sent. */
async function collector() {
  const spans: ExportedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = await new Response(request as never).text().catch(() => '');
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
    };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((s) => s.spans)));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { spans, endpoint: `http://127.0.0.1:${port}`, close };
}

test('without a collector nothing is traced', async () => {
  expect(await openTracer({ sampleShare: 1, version: '1' })).toBe(noTracer);
});

test('the walk reaches the collector with parents and links', async () => {
  const { spans, endpoint, close } = await collector();
  const tracer = await openTracer({ otlpEndpoint: endpoint, sampleShare: 1, version: '1' });
  const accept = tracer.start('accept', { conversationId: 'c1' });
  const batch = tracer.start('batch', { size: 1 }, { links: [accept] });
  const publish = tracer.start('publish', {}, { parent: batch });
  publish.end();
  batch.end();
  accept.end(new Error('a text that must not travel'));
  await tracer.close();
  await close();

  const byName = Object.fromEntries(spans.map((span) => [span.name, span]));
  expect(Object.keys(byName).toSorted()).toEqual(['accept', 'batch', 'publish']);
  expect(byName.publish?.parentSpanId).toBe(byName.batch?.spanId);
  expect(byName.batch?.links?.map(({ spanId }) => spanId)).toEqual([byName.accept?.spanId]);
  expect(byName.accept?.attributes.map(({ key }) => key)).toEqual(['conversationId']);
  expect(byName.accept?.status.code).toBe(2);
  expect(JSON.stringify(spans)).not.toContain('must not travel');
});

test('a sample share of 0 sends nothing', async () => {
  const { spans, endpoint, close } = await collector();
  const tracer = await openTracer({ otlpEndpoint: endpoint, sampleShare: 0, version: '1' });
  tracer.start('accept').end();
  await tracer.close();
  await close();
  expect(spans).toEqual([]);
});
