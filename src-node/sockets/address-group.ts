import { isIPv6 } from 'node:net';

/**
 * Returns the group of addresses that limits count together: an IPv4 address, or the /64 of an IPv6 one, since one customer has all of it.
 * Every spelling of an address, with or without a zone, gives the same group.
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = address] = address.split('%');
  const [head = '', tail] = plain.split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
