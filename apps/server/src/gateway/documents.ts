import type { FastifyInstance } from 'fastify';
import { documentRoutes } from '#documents/document-routes.js';

/** The contract as the service itself tells it: OpenAPI, AsyncAPI and a page for people. */
export function addDocuments(app: FastifyInstance, version: string): void {
  for (const { path, headers, body } of documentRoutes({ version })) {
    app.get(path, async (_request, reply) => reply.headers(headers).send(body()));
  }
}
