import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStyle, describeError, renderFailure } from '#cli/output/index.ts';
import { printableJson } from '#cli/output/printable.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** What an error of another side could carry to drive a terminal. */
const HOSTILE = '\u001b]0;owned\u0007\u009b2J\u202e\u{e0041}x';
const DRIVES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test('nothing of an error of another side drives the terminal: code, message, details', () => {
  const error = new ClawReachError(HOSTILE, HOSTILE, { details: { name: HOSTILE } });
  const lines = renderFailure(describeError(error), createStyle(false, {}));
  expect(lines.join('')).toContain('x');
  for (const line of lines) expect(line).not.toMatch(DRIVES);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('the code %s has no text of its own', (code) => {
  expect(commandErrorText(code, 'what the other side says')).toMatchObject({ what: 'what the other side says' });
});

test('JSON output keeps every value and shows no character that drives a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(HOSTILE, '\ud800', '\u2028', 'ü機'), (text, hostile) => {
      const value = { [text]: `${text}${hostile}`, list: [hostile] };
      const json = printableJson(value);
      expect(JSON.parse(json)).toEqual(value);
      expect(json).not.toMatch(DRIVES);
    }),
    { numRuns: 2000 },
  );
});
