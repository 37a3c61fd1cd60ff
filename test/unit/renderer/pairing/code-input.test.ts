import { expect, test } from 'vitest';
import { formatTyped, moveCaret, readTyped } from '#renderer/features/pairing/code-input.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import { createPairingLink } from '#shared/pairing/index.ts';

const INVITER = peerIdFromBytes(new Uint8Array(32).fill(9));
const LINK = createPairingLink({
  relayUrl: 'wss://relay.example:7474',
  relayKey: new Uint8Array(32).fill(1),
  inviter: INVITER,
  secret: new Uint8Array(16).fill(2),
});

test.each([
  ['a', 'A'],
  ['abcd', 'ABCD'],
  ['abcd1', 'ABCD-1'],
  ['abcd1234', 'ABCD-1234'],
  ['abcd 1234', 'ABCD-1234'],
  ['ABCD–1234', 'ABCD-1234'],
  ['o0il', '0011'],
  ['abcd-', 'ABCD'],
  ['abcdu', 'ABCD-U'],
  ['abcd12345', 'ABCD-12345'],
])('typed %j stands there as %j', (typed, shown) => {
  expect(formatTyped(typed)).toBe(shown);
});

test('a text with something in it that no code has is left as it was typed', () => {
  expect(formatTyped('ab!d')).toBe('ab!d');
});

test('a link that is typed letter by letter stays one', () => {
  let shown = '';
  for (const letter of 'clawreach://pair?v=1') shown = formatTyped(shown + letter);
  expect(shown).toBe('clawreach://pair?v=1');
});

test('a code that begins like the link is a code all the same', () => {
  let shown = '';
  for (const letter of 'claw2345') shown = formatTyped(shown + letter);
  expect(shown).toBe('C1AW-2345');
  expect(readTyped(formatTyped('clawreac'))).toEqual({ kind: 'code', code: 'C1AW-REAC' });
});

test.each([
  ['at the end, behind the dash that came by itself', 'abcd1', 5, 6],
  ['at the end of a whole code', 'abcd1234', 8, 9],
  ['in the middle, behind the letter that was put there', 'ABXCD-123', 3, 3],
  ['at the beginning', 'abcd1234', 0, 0],
  ['behind the dash where the letter before it was typed', 'ABC1D-234', 4, 4],
])('the cursor stays %s', (_where, raw, caret, expected) => {
  expect(moveCaret(raw, caret, formatTyped(raw))).toBe(expected);
});

test.each([
  ['', 'empty'],
  ['   ', 'empty'],
  ['ABC', 'partial'],
  ['ABCD-123', 'partial'],
  ['clawreach:', 'partial'],
  ['ABCD-U', 'invalid'],
  ['ABCD-12345', 'invalid'],
  ['https://example.org/', 'invalid'],
])('%j is %s', (text, kind) => {
  expect(readTyped(text).kind).toBe(kind);
});

test('a code is read with its look-alikes', () => {
  expect(readTyped('obcd-l2i4')).toEqual({ kind: 'code', code: '0BCD-1214' });
});

test.each([
  ['alone', LINK],
  ['between spaces', `  ${LINK}\n`],
  ['within a message', `Join me here: ${LINK} (ten minutes)`],
  ['with the scheme in capitals', LINK.replace('clawreach', 'ClawReach')],
  ['behind the address of a page', `https://example.org/open#${LINK}`],
  ['encoded behind the address of a page', `https://example.org/open?to=${encodeURIComponent(LINK)}`],
])('a link is found %s', (_where, text) => {
  expect(readTyped(text)).toMatchObject({ kind: 'link', text: LINK, link: { inviter: INVITER } });
});

test.each([
  ['cut short', LINK.slice(0, -10)],
  ['with one letter more', `${LINK}A`],
  ['with another peer', LINK.replace(INVITER, `${INVITER.slice(0, -1)}Z`)],
])('a link %s is refused as a link', (_how, text) => {
  expect(readTyped(text)).toMatchObject({ kind: 'invalid', error: { code: 'pairing.link-format' } });
});
