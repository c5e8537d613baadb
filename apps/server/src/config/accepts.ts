// Judges of single values: each says whether the text of one key can be worked with.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** An absolute address of one of the schemes, with a host where `hostNeeded` says so. */
export function isUrl(schemes: readonly string[], hostNeeded = true): (text: string) => boolean {
  return (text) => {
    const url = URL.parse(text);
    if (url === null || !schemes.includes(url.protocol.slice(0, -1))) return false;
    return !hostNeeded || url.hostname !== '';
  };
}

export function isHostAndPort(text: string): boolean {
  const port = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** What Kafka takes as the name of a topic, short enough for a suffix of ours. */
export function isTopic(text: string): boolean {
  return /^[\w.-]{1,240}$/.test(text) && text !== '.' && text !== '..';
}

/** `turn:host:3478?transport=udp` and the like (RFC 7064, RFC 7065). */
export function isIceUrl(schemes: readonly string[]): (text: string) => boolean {
  return (text) => {
    const match =
      /^(stuns?|turns?):(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/.exec(
        text,
      );
    if (match === null || !schemes.includes(match[1] ?? '')) return false;
    const port = Number(match[2] ?? 3_478);
    return (
      port >= 1 &&
      port <= 65_535 &&
      (match[3] === undefined || match[1]?.startsWith('turn') === true)
    );
  };
}

/** `https://chat.acme.org`, without path; or `*`, which production refuses. */
export function isOrigin(text: string): boolean {
  if (text === '*') return true;
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text.toLowerCase();
}

/** An address or a network in CIDR notation, or one of the names for private networks. */
export function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

export function isSecretboxKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=?$/.test(text) && Buffer.from(text, 'base64').length === 32;
}

/** Environments that cannot hold line breaks carry a PEM with `\n` written as two characters. */
export function unescapePem(text: string): string {
  return text.replaceAll('\\r', '').replaceAll('\\n', '\n');
}

/**
 * One or several public keys or certificates, one after the other; a private key is refused, it
 * has no business here.
 */
export function isPublicKeyPem(text: string): boolean {
  const blocks = unescapePem(text).match(
    /-----BEGIN [A-Z0-9 ]+-----[^-]+-----END [A-Z0-9 ]+-----/g,
  );
  return blocks?.every((block) => !block.includes('PRIVATE KEY') && isPublicKey(block)) ?? false;
}

export function isCertificatePem(text: string): boolean {
  const blocks = unescapePem(text).match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  try {
    return blocks?.every((block) => new X509Certificate(block).raw.length > 0) ?? false;
  } catch {
    return false;
  }
}

function isPublicKey(pem: string): boolean {
  try {
    const { asymmetricKeyType } = createPublicKey(pem);
    return ['rsa', 'rsa-pss', 'ec', 'ed25519'].includes(asymmetricKeyType ?? '');
  } catch {
    return false;
  }
}
