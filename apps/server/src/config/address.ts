interface Credentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

/**
 * The address with credentials put in. A password given apart wins, so that a rotated password
 * needs no second edit; user and database only fill what the address leaves open.
 */
export function withCredentials(address: string, given: Credentials): string {
  const url = new URL(address);
  // An address without a host (a Unix socket named in its query) cannot hold credentials.
  if (url.hostname === '' && (given.user !== undefined || given.password !== undefined)) {
    url.hostname = 'localhost';
  }
  if (given.user !== undefined && url.username === '') {
    url.username = encodeURIComponent(given.user);
  }
  if (given.password !== undefined) url.password = encodeURIComponent(given.password);
  if (given.database !== undefined && url.pathname.length <= 1) {
    url.pathname = `/${encodeURIComponent(given.database)}`;
  }
  return url.href;
}
