/** The user a JWT (RFC 7519) was made for. Only read, not verified: that is the service's part. */
export function subjectOf(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { sub } = JSON.parse(atob(payload)) as { sub?: unknown };
    if (typeof sub === 'string' && sub !== '') return sub;
  } catch {
    // The words below say it.
  }
  throw new Error('This is no token: it has three parts with dots between them and names a user.');
}
