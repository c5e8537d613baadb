import type { FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from '#auth/development-tokens.js';
import { invalidField } from '../errors.ts';

/** `POST /dev/token {"name": "ana"}`: only on the embedded default, where the issuer exists. */
export function addDevelopmentTokens(app: FastifyInstance, issuer: DevelopmentIssuer): void {
  app.post('/dev/token', async (request) => {
    const body: unknown = request.body;
    const name =
      typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
    if (typeof name !== 'string') throw invalidField('name', 'a string, the name of a user');
    return issuer.issue(name);
  });
}
