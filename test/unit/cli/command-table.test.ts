import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS } from '#cli/commands/index.ts';
import { DAILY_COMMANDS } from '#cli/help.ts';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

const COMMANDS = COMMAND_GROUPS.flatMap(([, commands]) => commands);

async function print(...line: readonly string[]): Promise<string> {
  const host = createFakeHost();
  expect(await runCommandLine(line, host)).toBe(0);
  return host.stdout.text;
}

describe('the table of commands', () => {
  it.each(COMMANDS)('knows $names by the names that they give themselves', async ({ names, load }) => {
    const program = new Command().enablePositionalOptions();
    (await load())(program, async () => {});
    expect(program.commands.flatMap((command) => [command.name(), ...command.aliases()])).toEqual(names);
  });

  it('has no name twice', () => {
    const names = COMMANDS.flatMap((command) => command.names);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('has every command in the help, under its heading', async () => {
    const help = await print('help', '--all');
    for (const [heading, commands] of COMMAND_GROUPS) {
      const [, section = ''] = help.split(`\n${heading}\n`);
      const listed = section.split('\n\n')[0]?.match(/^ {2}[a-z-]+/gm);
      expect(listed?.map((name) => name.trim())).toEqual(
        commands.filter(({ isHidden }) => isHidden !== true).map(({ names: [name] }) => name),
      );
    }
  });

  it('has the daily ones in the short help, on one screen, also without arguments', async () => {
    const help = await print('--help');
    for (const line of [[], ['help'], ['-h'], ['--json', '--help'], ['--profile', 'p']])
      expect(await print(...line)).toBe(help);
    const lines = help.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(help.indexOf('Start here:')).toBeLessThan(120);
    const names = DAILY_COMMANDS.flatMap(([, commands]) => commands.flatMap(([words]) => words.split(', ')));
    expect(names.length).toBeGreaterThan(15);
    const known = new Set(COMMANDS.flatMap((command) => command.names));
    expect(names.filter((words) => !known.has(words.split(' ')[0] ?? ''))).toEqual([]);
  });

  it('keeps the columns of the short help in a narrow terminal', async () => {
    const host = createFakeHost();
    host.stdout.columns = 60;
    await runCommandLine([], host);
    expect(host.stdout.text.split('\n').filter((line) => line.length > 60)).toEqual([]);
    expect(host.stdout.text).toContain('\n  connect NAME    open a terminal');
  });

  it('says with `help GROUP COMMAND` what `GROUP COMMAND --help` says', async () => {
    expect(await print('help', 'gateway', 'add')).toBe(await print('gateway', 'add', '--help'));
    expect(await print('--help', '--all')).toBe(await print('help', '--all'));
  });

  it.each(COMMANDS.flatMap(({ names }) => names).filter((name) => name !== 'complete'))(
    'gives the help of `%s` also behind flags, and by `help`',
    async (name) => {
      const own = await print(name, '--help');
      expect(own).toMatch(/^Usage: clawreach /);
      expect(await print('--json', '--profile', '/p', name, '--help')).toBe(own);
      expect(await print('help', name)).toBe(own);
    },
  );
});

it('help in a pipe is as wide as the terminal of the shell, or 80 columns', async () => {
  for (const [variables, width] of [
    [{}, 80],
    [{ COLUMNS: '60' }, 60],
  ] as const) {
    const host = createFakeHost({}, { variables });
    host.stdout.columns = 0;
    await runCommandLine(['introduce', '--help'], host);
    const text = host.stdout.text.split('\n').filter((line) => !line.startsWith('  $ '));
    expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});
