import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

const PAGE = readFileSync(new URL('../../../docs/COMMANDS.md', import.meta.url), 'utf8');

/** The commands that the help names, each by its first name. */
async function commandsOf(...line: readonly string[]): Promise<readonly string[]> {
  const host = createFakeHost({}, {});
  await runCommandLine(line, host);
  return [...host.stdout.text.matchAll(/^ {2}([a-z][a-z-]*)(?:\|[a-z]+)? (?:\[|<| )/gm)].map(([, name = '']) => name);
}

describe('docs/COMMANDS.md', () => {
  it('has every command of the help', async () => {
    const names = (await commandsOf('help', '--all')).filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(35);
    expect(names.filter((name) => !new RegExp(`\`clawreach ${name}[\` ]`).test(PAGE))).toEqual([]);
  });

  it('has every command of the forwards', async () => {
    const names = (await commandsOf('forward', '--help')).filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(12);
    const forwards = PAGE.slice(PAGE.indexOf('## Forwards'));
    // The command `clawreach targets` is listed under Trust.
    expect(
      names.filter((name) => name !== 'targets' && !new RegExp(`\`(?:forward )?${name}[\` ]`).test(forwards)),
    ).toEqual([]);
  });
});
