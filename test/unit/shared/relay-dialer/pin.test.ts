import { expect, it } from 'vitest';
import { formatPin, groupPin, pinDigits, pinLines } from '#shared/relay-dialer/index.ts';

const DIGITS = '3226eb6f'.repeat(8);

it.each([
  ['as one word', DIGITS],
  ['in groups', formatPin(DIGITS)],
  ['with spaces, on two lines', pinLines(DIGITS, 8).join('\n')],
  ['with colons and capital letters', DIGITS.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')],
])('a pin is read %s', (_form, text) => {
  expect(pinDigits(` ${text} `)).toBe(DIGITS);
});

it.each(['', DIGITS.slice(1), `${DIGITS}0`, DIGITS.replace('3', 'g')])('%j is no pin', (text) => {
  expect(pinDigits(text)).toBeUndefined();
});

it('a pin is shown in groups of four digits: as one word, or in lines', () => {
  const pin = 'AB:CD '.repeat(16);
  expect(formatPin(pin)).toBe(Array.from({ length: 16 }, () => 'abcd').join('-'));
  expect(groupPin(pin)).toBe(Array.from({ length: 16 }, () => 'abcd').join(' '));
  expect(pinLines(pin, 4)).toEqual(Array.from({ length: 4 }, () => 'abcd abcd abcd abcd'));
});
