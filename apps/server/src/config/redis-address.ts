/** Where Redis is, read from the one text that names it. */
export interface RedisAddress {
  /** `sentinel`: `nodes` are the sentinels, which tell the master. `cluster`: some of its nodes. */
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  /** What the sentinels call the master. */
  readonly masterName?: string;
  readonly sentinelPassword?: string;
}

const shape =
  /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(\/[^?#]*)?(?:\?([^#]*))?$/;
const place = /^(\[[\da-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;
const sentinelPort = 26_379;
const redisPort = 6_379;

/**
 * `redis://user:password@host:6379/0`, with `rediss:` over TLS; `redis+sentinel://:password@one:26379,
 * two:26379/master/0?sentinelPassword=…`; `redis+cluster://:password@one:6379,two:6379`. Undefined
 * for a text that is none of these.
 */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, scheme, form, credentials = '', places = '', path = '', query = ''] = match;
  const kind = form === undefined ? 'single' : (form as 'sentinel' | 'cluster');
  const nodes = places.split(',').map((one) => readPlace(one, kind));
  const steps = path.split('/').slice(1).filter(Boolean).map(decode);
  const masterName = kind === 'sentinel' ? steps.shift() : undefined;
  const database = Number(steps.shift() ?? '0');
  const [username, password] = readCredentials(credentials);
  const sentinelPassword = new URLSearchParams(query).get('sentinelPassword');
  if (steps.length > 0 || !Number.isInteger(database) || database < 0) return undefined;
  if (kind === 'single' && nodes.length > 1) return undefined;
  if (kind === 'cluster' && database !== 0) return undefined;
  if (kind === 'sentinel' && masterName === undefined) return undefined;
  if (!nodes.every((node) => node !== undefined)) return undefined;
  return {
    kind,
    tls: scheme === 'rediss',
    nodes,
    database,
    ...(username === '' ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(masterName === undefined ? {} : { masterName }),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
  };
}

/** The address with this password in place of its own, so that a rotated one needs no second edit. */
export function withRedisPassword(text: string, password: string | undefined): string {
  if (password === undefined) return text;
  return text.replace(
    /^([\w+]+:\/\/)(?:([^@/?#:]*)(?::[^@/?#]*)?@)?/,
    (_, scheme: string, user: string | undefined) =>
      `${scheme}${user ?? ''}:${encodeURIComponent(password)}@`,
  );
}

function readPlace(text: string, kind: RedisAddress['kind']) {
  const match = place.exec(text.trim());
  if (match === null) return undefined;
  const port = Number(match[2] ?? (kind === 'sentinel' ? sentinelPort : redisPort));
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function readCredentials(text: string): [username: string, password: string | undefined] {
  const colon = text.indexOf(':');
  if (colon < 0) return [decode(text), undefined];
  return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
}

/** A percent sign that begins no escape stands for itself: passwords contain everything. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
