import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NovaError } from '../errors.ts';
import type { StaticFile, StaticFiles } from './static-files.ts';
import { waitingPage, waitingPagePolicy } from './waiting-page.ts';

/** The client's files; `building` and `failed` while there are none. */
export type WebClientFiles = StaticFiles | 'building' | 'failed';

/**
 * What the page may do: run its own scripts, talk to this service, show what the camera or the
 * other side sends. Nothing inline, nothing from elsewhere, in nobody's frame.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob: mediastream:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': policy,
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};
/** Their names change with their content. */
const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };

/** The web client at `/`: the page itself and what stands in `/assets`. */
export function addWebClient(app: FastifyInstance, files: () => WebClientFiles): void {
  app.get('/', async (request, reply) => {
    const known = files();
    const page = typeof known === 'string' ? undefined : known.get('/index.html');
    if (page !== undefined) return send(request, reply.headers(pageHeaders), page);
    return sendWaitingPage(reply, known === 'failed');
  });
  app.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const known = files();
    const file =
      typeof known === 'string' ? undefined : known.get(`/assets/${request.params.file}`);
    if (file === undefined) throw new NovaError('notFound', 'no such file of the web client');
    return send(request, reply.headers(assetHeaders), file);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const accept = String(request.headers['accept-encoding'] ?? '');
  const gzipped = /\bgzip\b/.test(accept) ? file.gzipped : undefined;
  // Two encodings of one content are two representations: each has a tag of its own.
  const tag = gzipped === undefined ? `"${file.tag}"` : `"${file.tag}-gzip"`;
  reply
    .header('etag', tag)
    .header('vary', 'Origin, Accept-Encoding')
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'same-origin');
  if (matches(request.headers['if-none-match'], tag)) return reply.code(304).send();
  reply.type(file.type);
  if (gzipped !== undefined) reply.header('content-encoding', 'gzip');
  return reply.send(gzipped ?? file.body);
}

/** RFC 9110 §13.1.2; a weak tag matches, too. */
function matches(condition: string | undefined, tag: string): boolean {
  const known = (condition ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(tag);
}

function sendWaitingPage(reply: FastifyReply, failed: boolean): FastifyReply {
  if (!failed) reply.header('retry-after', '1');
  return reply
    .code(503)
    .header('content-security-policy', waitingPagePolicy)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(waitingPage(failed));
}
