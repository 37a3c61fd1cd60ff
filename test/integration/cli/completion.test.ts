import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { ROOT } from '#test/support/e2e/commands.ts';

it('bash completes commands, subcommands and options, and does not run what is typed [S-NAME-2]', () => {
  const folder = temporaryDirectory();
  const commands = join(folder, 'bin');
  mkdirSync(commands);
  symlinkSync(join(ROOT, 'bin', 'clawreach.js'), join(commands, 'clawreach'));
  const tab = (...words: readonly string[]): readonly string[] =>
    execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        'source <(clawreach completion bash); COMP_WORDS=(clawreach "$@"); COMP_CWORD=$#; __clawreach_complete; printf "%s\\n" "${COMPREPLY[@]}"',
        'bash',
        ...words,
      ],
      {
        encoding: 'utf8',
        cwd: folder,
        env: {
          ...process.env,
          PATH: [commands, dirname(process.execPath), process.env['PATH']].join(delimiter),
          CLAWREACH_PROFILE: join(folder, 'profile'),
        },
      },
    )
      .split('\n')
      .filter((line) => line !== '');
  expect(tab('conn')).toEqual(['connect']);
  expect(tab('relay', 'ena')).toEqual(['enable']);
  expect(tab('relay', 'enable', '--mode', 'sock')).toEqual(['socks5']);
  expect(tab('forward', 'en')).toEqual(['enable']);
  expect(tab('forward', 'add', '--mode', 'sock')).toEqual(['socks5']);
  expect(tab('pair', '--al')).toEqual(['--allow']);
  expect(tab('connect', '$(touch ran)')).toEqual([]);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});
