interface Bounds {
  /** For the whole exchange, the body included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** The text at a URL. Redirects are refused: they would move trust to whoever answers there. */
export async function readBounded(url: string, bounds: Bounds): Promise<string> {
  const address = new URL(url);
  const { username, password } = address;
  // fetch refuses an address with credentials, and quotes it in its error.
  address.username = '';
  address.password = '';
  const response = await fetch(address, {
    headers: {
      accept: 'application/jwk-set+json, application/json',
      ...(username === '' && password === '' ? {} : { authorization: basic(username, password) }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(bounds.timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the body.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bounds.maxBytes) throw new Error(`answered with over ${bounds.maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function basic(username: string, password: string): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
