import { CROCKFORD } from '../bytes/index.ts';

const BASE = CROCKFORD.length;

/**
 * Computes a Luhn mod 32 check character (as in Syncthing's device IDs, counted from the right like the classic rule). It detects every single
 * wrong character and every swap of neighbors except that of the first and last letters of the alphabet, which no Luhn variant detects.
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
