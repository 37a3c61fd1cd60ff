import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS } from '#cli/commands/index.ts';
import { lastWord, nameWord, optionWords, peerWord } from '#cli/commands/machines/peer-format.ts';
import { COMMAND_ERROR_TEXTS } from '#shared/locales/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';

const SHORT_ID = 'EE09QX5';
const PEER_ID = SHORT_ID.padEnd(56, '0');

/** The whole table: each command with its commands below it, and the words that call it. */
async function commandTable(): Promise<readonly (readonly [path: string, command: Command])[]> {
  const program = new Command().enablePositionalOptions();
  for (const { load } of COMMAND_GROUPS.flatMap(([, commands]) => commands)) (await load())(program, async () => {});
  const below = (command: Command, path: readonly string[]): (readonly [string, Command])[] =>
    command.commands.flatMap((one) => {
      const words = [...path, one.name()];
      return [[words.join(' '), one] as const, ...below(one, words)];
    });
  return below(program, []);
}

const TABLE = await commandTable();
const FLAGS = TABLE.flatMap(([, { options }]) => options.flatMap(({ long, short }) => [long, short]));

/** What a stranger could call a device to drive a command line. */
const NAMES: readonly string[] = [
  ...new Set(['--help', '-h', ...FLAGS.filter((flag) => typeof flag === 'string')]),
  ...[...new Set(FLAGS)].map((flag) => `${flag ?? '--'}=1`),
  '--',
  '-',
  '.',
  '..',
  '-- --yes',
  '- x',
  '--yes; touch owned',
  '$(touch owned)',
  "'; --yes '",
  '=ls',
  '~',
];

/** Words of lines as a shell takes them. */
function shellWords(lines: readonly string[]): readonly (readonly string[])[] {
  const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\n\\0'`).join('\n');
  const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return printed
    .split('\n\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

/** What a command line of a command is read as. */
type Read = Readonly<{ first: unknown; options: object }>;

/** Prepares a command to read the words after its own, again and again: making the table for each line took most of the time. */
async function readerOf(path: string): Promise<(words: readonly string[]) => Promise<Read>> {
  const program = new Command().enablePositionalOptions().exitOverride();
  const name = path.split(' ')[0] ?? '';
  const known = COMMAND_GROUPS.flatMap(([, commands]) => commands).find(({ names }) => names.includes(name));
  (await known?.load())?.(program, async () => {});
  let command: Command | undefined = program;
  for (const word of path.split(' ')) command = command?.commands.find((one) => one.name() === word);
  if (command === undefined) throw new Error(`no command ${path}`);
  const needed: string[] = [];
  for (const option of command.options) {
    Object.assign(option, { parseArg: undefined });
    if (option.mandatory) needed.push(`${option.long ?? ''}=x`);
  }
  for (const argument of command.registeredArguments) Object.assign(argument, { parseArg: undefined });
  const others = command.registeredArguments.slice(1).filter(({ required }) => required);
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  let read: Read | undefined;
  const before = new Set(needed.map((option) => option.slice(2, -2)));
  command.action((...given: unknown[]) => {
    const entries = Object.entries(command.opts()).filter(
      ([key]) => command.getOptionValueSource(key) === 'cli' && !before.has(key),
    );
    read = { first: given[0], options: Object.fromEntries(entries) };
  });
  return async (words) => {
    read = undefined;
    await program.parseAsync([...path.split(' '), ...needed, ...words, ...others.map(() => 'x')], { from: 'user' });
    if (read === undefined) throw new Error(`${path} ${words.join(' ')} was not run`);
    return read;
  };
}

const NAMING = TABLE.filter(
  ([
    ,
    {
      registeredArguments: [first],
    },
  ]) => first !== undefined && !first.variadic,
).map(([path]) => path);

describe('a line that is printed to be run', () => {
  it('knows a table of commands that can be attacked', () => {
    expect(NAMING).toEqual(
      expect.arrayContaining(['confirm', 'forget', 'gateway remove', 'forward trust', 'relay trust', 'nodes approve']),
    );
    expect(NAMES).toEqual(expect.arrayContaining(['--words-confirmed-elsewhere', '--yes']));
  });

  it.each(NAMING)(
    '`clawreach %s NAME` never reads a name as an option, nor as a command of the shell [S-NAME-2]',
    async (path) => {
      const words = NAMES.flatMap((name) => [
        peerWord({ name, peerId: PEER_ID }),
        peerWord({ name: cleanName(name), peerId: PEER_ID }),
        nameWord(name, SHORT_ID),
      ]);
      const unlike = [...new Set(words)];
      const meant = new Set([SHORT_ID, ...NAMES.map(cleanName)]);
      const parse = await readerOf(path);
      for (const line of shellWords(unlike)) {
        const { first, options } = await parse(line);
        expect(options, `${path} ${line.join(' ')}`).toEqual({});
        expect(meant, `${path} ${line.join(' ')}`).toContain(first);
      }
    },
  );

  it('`clawreach nodes approve ID` takes an id of somebody else for nothing but an id', async () => {
    const lines = shellWords(NAMES.map(lastWord));
    const parse = await readerOf('nodes approve');
    for (const [index, line] of lines.entries())
      expect(await parse(line)).toEqual({ first: NAMES[index], options: {} });
  });

  it('an option keeps the value that somebody else chose', async () => {
    const lines = shellWords(NAMES.map((name) => `x ${optionWords('--terminal', name)}`));
    const parse = await readerOf('connect');
    for (const [index, line] of lines.entries())
      expect((await parse(line)).options).toEqual({ terminal: NAMES[index] });
  });

  it('names nothing of somebody else in another way, in commands and in texts of errors', () => {
    const sources = globSync('src-main/cli/commands/**/*.ts').flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    const inserted = sources.flatMap((line) =>
      [...line.matchAll(/(?:clawreach|openclaw) [a-z -]*\$\{([^}]*)\}/gu)].map(([, expression = '']) => expression),
    );
    const safe = /^(?:peerWord|nameWord|lastWord|shellWord)\(|^relayUrl === null|^(?:word|id|name|example)$/;
    expect(inserted.length).toBeGreaterThan(15);
    expect(inserted.filter((expression) => !safe.test(expression))).toEqual([]);
    const named = Object.entries(COMMAND_ERROR_TEXTS).filter(([code, { next }]) => {
      // Their `name` comes as a word of a shell.
      return (
        !['usage.fingerprint', 'usage.gateway-undecided'].includes(code) && /`clawreach [^`]*\{\{name\}\}/u.test(next)
      );
    });
    expect(named).toEqual([]);
  });
});
