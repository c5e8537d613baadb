// Addresses beside the operations: what the service tells of itself.

const page = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: type === 'application/json' ? 'object' : 'string' } } },
});

const open = (operationId: string, summary: string, responses: object) => ({
  get: { operationId, summary, tags: ['service'], security: [], responses },
});

export const servicePaths = {
  '/health': open('service.health', 'Whether this node serves, and the state of what it needs', {
    200: page('It serves; a dependency that is down is named in the body', 'application/json'),
    503: page('It is starting or draining', 'application/json'),
  }),
  '/openapi.json': open('service.openapi', 'This document', {
    200: page('OpenAPI 3.1', 'application/json'),
  }),
  '/asyncapi.json': open('service.asyncapi', 'The socket side of the contract', {
    200: page('AsyncAPI 3.0', 'application/json'),
  }),
  '/docs': open('service.docs', 'The contract as a page', {
    200: page('One page without scripts', 'text/html'),
  }),
  '/dev/token': {
    post: {
      operationId: 'service.devToken',
      summary: 'A token for a name; on the embedded default only, never in production',
      tags: ['service'],
      security: [],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['name'],
              properties: { name: { type: 'string', minLength: 1 } },
            },
            example: { name: 'ana' },
          },
        },
      },
      responses: {
        200: {
          description: 'The same name always gives the same user',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['token', 'userId'],
                properties: {
                  token: { type: 'string' },
                  userId: { type: 'string', format: 'uuid' },
                },
              },
            },
          },
        },
      },
    },
  },
};
