import { Command, Help, type CommanderError } from 'commander';
import { errorMessage } from '#shared/errors.ts';

/** Commands that people know by another name, from other programs. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ssh: 'connect',
  shell: 'connect',
  exec: 'connect',
  up: 'run',
  start: 'run',
  down: 'stop',
  ls: 'list',
  machines: 'list',
  devices: 'list',
  peers: 'list',
  rm: 'forget',
  delete: 'forget',
  remove: 'forget',
  unpair: 'forget',
  log: 'history or audit',
  logs: 'history or audit',
  restart: 'stop, then run --detach',
  permissions: 'rights',
  permission: 'rights',
  allow: 'rights',
  revoke: 'rights',
  attach: 'connect',
  invite: 'pair',
  join: 'pair -',
  login: 'pair or account',
  whoami: 'status',
  top: 'status',
  info: 'status',
  ps: 'terminals',
  groups: 'group',
  accept: 'approvals approve',
  deny: 'approvals decline',
};

/** The same for commands below a group. */
const OTHER_NAMES_BELOW: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: {
    accept: 'approve',
    allow: 'approve',
    yes: 'approve',
    deny: 'decline',
    reject: 'decline',
    no: 'decline',
  },
  forward: {
    rm: 'remove',
    delete: 'remove',
    del: 'remove',
    ls: 'list',
    stop: 'disable',
    start: 'enable',
  },
};

/** Options that people know by another name, by the command. */
const OTHER_OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rights: {
    '--revoke': '--ask or --deny',
    '--remove': '--ask or --deny',
    '--withdraw': '--ask or --deny',
    '--disallow': '--ask or --deny',
    '--grant': '--allow',
  },
};

/** Shortest word for which any command that is like it is a guess; a shorter one is too often another word, such as `top` or `scp` for `stop`. */
const LONG_WORD = 5;

/** Reports whether a short word is a name with one letter more, less or in another place, but for the first. Pure. */
function isSlipOf(word: string, name: string): boolean {
  if (word.charAt(0) !== name.charAt(0) || Math.abs(word.length - name.length) > 1) return false;
  const [short, long] = word.length < name.length ? [word, name] : [name, word];
  if (short.length === long.length) return [...short].toSorted().join('') === [...long].toSorted().join('');
  return [...long].some((_letter, at) => long.slice(0, at) + long.slice(at + 1) === short);
}

/** Returns the name here of a word that someone typed, which may be `constructor` too. */
function otherName(names: Readonly<Record<string, string>> | undefined, word: string): string | undefined {
  return names !== undefined && Object.hasOwn(names, word) ? names[word] : undefined;
}

/** Names the commands that begin with an unknown word, which suggestions by similarity miss; undefined if there are none. */
export function longerThan(word: string, program: Command): string | undefined {
  const names = new Help().visibleCommands(program).map((known) => known.name());
  const other = otherName(OTHER_NAMES, word);
  const longer = other === undefined ? names.filter((name) => name.startsWith(word)) : [other];
  return longer.length === 0 ? undefined : `unknown command '${word}' (Did you mean ${longer.join(' or ')}?)`;
}

/** Returns a suggestion for an unknown command that commander hasn't reported itself, such as ` (Did you mean add?)`; empty without one. */
export function similarTo(words: readonly string[], program: Command): string {
  const [first = '', second = ''] = words;
  const group = words.length > 1 ? program.commands.find((known) => known.name() === first) : program;
  const other = Object.hasOwn(OTHER_NAMES_BELOW, first) ? otherName(OTHER_NAMES_BELOW[first], second) : undefined;
  if (other !== undefined) return ` (Did you mean ${other}?)`;
  const names = new Help().visibleCommands(group ?? program).map((known) => [known.name(), ...known.aliases()]);
  return withEachOnce(nearest(words.at(-1) ?? '', names.flat()), group ?? program);
}

/** Returns a text of the parser without the commands that are no close guess for an unknown word. Pure. */
export function withCloseOnly(text: string, word: string): string {
  return text.replace(/\s*\(Did you mean (?:one of )?([^)?]*)\?\)/, (_all, listed: string) => {
    const close = listed.split(', ').filter((name) => word.length >= LONG_WORD || isSlipOf(word, name));
    return close.length === 0 ? '' : ` (Did you mean ${close.length > 1 ? 'one of ' : ''}${close.join(', ')}?)`;
  });
}

/** Returns ` (Did you mean terminal?)` for the names that are like a word; empty if none is. */
export function nearest(word: string, names: readonly string[]): string {
  const known = new Command().exitOverride().helpCommand(false);
  known.configureOutput({ writeErr: () => undefined });
  for (const name of names) known.command(name);
  try {
    known.parse(['--', word], { from: 'user' });
  } catch (error) {
    const text = / *\(Did you mean .*\)$/s.exec(errorMessage(error).replaceAll(/\s*\n\s*/g, ' '))?.[0] ?? '';
    return withCloseOnly(text, word);
  }
  return '';
}

/** Returns a suggestion that names each command of the group once, by its first name. Returns other texts unchanged. */
export function withEachOnce(text: string, group: Command): string {
  return text.replace(/\(Did you mean one of ([^)?]*)\?\)/, (_all, listed: string) => {
    const firstName = (name: string): string =>
      group.commands.find((known) => known.aliases().includes(name))?.name() ?? name;
    const names = [...new Set(listed.split(', ').map(firstName))];
    return `(Did you mean ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}?)`;
  });
}

/** Returns a suggestion for an unknown option of a command that has another name here; empty without one. */
export function optionMeant({ code, message }: CommanderError, command: string): string {
  const option = code === 'commander.unknownOption' ? /'(--[a-z-]+)/.exec(message)?.[1] : undefined;
  const other = OTHER_OPTIONS[command]?.[option ?? ''];
  return other === undefined || message.includes('Did you mean') ? '' : ` (Did you mean ${other}?)`;
}
