import { asyncApiDocument } from './asyncapi.ts';
import { docsPage, docsPagePolicy } from './docs-page.ts';
import { type DocumentOptions, openApiDocument } from './openapi.ts';

export interface DocumentRoute {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Made at the first call and kept. */
  readonly body: () => string;
}

/** What the service serves of its own contract, for whichever door carries it. */
export function documentRoutes(options: DocumentOptions): readonly DocumentRoute[] {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  return [
    route('/openapi.json', json, () => JSON.stringify(openApiDocument(options))),
    route('/asyncapi.json', json, () => JSON.stringify(asyncApiDocument(options))),
    route(
      '/docs',
      {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': docsPagePolicy,
        'referrer-policy': 'no-referrer',
      },
      () => docsPage(options),
    ),
  ];
}

function route(
  path: string,
  headers: Readonly<Record<string, string>>,
  make: () => string,
): DocumentRoute {
  let body: string | undefined;
  return {
    path,
    headers: { ...headers, 'x-content-type-options': 'nosniff', 'cache-control': 'max-age=300' },
    body: () => {
      body ??= make();
      return body;
    },
  };
}
