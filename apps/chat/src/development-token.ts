/** The service does not answer at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(url: string, cause?: unknown) {
    super(`cannot reach ${url} – is it running? start it with: npm start`, { cause });
  }
}

export interface DevelopmentToken {
  readonly token: string;
  readonly userId: string;
}

/** Who somebody is, and a token for them: the same name is always the same user. */
export async function developmentToken(url: string, name: string): Promise<DevelopmentToken> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    signal: AbortSignal.timeout(5_000),
  }).catch((cause: unknown) => {
    throw new Unreachable(url, cause);
  });
  if (response.status === 404) {
    throw new Error(`${url} gives out no development tokens: pass --token TOKEN`);
  }
  if (!response.ok) throw new Error(`${url}/dev/token answered ${response.status}`);
  return (await response.json()) as DevelopmentToken;
}
