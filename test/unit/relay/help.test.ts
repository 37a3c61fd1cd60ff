import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { wrapHelp } from '../../../src-relay/command/help-text.ts';

it.each([['account'], ['backup'], ['account', 'disable']])(
  'the help of clawreach-relay %s %s is wrapped',
  (...words) => {
    const text = execFileSync(process.execPath, ['src-relay/main.ts', ...words, '--help'], {
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '' },
    });
    expect(text).toContain('Usage: clawreach-relay');
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  },
);

it('the help of clawreach-relay lists each of its subcommands', () => {
  const text = execFileSync(process.execPath, ['src-relay/main.ts', '--help'], { encoding: 'utf8' });
  for (const word of ['account', 'instance', 'backup']) expect(text).toContain(`clawreach-relay ${word} --help`);
});

it('wraps paragraphs of a help, and keeps examples whole', () => {
  const example = `  $ clawreach-relay ${'word '.repeat(20)}`;
  expect(wrapHelp(`${'word '.repeat(20).trim()}\n${example}`, 40).split('\n')).toEqual([
    'word word word word word word word word',
    'word word word word word word word word',
    'word word word word',
    example,
  ]);
});
