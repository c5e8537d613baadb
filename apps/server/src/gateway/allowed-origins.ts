/**
 * Whether pages of an origin may use this service. With none configured every page may: tokens are
 * given by scripts and never sent by a browser on its own, so a foreign page has none to send.
 */
export function originCheck(allowedOrigins: readonly string[]): (origin: string) => boolean {
  if (allowedOrigins.length === 0 || allowedOrigins.includes('*')) return () => true;
  const allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  return (origin) => allowed.has(origin.toLowerCase());
}
