import { constants } from 'node:os';
import { Option } from 'commander';
import { isPathLoss, type AppApiClient, type PathView, type PeerView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { ensureAgent } from '../../control/index.ts';
import {
  DeclinedError,
  InterruptedError,
  PipedCommandError,
  ProblemError,
  SessionEndedError,
  UsageError,
} from '../../errors.ts';
import type { Host } from '../../host/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatRtt, printable } from '../../output/index.ts';
import { attachTerminal, carryCommand, currentTerminalSize, type AttachEnd } from '../../terminal/index.ts';
import { AgentWatch } from '../agent/agent-watch.ts';
import { listToFind } from './list-terminals.ts';
import { remoteCommand } from './shell-line.ts';
import { shortTerminal } from './terminal-id.ts';
import { resumeTerminal, isInteractive, terminalType } from './resume.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { requireComparedWords } from '../machines/compare-words.ts';
import { watchLink } from '../machines/link-watch.ts';
import { watchGuests } from './guest-watch.ts';
import { lastWord, optionWords, peerName, peerWord } from '../machines/peer-format.ts';
import { explainUnreachable } from '../machines/unreachable.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

type ConnectOptions = CommonOptions &
  RelayFlags &
  Readonly<{
    check?: boolean;
    terminal?: string;
    quiet?: boolean;
    record?: boolean;
    /** Number of times that `-t` was given. */
    tty?: number;
    /** `-T` */
    pipes?: boolean;
    /** `-n` */
    stdin?: boolean;
    /** `-l` */
    login?: string;
  }>;

/**
 * Registers `clawreach connect`, which attaches this terminal, or standard input and output, to a terminal or command on a peer. Starts an agent if
 * none is running. May set up the relay. With `--terminal`, it takes a running terminal over from another device. With `--record`, the agent saves a
 * recording of the terminal on this machine.
 */
export const addConnect: Registration = (program, run) => {
  const command = addCommand(program, 'connect', 'open a terminal on a machine, or run a command there', {
    description: [
      'Open a terminal on one of your machines, or run one command there. All words after the name and its options belong to the command, as with ' +
        'ssh. Several words are a program and its arguments, which no shell reads; one word with blanks is a line for the shell there. Returns the exit ' +
        'code of the program there, or 128 + n after signal n; in a pipe 255 if it could not be started or its connection was lost.',
      '',
      'Without a command, you get a terminal if standard input is one here. With a command, you get one if standard output is a terminal, ' +
        'too. Otherwise the program runs without a terminal, as with ssh: input, output and errors are passed on byte by byte, and so are ' +
        'Ctrl-C, SIGTERM and SIGHUP. Press Ctrl-C three times to end this command at once. The program ends when this command ends or its ' +
        'connection is lost for good.',
      '',
      "A lost connection is restored automatically. If that isn't possible, the terminal is reopened and its screen drawn again; what you " +
        'type in the meantime is then dropped, which a line says, and Ctrl-C gives up. In a pipe, a connection that cannot be restored is an error, since bytes could ' +
        'be missing.',
      '',
      '`~d` leaves the terminal running until its program ends; a lost connection, or closing the window here (SIGHUP), for ten minutes. ' +
        '`clawreach terminals NAME --ask` lists it, and `--terminal` reopens it. `~.` and SIGTERM end it.',
      '',
      'Escapes, after Enter:  ~.  disconnect   ~d  leave it running   ~~  a tilde   ~?  help',
    ].join('\n'),
    examples: [
      ['clawreach connect office', 'opens a login shell'],
      ['clawreach connect office uname -a', 'runs one command'],
      ['clawreach connect office tar c work | tar x', 'copies bytes exactly, as with ssh'],
      ["clawreach connect office 'cat > file' < file", 'uploads a file'],
      ["rsync -a -e 'clawreach connect' work office:", 'copies a folder; git: GIT_SSH_COMMAND="clawreach connect"'],
      ['clawreach connect -t office top', 'a command that needs a terminal'],
      ['echo ls | clawreach connect office', 'a shell that reads its commands from a pipe'],
      ['clawreach connect office --check', 'only shows path, address and round trip'],
      ['clawreach connect office --terminal ID', 'reopens a terminal that is still running, also from another machine'],
    ],
  });
  addRelayOptions(command, { brief: true })
    .usage('[options] <name> [<command> [<argument>...]]')
    .argument('<name>', 'name or ID of the machine')
    .argument('[command...]', 'program there, and its arguments and options')
    .option('--check', 'only show the path')
    .option(
      '--terminal <id>',
      'reopen this terminal, by its ID or the first characters; see `clawreach terminals NAME`',
    )
    .option('-t, --tty', 'use a terminal there if standard input is one here; -tt: always', count, 0)
    .option('-T, --pipes', 'use no terminal there')
    .option('-n, --no-stdin', 'read nothing from standard input, for a command without a terminal')
    .addOption(new Option('-l, --login <user>', 'as rsync gives it for USER@NAME').hideHelp())
    .option('--record', 'record the screen; see `clawreach recordings`')
    .option('-q, --quiet', "don't show the path")
    .action((name: string, words: string[], options: ConnectOptions) =>
      run(options, (context) => connect(context, name, words, options)),
    );
};

/** Adds the program to the error of one that the peer doesn't have. */
function namingProgram(error: unknown, [program]: readonly string[]): unknown {
  if (errorCode(error) !== 'terminal.command-not-found' || program === undefined) return error;
  const hint = `Check the spelling of "${printable(program)}", or enter its full path.`;
  return new ProblemError('terminal.command-not-found', { program: printable(program) }, hint, { isDropped: true });
}

function count(_value: unknown, before: number): number {
  return before + 1;
}

async function connect(
  context: CommandContext,
  name: string,
  words: string[],
  options: ConnectOptions,
): Promise<number> {
  const isPlain = options.check !== true && !wantsTerminal(context.host, words, options);
  if (options.login !== undefined) throw noUsers(name);
  try {
    return await connectTo(context, { name, words, isPlain }, options);
  } catch (error) {
    const named = namingProgram(error, words);
    throw isPlain ? new PipedCommandError(named) : named;
  }
}

async function connectTo(
  context: CommandContext,
  { name, words, isPlain }: Readonly<{ name: string; words: readonly string[]; isPlain: boolean }>,
  options: ConnectOptions,
): Promise<number> {
  const { host, reporter } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name }, { signal }).catch((error: unknown) => {
    const [, machine] = /^[^@\s]+@(\S+)$/.exec(name) ?? [];
    if (machine === undefined || errorCode(error) !== 'peer.unknown') throw error;
    throw noUsers(machine);
  });
  if (options.check !== true && peer.browser !== undefined)
    throw new ProblemError('peer.browser', { name: peerName(peer) });
  if (options.check !== true) await requireComparedWords(context, client, peer);
  // Its errors and questions bring a catalogue of texts, and a linked peer needs none of them.
  if (!peer.linked) await (await import('../agent/reach-relay.ts')).reachRelay(context, client, options, peer);
  reporter.progress(`Connecting to ${peerName(peer)}…`);
  if (options.check === true) {
    const path = await client.call('peers.ping', { peer: peer.peerId }, { signal }).catch(async (error: unknown) => {
      throw await explainUnreachable(client, error, peer, host.clock.now());
    });
    reporter.lines(describePath(peer, path, await hopName(client, peer, path)));
    reporter.document({ peer: peer.name, peerId: peer.peerId, ...path, encrypted: true });
    return EXIT.ok;
  }
  if (isPlain && (options.tty ?? 0) > 0)
    reporter.note("No terminal is used there, because standard input isn't one here. To use one anyway, add `-tt`.");
  const command = remoteCommand(words, peer.system);
  if (isPlain) return await runCommand(context, client, peer, command, options.stdin === false);
  const terminal =
    options.terminal === undefined
      ? undefined
      : await findTerminal(client, peer, options.terminal, {
          signal,
          onWaiting: () => reporter.note(approvalWait(peerName(peer))),
        });
  const wanted = {
    peer: peer.peerId,
    term: terminalType(context),
    ...(command.length === 0 ? {} : { command: [...command] }),
    // Naming a terminal takes it over, even if it is open elsewhere.
    ...(terminal === undefined ? {} : { terminal, takeOver: true }),
    ...(options.record === true ? { record: true } : {}),
  };
  const agent = new AgentWatch(client);
  try {
    const opened = await approved(context, client, peer, (onProgress) =>
      client.call('terminal.open', { ...wanted, ...currentTerminalSize(host) }, { signal, onProgress }),
    );
    reporter.clearProgress();
    if (options.quiet !== true) {
      const hop = await hopName(client, peer, opened.path);
      reporter.note(reporter.noteStyle.dim(describePath(peer, opened.path, hop)));
    }
    const { end, joined } = await attachTerminal({
      host,
      joined: { client, ended: agent.ended, channel: opened.channel },
      watch: (attached) => {
        const link = watchLink(host, attached, peer.peerId);
        const stopGuests = watchGuests(host, attached, opened.terminal);
        return {
          stop: () => {
            link.stop();
            stopGuests();
          },
          typed: () => link.typed(),
        };
      },
      ...(isInteractive(host) && { resume: resumeTerminal(context, agent, peer, opened.terminal) }),
    });
    return await conclude(context, agent, peer, { ...joined, terminal: opened.terminal }, end);
  } finally {
    reporter.clearProgress();
    agent.stop();
  }
}

/**
 * Opens something on a peer, and says when its person is asked.
 * @throws {DeclinedError} if they declined
 */
async function approved<Opened>(
  { reporter, host }: CommandContext,
  client: AppApiClient,
  peer: PeerView,
  open: (onProgress: (progress: string) => void) => Promise<Opened>,
): Promise<Opened> {
  let isAsked = false;
  try {
    return await open((progress) => {
      if (progress !== 'approval') return;
      isAsked = true;
      reporter.note(approvalWait(peerName(peer)));
    });
  } catch (error) {
    if (errorCode(error) !== 'rights.denied') throw await explainUnreachable(client, error, peer, host.clock.now());
    if (isAsked) throw new DeclinedError(peer.name, error);
    const { device } = await client.call('status.get', {});
    const there = peerName(peer);
    const hint =
      `If someone on ${there} has just declined it, the same request is declined there for at least a minute without being shown.\n` +
      `Ask its user. To allow it, there: \`clawreach rights ${peerWord(device)} --allow terminal\``;
    throw new ProblemError('rights.denied', {}, hint, { isDropped: true });
  }
}

/**
 * Decides whether the program there gets a terminal. Like ssh, except that a command gets one if input and output are
 * both terminals here.
 * @throws {UsageError} `usage.command-line`, `usage.no-terminal`
 */
function wantsTerminal(
  { stdin, stdout }: Host,
  words: readonly string[],
  { tty = 0, pipes = false, terminal, record = false }: ConnectOptions,
): boolean {
  if (pipes && tty > 0) throw conflict("-t and -T can't be used together.");
  const isInput = stdin.isTTY === true;
  const isWanted = tty > 1 || (isInput && (tty > 0 || words.length === 0 || stdout.isTTY === true));
  // A resumed terminal is a terminal, whatever standard input is here.
  const has = !pipes && (isWanted || terminal !== undefined);
  const needing = terminal !== undefined ? '--terminal' : record ? '--record' : undefined;
  if (!has && needing !== undefined)
    throw new UsageError('usage.no-terminal', `${needing} without a terminal`, { details: { option: needing } });
  return has;
}

function noUsers(machine: string): UsageError {
  return conflict(`Machines have no user names here. Try: \`clawreach connect ${lastWord(machine)}\`.`);
}

function conflict(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach connect --help' } });
}

/** Runs a command on the peer without a terminal. Only the command's output goes to standard output, which may be a pipe. */
async function runCommand(
  context: CommandContext,
  client: AppApiClient,
  peer: PeerView,
  words: readonly string[],
  isInputless: boolean,
): Promise<number> {
  const { reporter, host } = context;
  const agent = new AgentWatch(client);
  try {
    const opened = await approved(context, client, peer, (onProgress) =>
      client.call(
        'exec.open',
        { peer: peer.peerId, ...(words.length === 0 ? {} : { command: [...words] }) },
        { signal: host.interrupted, onProgress },
      ),
    );
    reporter.clearProgress();
    const end = await carryCommand({ host, client, ended: agent.ended, opened, isInputless });
    switch (end.kind) {
      case 'ended':
        if (end.code !== null) throw new SessionEndedError(end.code, { name: peerName(peer) });
        return exitCode(end.exitCode, end.signal);
      case 'agent-lost':
        throw new SessionEndedError(agent.lossCode, {});
      case 'forced':
        throw new InterruptedError(end.signal);
      default:
        return assertNever(end);
    }
  } finally {
    reporter.clearProgress();
    agent.stop();
  }
}

/**
 * Returns the ID of the terminal on the peer whose ID starts with that text.
 * @throws {UsageError} `usage.terminal`
 */
async function findTerminal(
  client: AppApiClient,
  peer: PeerView,
  text: string,
  { signal, onWaiting }: Readonly<{ signal: AbortSignal; onWaiting(): void }>,
): Promise<string> {
  const beginning = text.trim().replace(/…$/, '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(beginning)) return beginning;
  const running = /^[0-9a-f]+$/.test(beginning)
    ? await listToFind(client, peer, beginning, { signal, onProgress: onWaiting })
    : [];
  const [found, ...others] = running.filter((listing) => listing.terminal.startsWith(beginning));
  if (found !== undefined && others.length === 0) return found.terminal;
  throw new UsageError('usage.terminal', 'no such terminal', {
    details: { terminal: printable(text), name: peerName(peer), word: peerWord(peer) },
  });
}

/** Formats the path to a peer: `office: via relay 203.0.113.5:7474 (encrypted, 47 ms RTT)`; with a hop, its name. */
function describePath(peer: Readonly<{ name: string }>, path: PathView, hop?: string): string {
  // A hop's address is its ID, so its name is clearer.
  const way =
    hop === undefined ? `${path.path === 'direct' ? 'direct' : 'via relay'} ${printable(path.address)}` : `via ${hop}`;
  return `${peerName(peer)}: ${way} (encrypted, ${formatRtt(path.rtt)} RTT)`;
}

/** Returns the name of the path's hop; undefined if the path has none. */
async function hopName(client: AppApiClient, peer: PeerView, path: PathView): Promise<string | undefined> {
  if (path.path !== 'via') return undefined;
  const { link } = await client.call('peers.get', { peer: peer.peerId });
  return printable(link?.via ?? '') || 'a machine';
}

/** Closes the terminal or leaves it running, prints how it ended, and returns the exit code. */
async function conclude(
  context: CommandContext,
  agent: AgentWatch,
  peer: PeerView,
  opened: Readonly<{ client: AppApiClient; channel: number; terminal: string }>,
  end: AttachEnd,
): Promise<number> {
  const { reporter, host } = context;
  const { client } = opened;
  const again = `clawreach connect ${peerWord(peer)} ${optionWords('--terminal', shortTerminal(opened.terminal))}`;
  const close = (detach: boolean): Promise<unknown> =>
    client.call('terminal.close', { channel: opened.channel, detach }).catch(() => undefined);
  // The cursor may be anywhere in the line of a terminal.
  const freshLine = host.stdin.isTTY === true ? [''] : [];
  switch (end.kind) {
    case 'ended':
      if (end.code === null) return exitCode(end.exitCode, end.signal);
      reporter.note(...freshLine);
      throw new SessionEndedError(end.code, { name: peerName(peer) }, hintFor(end.code, again));
    case 'detached':
      await close(true);
      reporter.note(...freshLine, `Left running on ${peerName(peer)}. To reopen it: \`${again}\``);
      return EXIT.ok;
    case 'disconnected':
      await close(false);
      reporter.note(...freshLine, `Disconnected from ${peerName(peer)}.`);
      return EXIT.interrupted;
    case 'hung-up':
      // As after a lost connection, the terminal stays for a while: the end of this command says so to the agent.
      return 128 + constants.signals.SIGHUP;
    case 'output-closed':
      await close(false);
      return 128 + constants.signals.SIGPIPE;
    case 'agent-lost':
      reporter.note(...freshLine);
      throw new SessionEndedError(agent.lossCode, {}, `If it's still running on ${peerName(peer)}: \`${again}\``);
    case 'not-found':
      reporter.note(...freshLine);
      throw notFound(end.error, peer, again);
    case 'given-up':
      reporter.note(...freshLine, `Gave up reconnecting. If it's still running on ${peerName(peer)}: \`${again}\``);
      return EXIT.interrupted;
    case 'interrupted':
      await close(false);
      throw host.interrupted.reason instanceof InterruptedError ? host.interrupted.reason : new InterruptedError();
    default:
      return assertNever(end);
  }
}

/** Adds the command that reopens the terminal to the error of the last attempt, if the terminal may still exist. */
function notFound(error: unknown, peer: PeerView, again: string): unknown {
  if (!(error instanceof ClawReachError)) return error;
  const { code, details } = error;
  const mayRun = isPathLoss(code) || code.startsWith('control.') || code.startsWith('agent.');
  const hint = mayRun ? `If it's still running on ${peerName(peer)}: \`${again}\`` : undefined;
  const texts = Object.entries(details).map(([name, value]) => [name, String(value)] as const);
  return new SessionEndedError(code, { ...Object.fromEntries(texts), name: peerName(peer) }, hint);
}

/** Returns the hint with the command that reopens the terminal, for ends after which its program still runs. */
function hintFor(code: string, again: string): string | undefined {
  if (code === 'terminal.taken-over') return `To take it back: \`${again}\``;
  if (/^(?:link\.(?:removed|withdrawn|forgotten)|peer\.(?:unknown|forgot))$/.test(code)) return undefined;
  return /^(?:link|relay|peer)\./.test(code) ? `To reopen it: \`${again}\`` : undefined;
}

/**
 * Returns the exit code of a program as a shell reports it: 128 + n after signal n. The system keeps its lowest byte only, so one that would become 0 is
 * 255. Also used by `gateway terminal`. Pure.
 */
export function exitCode(code: number | null, signal: string | null): number {
  if (signal !== null) {
    const numbers: Readonly<Record<string, number>> = constants.signals;
    const number = numbers[signal] ?? numbers[`SIG${signal}`] ?? Number(signal);
    if (Number.isInteger(number) && number > 0 && number < 128) return 128 + number;
  }
  const own = code ?? EXIT.failure;
  return own !== 0 && (own & 0xff) === 0 ? EXIT.notConnected : own;
}
