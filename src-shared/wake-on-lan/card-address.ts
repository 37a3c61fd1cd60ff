import * as z from 'zod';

/** Most network cards of one machine that are named. */
export const MOST_CARDS = 4;

/** Reports whether a text is the MAC address of one network card, in lower case with colons: neither a group's nor all zero. Pure. */
export function isCardAddress(text: string): boolean {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text) || /^[0:]+$/.test(text)) return false;
  // The lowest bit of the first byte marks groups (IEEE 802).
  return (Number.parseInt(text.slice(0, 2), 16) & 1) === 0;
}

/** MAC address of a network card, such as `a4:bb:6d:10:22:33`. */
export const cardAddress = z.string().max(17).refine(isCardAddress);
