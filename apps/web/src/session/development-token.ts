export interface DevelopmentToken {
  readonly token: string;
  readonly userId: string;
}

/** Who a name stands for, and a token for them: the same name is always the same user. */
export async function developmentToken(name: string): Promise<DevelopmentToken> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    signal: AbortSignal.timeout(10_000),
  }).catch((cause: unknown) => {
    throw new Error('The service does not answer. Is it running?', { cause });
  });
  if (response.ok) return (await response.json()) as DevelopmentToken;
  if (response.status === 404) throw new Error('This service does not know people by name.');
  if (response.status === 400) throw new Error('A name has 1 to 64 ordinary characters.');
  throw new Error(`The service answered with an error (${response.status}). Try again.`);
}

/** Whether people sign in with a name: the service wrote into its page what it offers. */
export const signsInByName = (): boolean =>
  document.querySelector<HTMLMetaElement>('meta[name="nova-sign-in"]')?.content === 'name';
