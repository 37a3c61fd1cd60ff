import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPlaceholders, placeholdersOf } from '#shared/saved-command/index.ts';

describe('a saved command', () => {
  it('has its placeholders once each, in order, and leaves the braces of a shell alone', () => {
    expect(placeholdersOf('cp {{from}} {{to}}; echo {{from}} {a,b} ${HOME} {{Not}} {{ no }}')).toEqual(['from', 'to']);
  });

  it.skipIf(process.platform === 'win32')('gets each value as one word, whatever it contains [S-SAVED-1]', () => {
    const values = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(values, (value) => {
        const line = fillPlaceholders('printf "%s|" {{value}} end', { value }, false);
        expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(
          `${Buffer.from(value).toString()}|end|`,
        );
      }),
      { numRuns: 60, examples: [["'; touch /tmp/x; '"], ['$(id)'], ['`id`'], ['{{value}}'], ['$&'], ['']] },
    );
  });

  it.each(['"', '%PATH%', 'a & b', 'a|b', '^', '<', '>', '!x!', 'a\nb'])(
    'takes no value that cmd.exe would read as more than one word: %j [S-SAVED-1]',
    (value) => {
      expect(() => fillPlaceholders('echo {{value}}', { value }, true)).toThrow(
        expect.objectContaining({ code: 'saved-command.windows-value' }) as Error,
      );
    },
  );

  it('takes other values there in quotes', () => {
    expect(fillPlaceholders('dir {{folder}}', { folder: String.raw`C:\My files` }, true)).toBe(
      String.raw`dir "C:\My files"`,
    );
  });

  it('needs a value for each placeholder, and takes no other', () => {
    expect(() => fillPlaceholders('{{a}} {{b}} {{c}}', { b: '' }, false)).toThrow(
      expect.objectContaining({ code: 'saved-command.missing', details: { names: 'a, c' } }) as Error,
    );
    expect(() => fillPlaceholders('{{a}}', { a: '', b: '' }, false)).toThrow(
      expect.objectContaining({ code: 'saved-command.unknown-value' }) as Error,
    );
  });
});
