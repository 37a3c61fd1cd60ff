import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn, type IPty } from 'node-pty';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { ROOT } from '#test/support/e2e/commands.ts';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const SHELLS = [
  {
    shell: 'zsh',
    options: ['-f', '-i'],
    setup: 'autoload -Uz compinit; compinit -u -D; source <(clawreach completion zsh)',
    bare: '$(touch ran-5)',
  },
  { shell: 'fish', options: ['--no-config', '-i'], setup: 'clawreach completion fish | source', bare: '(touch ran-5)' },
] as const;
const running: IPty[] = [];

afterEach(() => {
  for (const pty of running.splice(0)) pty.kill('SIGKILL');
});

/** A shell on a terminal, whose `clawreach` is the real one and writes down what it was given. */
async function start({ shell, options, setup }: (typeof SHELLS)[number]) {
  const folder = temporaryDirectory();
  const commands = join(folder, 'bin');
  mkdirSync(commands);
  const log = join(folder, 'asked');
  writeFileSync(log, '');
  writeFileSync(
    join(commands, 'clawreach'),
    `#!/bin/sh\n{ printf '<%s>' "$@"; echo; } >>'${log}'\nexec '${process.execPath}' '${join(ROOT, 'bin', 'clawreach.js')}' "$@"\n`,
    { mode: 0o755 },
  );
  const pty = spawn(shell, [...options], {
    name: 'xterm',
    cols: 200,
    rows: 50,
    cwd: folder,
    env: {
      ...process.env,
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      PATH: [commands, dirname(process.execPath), process.env['PATH']].join(delimiter),
      CLAWREACH_PROFILE: join(folder, 'profile'),
      PS1: '$ ',
    },
  });
  running.push(pty);
  let shown = '';
  pty.onData((data) => {
    shown += data;
    // What fish asks its terminal before it begins.
    if (data.includes('\u001B[c') || data.includes('\u001B[0c')) pty.write('\u001B[?62c');
  });
  pty.write(`${setup}; echo rea""dy\r`);
  await expect.poll(() => shown).toContain('ready\r\n');
  return {
    folder,
    asked: (): readonly string[] =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('<complete>')),
    /** Types what was begun, and a Tab; resolves when the line has become what it should. */
    tab: async (typed: string, becomes: string): Promise<void> => {
      shown = '';
      pty.write(`${typed}\t`);
      await expect.poll(() => stripVTControlCharacters(shown).replaceAll('\b', '')).toContain(becomes);
      pty.write('\u0015');
    },
  };
}

describe.each(SHELLS)('$shell', (known) => {
  it.skipIf(!has(known.shell))(
    'completes commands and choices, and evaluates no word that was typed [S-NAME-2]',
    async () => {
      const { tab, asked, folder } = await start(known);
      await tab('clawreach relay ena', 'enable');
      const hostile = ["'$(touch ran-1)'", '"$(touch ran-2)"', "'`touch ran-3`'", "'; touch ran-4 ;'", "'a b'"];
      await tab(`clawreach ping ${[...hostile, known.bare].join(' ')} --timeo`, '--timeout');
      expect(asked().length).toBeGreaterThanOrEqual(2);
      expect(asked().at(-1)).toContain('<a b>');
      for (let number = 1; number <= 5; number += 1) expect(existsSync(join(folder, `ran-${number}`))).toBe(false);
    },
  );
});
