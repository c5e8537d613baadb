import { type HttpMethod, type Operation, type OperationName, operations } from '@nova/protocol';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface HttpRequest {
  readonly method: HttpMethod | 'OPTIONS' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One request, its answer read to the end; JSON of either kind is parsed. */
export async function sendHttp(origin: string, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers = {}, body } = request;
  const response = await fetch(new URL(path, origin), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const json = /^application\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: json && text !== '' ? JSON.parse(text) : text,
  };
}

/** The HTTP form of an operation's input: path first, then query or body, as the method has it. */
export function requestOf(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  const { http } = operations[name] as Operation;
  if (http === undefined) throw new Error(`${name} has no HTTP form`);
  const rest: Record<string, unknown> = { ...input };
  const path = http.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(rest[field]);
    delete rest[field];
    return encodeURIComponent(value);
  });
  const { idempotencyKey, ...fields } = rest;
  const keyed = idempotencyKey === undefined ? {} : { 'Idempotency-Key': String(idempotencyKey) };
  const url = `/api/v1${path}`;
  if (http.method === 'GET') {
    const query = new URLSearchParams(
      Object.entries(fields).map(([field, value]) => [field, String(value)]),
    ).toString();
    return {
      method: http.method,
      path: query === '' ? url : `${url}?${query}`,
      headers: { ...headers, ...keyed },
    };
  }
  const empty = Object.keys(fields).length === 0;
  return {
    method: http.method,
    path: url,
    headers: { ...headers, ...keyed, ...(empty ? {} : { 'Content-Type': 'application/json' }) },
    ...(empty ? {} : { body: JSON.stringify(fields) }),
  };
}
