import { CROCKFORD } from '../bytes/index.ts';

const BASE = CROCKFORD.length;

/**
 * Luhn mod 32 (as in Syncthing's device ids, counted from the right like the classic rule): finds every single wrong character and every
 * exchange of neighbours but that of the first and the last letter of the alphabet, which is in the nature of Luhn.
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
