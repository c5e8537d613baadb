import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Names for networks that nobody owns, as they may stand among the trusted proxies. */
const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * The address that limits are counted for: the peer's, or, where the peer is a trusted proxy, the
 * last address in X-Forwarded-For that is not one.
 */
export function clientAddressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const entry of trustedProxies.flatMap((name) => namedNetworks[name] ?? [name])) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    trusted.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  const isTrusted = (address: string): boolean =>
    trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (request) => {
    const peer = plain(request.socket.remoteAddress ?? '');
    if (trustedProxies.length === 0 || !isTrusted(peer)) return peer;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    const untrusted = forwarded
      .map((address) => plain(address.trim()))
      .findLast((address) => isIP(address) !== 0 && !isTrusted(address));
    return untrusted ?? peer;
  };
}

/** An IPv4 address as a dual-stack socket shows it, without its IPv6 prefix. */
const plain = (address: string): string => address.replace(/^::ffff:/, '');
