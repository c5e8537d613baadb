import { type Operation, operations } from '@nova/protocol';
import {
  fastify as createFastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { tokenFromRequest } from '#auth/bearer.js';
import type { VerifiedToken } from '#auth/verify-token.js';
import { checkStrings } from '#dispatch/check-strings.js';
import type { Dispatcher } from '#dispatch/dispatcher.js';
import { invalidField, NovaError } from '../errors.ts';
import { addCors } from './cors.ts';
import { httpInput } from './http-input.ts';
import { problemOf, problemType } from './problem.ts';

export interface HttpGatewayOptions {
  readonly dispatcher: Dispatcher;
  readonly verify: (token: string) => Promise<VerifiedToken>;
  readonly maxBodyBytes: number;
  readonly originAllowed: (origin: string) => boolean;
  readonly onAuthenticated: (token: VerifiedToken) => void;
  readonly onAuthFailure: (request: FastifyRequest['raw'], error: unknown) => void;
  /** Milliseconds until this address may try again; 0 when it may now. */
  readonly admit: (request: FastifyRequest['raw']) => number;
  readonly onRequest: (method: string, route: string, status: number, seconds: number) => void;
  readonly onInternal: (error: unknown, requestId: string) => void;
}

/** The HTTP door: a route for every operation that has one, under `/api/v1`. */
export function httpGateway(options: HttpGatewayOptions): FastifyInstance {
  const app = createFastify({
    bodyLimit: options.maxBodyBytes,
    logger: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: 200 },
    // Paths that cannot be routed do not reach the error handler.
    frameworkErrors: (error, request, reply) => {
      const known = knownError(error) ?? new NovaError('notFound', 'no such address; see /docs');
      sendProblem(reply, known, request.id);
    },
  });
  addCors(app, options.originAllowed);
  acceptJson(app);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    options.onRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
  app.setErrorHandler((error, request, reply) => {
    const known = knownError(error);
    if (known === undefined) options.onInternal(error, request.id);
    const words = `the service failed; request ${request.id}`;
    return sendProblem(reply, known ?? new NovaError('internal', words), request.id);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new NovaError('notFound', 'no such address; see /docs'), request.id),
  );
  for (const operation of Object.values(operations) as readonly Operation[]) {
    addRoute(app, operation, options);
  }
  return app;
}

function addRoute(app: FastifyInstance, operation: Operation, options: HttpGatewayOptions): void {
  const { http } = operation;
  if (http === undefined || !options.dispatcher.has(operation.name)) return;
  app.route({
    method: http.method,
    url: `/api/v1${http.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    handler: async (request, reply) => {
      const retryAfterMs = options.admit(request.raw);
      if (retryAfterMs > 0) {
        throw new NovaError('rateLimited', 'too many failed attempts', { retryAfterMs });
      }
      const token = await authenticate(request, options);
      const key = request.headers['idempotency-key'];
      const input = httpInput(operation, {
        params: request.params,
        query: request.query,
        body: request.body,
        idempotencyKey: typeof key === 'string' ? key : undefined,
      });
      const { userId, name } = token;
      const caller = { userId, requestId: request.id, ...(name === undefined ? {} : { name }) };
      const json = await options.dispatcher.run(caller, operation.name, input);
      return reply.code(http.status).type('application/json; charset=utf-8').send(json);
    },
  });
}

async function authenticate(
  request: FastifyRequest,
  options: HttpGatewayOptions,
): Promise<VerifiedToken> {
  const text = tokenFromRequest(request.headers);
  if (text === undefined) {
    throw new NovaError('unauthenticated', 'send a token: Authorization: Bearer …');
  }
  try {
    const token = await options.verify(text);
    options.onAuthenticated(token);
    return token;
  } catch (error) {
    options.onAuthFailure(request.raw, error);
    throw error;
  }
}

function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      const body: unknown = JSON.parse(String(text));
      checkStrings(String(text), body);
      done(null, body);
    } catch (error) {
      const known = error instanceof NovaError;
      done(known ? error : invalidField('body', 'JSON'));
    }
  });
}

const byFastifyCode: Readonly<Record<string, () => NovaError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new NovaError('payloadTooLarge', 'the body is over the limit'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new NovaError('unsupportedMedia', 'Content-Type: expected application/json'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new NovaError('invalidRequest', 'Content-Length: expected the size of the body'),
  FST_ERR_BAD_URL: () => new NovaError('invalidRequest', 'the path is not well-formed'),
};

function knownError(error: unknown): NovaError | undefined {
  if (error instanceof NovaError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return byFastifyCode[code]?.();
}

export function sendProblem(
  reply: FastifyReply,
  error: NovaError,
  requestId: string,
): FastifyReply {
  if (error.retryAfterMs !== undefined) {
    reply.header('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
  }
  if (error.code === 'unauthenticated') reply.header('WWW-Authenticate', 'Bearer');
  return reply
    .code(error.status)
    .type(problemType)
    .send(JSON.stringify(problemOf(error, requestId)));
}
