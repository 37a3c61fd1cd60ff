import { CROCKFORD } from '../bytes/index.ts';

const BASE = CROCKFORD.length;

/**
 * Computes the Luhn mod 32 check character of a part of a peer ID, counted from the right (as in Syncthing's device IDs). It detects every wrong
 * character and every swap of neighbors, except a swap of the first and last letters of the alphabet, which no Luhn variant detects. Pure.
 * @param text canonical Crockford characters
 */
export function luhnCheckCharacter(text: string): string {
  let sum = 0;
  let factor = 2;
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const product = CROCKFORD.indexOf(text.charAt(index)) * factor;
    sum += Math.floor(product / BASE) + (product % BASE);
    factor = factor === 2 ? 1 : 2;
  }
  return CROCKFORD.charAt((BASE - (sum % BASE)) % BASE);
}
