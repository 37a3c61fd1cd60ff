import { isIPv4, isIPv6 } from 'node:net';

/**
 * Returns the network of a client for lists of sessions and the audit log: an IPv4 /24 or an IPv6 /48. It tells a person whether a sign-in came from
 * home, and doesn't keep who sat where. Empty for anything else. Pure.
 * @param address normalized address
 */
export function clientNetwork(address: string): string {
  if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return '';
  // The URL parser writes IPv6 in one form (RFC 5952): lower case, the longest run of zeros as `::`.
  const canonical = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0');
  const groups = [...front, ...gap, ...back].slice(0, 3);
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::/48`;
}
