import { ipFamily } from './address.ts';

/**
 * Returns the key under which limits count an address: the IPv4 address itself, or the /64 of an IPv6 address, since one customer controls all of a
 * /64. Every spelling of an address, with or without a zone, gives the same key. Used by the relay's and the direct listener's limits. Pure.
 */
export function addressGroup(address: string): string {
  const [plain = address] = address.split('%');
  if (ipFamily(plain) !== 6) return address;
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
