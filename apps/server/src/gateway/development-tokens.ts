import type { FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from '#auth/development-tokens.js';
import { invalidField } from '../errors.ts';

/**
 * `POST /dev/token {"name": "ana"}`: only on the embedded default, where the issuer exists. Whoever is
 * looked up by a name has one from then on, for everybody who shares a conversation with them.
 */
export function addDevelopmentTokens(
  app: FastifyInstance,
  issuer: DevelopmentIssuer,
  introduce: (userId: string, name: string) => Promise<void>,
): void {
  app.post('/dev/token', async (request) => {
    const body: unknown = request.body;
    const name =
      typeof body === 'object' && body !== null && 'name' in body ? body.name : undefined;
    if (typeof name !== 'string') throw invalidField('name', 'a string, the name of a user');
    const issued = await issuer.issue(name);
    await introduce(issued.userId, name);
    return issued;
  });
}
