import { bearerSubprotocolPrefix } from '@nova/protocol/wire';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const bearerScheme = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
const tokenText = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The token of an HTTP request or a WebSocket upgrade: from `Authorization: Bearer` (RFC 6750
 * §2.1), or from a `bearer.` entry of `Sec-WebSocket-Protocol`, because pages cannot set headers.
 * Never from the query string, which ends up in logs and histories.
 */
export function tokenFromRequest(headers: Headers): string | undefined {
  const authorization = headers.authorization;
  if (typeof authorization === 'string') return bearerScheme.exec(authorization)?.[1];
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return undefined;
  const entries = (typeof offered === 'string' ? offered : offered.join(',')).split(',');
  for (const entry of entries) {
    const text = entry.trim();
    if (!text.startsWith(bearerSubprotocolPrefix)) continue;
    const token = text.slice(bearerSubprotocolPrefix.length);
    return tokenText.test(token) ? token : undefined;
  }
  return undefined;
}
