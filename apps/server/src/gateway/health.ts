import type { FastifyInstance } from 'fastify';

export type Phase = 'starting' | 'serving' | 'draining';

export interface Dependency {
  readonly up: boolean;
  /** Since the last sign of life, milliseconds. */
  readonly silentMs: number;
}

export interface HealthOptions {
  readonly phase: () => Phase;
  readonly dependencies: () => Readonly<Record<string, Dependency>>;
  readonly details: () => Readonly<Record<string, unknown>>;
}

/**
 * Answers every probe: 200 while the process serves, whatever its dependencies do (restarting the
 * pods does not bring a database back), 503 while starting and draining.
 */
export function healthBody({ phase, dependencies, details }: HealthOptions, verbose: boolean) {
  const state = phase();
  const listed = dependencies();
  const degraded = Object.values(listed).some(({ up }) => !up);
  return {
    code: state === 'serving' ? 200 : 503,
    body: {
      status: state === 'serving' ? (degraded ? 'degraded' : 'ok') : state,
      dependencies: listed,
      ...(verbose ? details() : {}),
    },
  };
}

export function addHealth(app: FastifyInstance, options: HealthOptions): void {
  app.get('/health', async (request, reply) => {
    const verbose = Object.hasOwn(Object(request.query), 'verbose');
    const { code, body } = healthBody(options, verbose);
    return reply.code(code).header('Cache-Control', 'no-store').send(body);
  });
}
