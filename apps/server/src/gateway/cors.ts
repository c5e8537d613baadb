import type { FastifyInstance } from 'fastify';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const requestHeaders = 'Authorization, Content-Type, Idempotency-Key';
const answerHeaders = 'Retry-After';
const preflightSeconds = '600';

/** Lets the pages of allowed origins read the answers (the CORS protocol of the Fetch standard). */
export function addCors(app: FastifyInstance, allowed: (origin: string) => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('Vary', 'Origin');
    if (origin === undefined || !allowed(origin)) return;
    reply.header('Access-Control-Allow-Origin', origin);
    reply.header('Access-Control-Expose-Headers', answerHeaders);
    if (request.method !== 'OPTIONS') return;
    await reply
      .code(204)
      .header('Access-Control-Allow-Methods', methods)
      .header('Access-Control-Allow-Headers', requestHeaders)
      .header('Access-Control-Max-Age', preflightSeconds)
      .send();
  });
}
