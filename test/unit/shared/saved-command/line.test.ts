import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it.each([
    'echo "{{v}}"',
    "echo '{{v}}'",
    'echo `echo {{v}}`',
    'echo "$(echo {{v}})"',
    String.raw`echo \{{v}}`,
    'echo $(( {{v}} ))',
    'echo ${HOME:-{{v}}}',
    "echo $'{{v}}'",
    'echo ${{v}}',
    'echo $[{{v}}]',
    'echo hi # {{v}}',
    'echo $(cat {{v}})',
    'cat <<X {{v}}',
    '[[ 1 -eq {{v}} ]]',
    `echo "$(echo '"')" '{{v}}'`,
    "echo ${x#'}'}'{{v}}'",
  ])('gets no value where quotes mean something else: %s [S-SAVED-2]', (line) => {
    expect(() => fillPlaceholders(line, { v: 'x' }, false)).toThrow(
      expect.objectContaining({ code: 'saved-command.quoted', details: { name: 'v' } }) as Error,
    );
  });

  it.each([
    ['echo "a" {{v}} \'b\' {{v}}', `echo "a" 'x y' 'b' 'x y'`],
    ['echo "$(date) ${HOME} $USER" {{v}} `id` {{v}}', "echo \"$(date) ${HOME} $USER\" 'x y' `id` 'x y'"],
    ['echo \\" {{v}} a#b {{v}} $? ${HOME} {{v}}', `echo \\" 'x y' a#b 'x y' $? \${HOME} 'x y'`],
  ])('gets it elsewhere: %s', (line, filled) => {
    expect(fillPlaceholders(line, { v: 'x y' }, false)).toBe(filled);
  });

  it.skipIf(process.platform === 'win32')('never has a value run, in any line that takes it [S-SAVED-2]', () => {
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-saved-command-'));
    const word = fc.constantFrom(
      '"',
      "'",
      '`',
      '\\',
      '$(',
      ')',
      '$((',
      '))',
      '${',
      '}',
      '$',
      '$[',
      '[[ 1 -eq ',
      '<<',
      "$'",
      ' ',
      ';',
      'echo ',
      'x',
      '#',
      '{{v}}',
    );
    const attack = fc.constantFrom(
      '$(>ran)',
      '`>ran`',
      '; >ran;',
      "'; >ran; '",
      '"; >ran; "',
      '" `>ran` "',
      'a[$(>ran)]',
      "\\'; >ran #",
      'a\n>ran #',
    );
    // `/bin/sh` is bash on some systems, which reads more than POSIX has.
    const shells = ['/bin/sh', '/bin/bash'].filter((shell) => existsSync(shell));
    let filled = 0;
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), attack, (words, value) => {
        let line: string;
        try {
          line = fillPlaceholders(`: ${words.join('')} {{v}}`, { v: value }, false);
        } catch {
          return;
        }
        filled += 1;
        for (const shell of shells) spawnSync(shell, ['-c', line], { cwd: folder, stdio: 'ignore', timeout: 5000 });
        expect({ line, ran: existsSync(join(folder, 'ran')) }).toEqual({ line, ran: false });
      }),
      { numRuns: 1500 },
    );
    rmSync(folder, { recursive: true });
    expect(filled).toBeGreaterThan(200);
  });

  it.each(['"', '%PATH%', 'a & b', 'a|b', '^', '<', '>', '!x!', 'a\nb', 'C:\\'])(
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
