import { Command, CommanderError } from 'commander';
import { errorCode } from '#shared/errors.ts';
import { COMMAND_GROUPS, formatHelpItem, type KnownCommand, type Run } from './commands/index.ts';
import { translateConnectorFlags } from './connector-flags.ts';
import { CommandContext, type CommonOptions } from './control/index.ts';
import { PipedCommandError, ProblemError, UsageError } from './errors.ts';
import { EXIT, pipedExitCode } from './exit-codes.ts';
import { allHelpEnd, shortHelp } from './help.ts';
import { LOAD_REST_AFTER, type Host } from './host/index.ts';
import { createStyle, namesKnown, printable } from './output/index.ts';
import { markRemoteCommand } from './remote-command.ts';
import { joinRights } from './rights-in-line.ts';
import { withSshForward } from './ssh-forward.ts';
import { longerThan, optionMeant, similarTo, withCloseOnly, withEachOnce } from './suggestions.ts';
import { noteWaitingRequests } from './waiting-requests.ts';

/** Time after Ctrl-C in which a command may still call the agent before its connection is closed, ms. */
const GRACE_PERIOD = 1000;
/** Longest wait for the agent when a wrong command may be the name of a machine, ms. */
const NAME_TIMEOUT = 700;
/** Beginning of the description of an argument that names a machine. */
const MACHINE_ARGUMENT = 'name or ID of the machine';

/**
 * Parses one command line and runs its command, or prints help. Prints every error. Called once by main.ts; tests call
 * it with a fake host.
 * @param given the words after the program's name
 * @param host everything the command may use of this machine and process
 * @returns the exit code
 */
export async function runCommandLine(given: readonly string[], host: Host): Promise<number> {
  const line = given.length === 1 && ['version', '-v'].includes(given[0] ?? '') ? ['--version'] : given;
  let exit: number = EXIT.ok;
  let words = line;
  let chosen: CommonOptions = {};
  const { program, addCommands, options } = buildProgram(host, async (given, work) => {
    chosen = given;
    const context = new CommandContext(host, { ...options(), ...given });
    let timer: ReturnType<Host['clock']['setTimer']> | undefined;
    const onInterrupt = (): void => {
      timer = host.clock.setTimer(GRACE_PERIOD, () => context.close());
    };
    host.interrupted.addEventListener('abort', onInterrupt, { once: true });
    const rest = host.clock.setTimer(LOAD_REST_AFTER, () => void import('./report.ts').catch(() => undefined));
    try {
      exit = (await work(context)) ?? EXIT.ok;
      await noteWaitingRequests(context, commandWord(words) ?? '');
    } finally {
      host.interrupted.removeEventListener('abort', onInterrupt);
      timer?.cancel();
      rest.cancel();
      context.reporter.clearProgress();
      context.close();
    }
  });
  try {
    words = await translateConnectorFlags(withoutIdleHelp(line), (path) => host.isFile(path));
    const help = mainHelpOf(words);
    if (help === 'short') {
      const style = createStyle(host.stdout.isTTY === true, host.variables);
      host.stdout.write(shortHelp(style, host.stdout.columns || 80));
      return exit;
    }
    await addCommands(words);
    const forward = program.commands.find((known) => known.name() === 'forward');
    const known = forward?.commands.flatMap((command) => [command.name(), ...command.aliases()]) ?? [];
    words = withSshForward(words, commandIndex(words), known);
    if (help === 'all') program.outputHelp();
    else {
      words = withJoinedRights(withRemoteCommand(words, program), program);
      await program.parseAsync([...words], { from: 'user' });
    }
  } catch (thrown) {
    const error = thrown instanceof PipedCommandError ? thrown.cause : thrown;
    // Commander has printed the help or the version.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    // Imported late, since the catalogue of error texts is large.
    const { report } = await import('./report.ts');
    const own = words.slice(0, separator(words));
    const known = error instanceof CommanderError ? usageError(error, own, program, words) : error;
    const explained = (await storageProblem(error, host, { ...options(), ...chosen })) ?? known;
    const context = new CommandContext(host, options());
    const meant =
      (await machineMeant(error, own, context)) ?? (await argumentMissing(error, known, own, program, context));
    exit = report(meant ?? explained, own, host);
    if (thrown instanceof PipedCommandError) exit = pipedExitCode(exit);
  }
  return exit;
}

/** Returns the error about the disk that made the agent end in the middle of a call; undefined if another reason is likelier. */
async function storageProblem(error: unknown, host: Host, options: CommonOptions): Promise<unknown> {
  if (errorCode(error) !== 'control.lost') return undefined;
  const { profile } = new CommandContext(host, options);
  try {
    await host.checkStorage(profile);
    return undefined;
  } catch (problem) {
    // A folder that doesn't exist says nothing about the disk.
    return ['store.disk-full', 'store.read-only'].includes(errorCode(problem)) ? problem : undefined;
  }
}

/**
 * Returns the word that names the command; undefined if there is none, or if an option that only some commands have
 * comes first.
 */
function commandWord(line: readonly string[]): string | undefined {
  return line[commandIndex(line)];
}

/** Returns the index of `commandWord`; -1 for undefined. */
function commandIndex(line: readonly string[]): number {
  let at = 0;
  for (; line[at]?.startsWith('-') === true; at += 1) {
    if (line[at] === '--profile') at += 1;
    else if (!/^--(?:json$|profile=)/.test(line[at] ?? '')) return -1;
  }
  return at < line.length ? at : -1;
}

/** Marks the command for the other machine in a line of `connect`. Returns other lines unchanged. */
function withRemoteCommand(line: readonly string[], program: Command): readonly string[] {
  const connect = program.commands.find((known) => known.name() === 'connect');
  if (connect === undefined || commandWord(line) !== connect.name()) return line;
  return markRemoteCommand(line, commandIndex(line), [connect, program]);
}

/** Joins the rights after options of the line's command. */
function withJoinedRights(line: readonly string[], program: Command): readonly string[] {
  const word = commandWord(line);
  const command = program.commands.find((known) => known.name() === word);
  return command === undefined ? line : joinRights(line, commandIndex(line), command);
}

/** Returns the main help that a line asks for: the short one, also if it names no command, or all commands; undefined for neither. */
function mainHelpOf(line: readonly string[]): 'short' | 'all' | undefined {
  // An empty variable of a script would turn a command into the help.
  if (line.at(-1) === '--profile' && !line.includes('--')) return undefined;
  const asked = new Set(line.slice(commandWord(line) === 'help' ? line.indexOf('help') + 1 : 0));
  for (const [at, word] of line.entries()) if (word === '--profile') asked.delete(line[at + 1] ?? '');
  for (const word of ['--json', '--profile', '-h', '--help', 'help']) asked.delete(word);
  for (const word of asked) if (word.startsWith('--profile=')) asked.delete(word);
  const isHelp = line.some((word) => word === '-h' || word === '--help' || word === 'help');
  const isAll = isHelp && asked.delete('--all');
  if (asked.size > 0) return undefined;
  return isAll ? 'all' : 'short';
}

/** Removes `--help` after an unknown command, which would otherwise print the main help and succeed. */
function withoutIdleHelp(line: readonly string[]): readonly string[] {
  const word = commandWord(line);
  if (word === 'help') return ofTopic(line);
  if (word === undefined || findCommand(word) !== undefined) return line;
  return line.filter((one) => one !== '--help' && one !== '-h');
}

/** Turns `help gateway add` into `gateway add --help`; `help` alone takes one word. */
function ofTopic(line: readonly string[]): readonly string[] {
  const at = line.indexOf('help');
  const topic = line.slice(at + 1).filter((word) => !word.startsWith('-'));
  if (topic.length < 2 || findCommand(topic[0] ?? '') === undefined) return line;
  return [...line.slice(0, at), ...topic, '--help'];
}

/** Returns the command with that name; undefined if there is none. */
function findCommand(word: string): KnownCommand | undefined {
  return COMMAND_GROUPS.flatMap(([, commands]) => commands).find(({ names }) => names.includes(word));
}

/**
 * Returns a filter for the commands that a line needs, since importing all of them takes several times as long as most
 * commands. Help, suggestions and completion need all of them, `--version` none.
 */
function isNeededBy(line: readonly string[]): (command: KnownCommand) => boolean {
  if (line[0] === '--version' || line[0] === '-V') return () => false;
  const word = commandWord(line);
  const named = word === undefined || word === 'complete' ? undefined : findCommand(word);
  return (command) => named === undefined || command === named;
}

type Program = Readonly<{
  program: Command;
  /** Adds the commands that the line needs. */
  addCommands: (line: readonly string[]) => Promise<void>;
  options: () => CommonOptions;
}>;

/** Returns the width for help. In a pipe, such as to `less`, it is that of the shell's COLUMNS, or 80. */
function helpColumns({ stdout, variables }: Host): number {
  return Math.min(stdout.columns || Number(variables['COLUMNS']) || 80, 110);
}

/** Builds the command tree. Calls `run` with the options of the chosen command. */
function buildProgram(host: Host, run: Run): Program {
  const program = new Command('clawreach');
  program
    .description('Reach your machines: pair with one short code, open end-to-end encrypted terminals.')
    .version(host.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpCommand(
      new Command('help')
        .helpOption(false)
        .arguments('[command]')
        .option('--all', 'list all commands and exit codes')
        .description('show the help of a command, or with --all a list of all')
        .helpGroup('Help:'),
    )
    .option('--json', 'print JSON instead of text; works with every command')
    .option('--profile <dir>', 'folder with keys and settings (CLAWREACH_PROFILE)')
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      // Errors in the command line are reported like every other failure.
      writeErr: () => undefined,
      getOutHelpWidth: () => helpColumns(host),
      getOutHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false, formatItem: formatHelpItem })
    .exitOverride()
    .addHelpText('after', () => `\n${allHelpEnd(helpColumns(host))}`);
  const addCommands = async (line: readonly string[]): Promise<void> => {
    for (const [heading, commands] of COMMAND_GROUPS) {
      program.commandsGroup(heading);
      const needed = await Promise.all(commands.filter(isNeededBy(line)).map(({ load }) => load()));
      for (const register of needed) register(program, run);
    }
    program.commandsGroup('Help:');
  };
  return { program, addCommands, options: () => program.opts<CommonOptions>() };
}

/**
 * Returns the error for a command line that begins with the name of a machine instead of a command; undefined if it doesn't, or no agent is running
 * that knows the name.
 */
async function machineMeant(
  error: unknown,
  words: readonly string[],
  context: CommandContext,
): Promise<UsageError | undefined> {
  if (!(error instanceof CommanderError) || error.code !== 'commander.unknownCommand') return undefined;
  const [name = '', ...command] = words.slice(commandIndex(words));
  try {
    const client = await context.connect();
    const peer = await client?.call('peers.get', { peer: name }, { signal: AbortSignal.timeout(NAME_TIMEOUT) });
    if (peer === undefined) return undefined;
    const connect = ['clawreach connect', name, ...command].join(' ');
    const reason = `${printable(name)} is one of your machines, not a command. To ${command.length === 0 ? 'open a terminal' : 'run a command'} there: \`${printable(connect)}\``;
    return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach --help' } });
  } catch {
    return undefined;
  } finally {
    context.close();
  }
}

/**
 * Returns the error for a command line without a required argument, with the usage of its command and, if a machine is missing, the names of those that
 * a running agent knows; undefined for other errors.
 */
async function argumentMissing(
  error: unknown,
  known: unknown,
  words: readonly string[],
  program: Command,
  context: CommandContext,
): Promise<ProblemError | undefined> {
  if (!(error instanceof CommanderError) || error.code !== 'commander.missingArgument') return undefined;
  if (!(known instanceof UsageError)) return undefined;
  const path = commandPath(words, program);
  const command = path.at(-1);
  if (command === undefined) return undefined;
  const usage = `Usage: clawreach ${path.map((one) => one.name()).join(' ')} ${command.usage()}`;
  const missing = command.registeredArguments.find((argument) => error.message.includes(`'${argument.name()}'`));
  const names = missing?.description.startsWith(MACHINE_ARGUMENT) === true ? await machineNames(context) : '';
  const details = { reason: String(known.details['reason'] ?? ''), help: String(known.details['help'] ?? '') };
  return new ProblemError('usage.command-line', details, [usage, names].filter((line) => line !== '').join('\n'));
}

/** Returns the command of a line, after the group that it belongs to. */
function commandPath(words: readonly string[], program: Command): readonly Command[] {
  const path: Command[] = [];
  for (const word of words) {
    const next = (path.at(-1) ?? program).commands.find((one) => [one.name(), ...one.aliases()].includes(word));
    if (next !== undefined) path.push(next);
  }
  return path;
}

/** Returns a sentence with the names of this person's machines; empty if no agent answers. */
async function machineNames(context: CommandContext): Promise<string> {
  try {
    const client = await context.connect();
    const peers = await client?.call('peers.list', {}, { signal: AbortSignal.timeout(NAME_TIMEOUT) });
    if (peers === undefined) return '';
    const names = peers.map(({ name }) => name);
    return namesKnown('Your machines', names, 'No machine is paired yet: `clawreach pair`.');
  } catch {
    return '';
  } finally {
    context.close();
  }
}

/**
 * Converts an error of commander, the parser, into a usage error with the help command to run.
 * @param words the command line up to `--`
 * @param line all of it
 */
function usageError(
  error: CommanderError,
  words: readonly string[],
  program: Command,
  line: readonly string[],
): UsageError {
  const isKnown = (word: string): boolean => program.commands.some((known) => known.name() === word);
  const unknown = unknownCommand(error, words, program);
  const parent = program.commands.find((known) => known.name() === words.find(isKnown));
  // A machine's name may be like a command's, such as `remote` and `remove`.
  const ports = unknown?.[0] === 'forward' ? forwardedPort(words.slice(words.indexOf('forward') + 1)) : '';
  const reason =
    error.code === 'commander.help' && parent !== undefined
      ? `Choose one of: ${parent.commands.map((command) => command.name()).join(', ')}.`
      : unknown !== undefined
        ? `unknown command '${unknown.join(' ')}'${ports === '' ? similarTo(unknown, program) : ''}`
        : withEachOnce(error.message, program)
            .replace(/^error: /, '')
            .replace(/^unknown command '(.*?)'.*$/s, (text, word: string) => withCloseOnly(text, word))
            .replace(/^unknown command '([a-z]{2,})'.*$/s, (text, word: string) => longerThan(word, program) ?? text)
            // A value may be a secret, if someone took a flag for an option.
            .replace(/^(unknown option '--[\w-]+)=.*'$/s, "$1'")
            .replace(
              /^command-argument value ('.*') is invalid for argument '([^']*)'\. /s,
              "$1 isn't valid for <$2>: ",
            )
            .replace(/^option ('.*') argument ('.*') is invalid\. /s, "$2 isn't valid for $1: ")
            .replaceAll(/\s*\n\s*/g, ' ')
            .concat(parent === undefined ? '' : optionMeant(error, parent.name()));
  const named = words.findIndex(isKnown);
  const meant = remoteCommand(
    error,
    words.slice(named),
    line.slice(named).filter((word) => word !== '--'),
  );
  const time = error.code === 'commander.excessArguments' ? timeInWords(words) : '';
  const swallowed = error.code === 'commander.missingArgument' ? swallowingOption(words, parent) : '';
  // The next word may be a command below a group.
  const path = parent?.commands.some((known) => known.name() === words[named + 1]) === true ? 2 : 1;
  const help = ['clawreach', ...(parent === undefined ? [] : words.slice(named, named + path)), '--help'].join(' ');
  return new UsageError('usage.command-line', reason, {
    details: {
      reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.?!)]$/.test(reason) ? '' : '.'}${meant}${time}${swallowed}`,
      help,
    },
  });
}

/** Returns a sentence that says where arguments belong, if an option that takes several words has taken the argument; empty otherwise. */
function swallowingOption(words: readonly string[], parent: Command | undefined): string {
  const commands = parent === undefined ? [] : [parent, ...parent.commands];
  const taking = commands.flatMap(({ options }) => options).filter(({ variadic }) => variadic);
  const option = words.find((word) => taking.some(({ long }) => long === word));
  return option === undefined ? '' : ` Arguments come before \`${option}\`, which takes all words after it.`;
}

/** Units of time as people write them. */
const UNIT = /^(?:s|m|h|d|w|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?)$/i;

/** Returns a sentence that says how to write the time of `--for 2 hours`; empty for other words. */
function timeInWords(words: readonly string[]): string {
  const at = words.findIndex((word) => word === '--for' || word.startsWith('--for='));
  if (at < 0) return '';
  const [option = '', ...rest] = words.slice(at);
  const [value = '', unit = ''] = option === '--for' ? rest : [option.slice('--for='.length), ...rest];
  return /^\d+$/.test(value) && UNIT.test(unit)
    ? ` Write the time as one word: \`--for ${value}${unit.charAt(0).toLowerCase()}\`.`
    : '';
}

/** Returns a sentence that says how to run a command on a machine, if the words look like `ssh` or `docker run`; empty otherwise. */
function remoteCommand({ code }: CommanderError, words: readonly string[], line: readonly string[]): string {
  const [command, name] = words;
  // The words of a command are never parsed: the option is between the name and the command, or there is no command.
  const asked =
    (code === 'commander.unknownOption' && (command === 'connect' || command === 'forward')) ||
    (code === 'commander.missingMandatoryOptionValue' && command === 'forward')
      ? sshOption(line.filter((word, at) => at !== 1 || (word !== 'add' && word !== 'port')))
      : undefined;
  if (asked !== undefined) return asked;
  if (code === 'commander.excessArguments' && command === 'forward') return forwardedPort(words.slice(1));
  if (code === 'commander.unknownOption' && command === 'connect' && name?.startsWith('-') === false)
    return ` Options for a command there come after it: \`clawreach connect ${name} COMMAND OPTIONS\`.`;
  if (code === 'commander.excessArguments' && command === 'run')
    return ' To run a command on a machine: `clawreach connect NAME COMMAND`.';
  return '';
}

/** Returns a sentence with the command for an option that people know from `ssh`; undefined for other options. @param line from `connect` on */
function sshOption(line: readonly string[]): string | undefined {
  const at = line.findIndex((word) => /^-[LRDNp]/.test(word));
  const option = line[at]?.slice(1, 2);
  if (option === undefined) return undefined;
  const glued = line[at]?.slice(2) ?? '';
  const value = glued === '' ? (line[at + 1] ?? '') : glued;
  const rest = [...line.slice(1, at), ...line.slice(at + (glued === '' ? 2 : 1))];
  const peer = ` ${rest.find((word) => !word.startsWith('-')) ?? 'NAME'}`;
  const [, near = 'PORT', far = 'HOST:PORT'] = /^(?:[^:]*:)??(\d+):([^:\s]+:\d+)$/.exec(value) ?? [];
  switch (option) {
    case 'L':
      return ` A port of that machine is reached with: \`clawreach forward port${peer} --local ${near} --remote ${far}\`.`;
    case 'R':
      return ` A port here is reached from there with: \`clawreach forward port${peer} --reverse --local ${far} --remote ${near}\`.`;
    case 'D':
      return ` A proxy through that machine: \`clawreach forward add${peer} --mode socks5 --port ${/^\d+$/.exec(value)?.[0] ?? 'PORT'}\`.`;
    case 'N':
      return ' To forward a port without a terminal: `clawreach forward port --help`.';
    default:
      return ' ClawReach finds the machine by its name; no port is needed.';
  }
}

/**
 * Returns a sentence with the command for ports given as arguments of `forward`, such as `8080 localhost:80`, perhaps after a machine and with ssh's
 * `-L`; empty for other words.
 */
function forwardedPort(words: readonly string[]): string {
  const asked = words.filter((word) => word !== '-L').join(' ');
  const [, name = '', near, far] = /^(?:tcp |port )?(?:([^\s:-][^\s:]*) )?(\d+)[: ](\S+:\d+|\d+)$/.exec(asked) ?? [];
  return near === undefined || far === undefined
    ? ''
    : ` To forward a port: \`clawreach forward port${name === '' ? '' : ` ${name}`} --local ${near} --remote ${far}\`.`;
}

/**
 * Returns the words of an unknown command if commander reports it as another error: the topic of `help`, or a word after
 * a group such as `approvals`.
 */
function unknownCommand(
  error: CommanderError,
  words: readonly string[],
  program: Command,
): readonly string[] | undefined {
  const named = words.filter((word) => !word.startsWith('-'));
  if (named[0] === 'help') return named.slice(1, 2);
  if (error.code !== 'commander.excessArguments') return undefined;
  const group = program.commands.find((known) => known.name() === named[0] && known.commands.length > 0);
  // For a known command the error is about a further word.
  if (group === undefined || group.commands.some((known) => known.name() === named[1])) return undefined;
  return named.slice(0, 2);
}

/** Returns the index of `--`, or the length of the line without one. The words after it belong to a remote command. */
function separator(line: readonly string[]): number {
  const at = line.indexOf('--');
  return at < 0 ? line.length : at;
}
