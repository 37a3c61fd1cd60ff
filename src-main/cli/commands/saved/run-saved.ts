import { Option } from 'commander';
import { EndedTerminals, type AppApiClient, type PeerView, type SavedCommand } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { runOnMachine, shellCommand, sideBySide, type MachineResult } from '#shared/machine-command/index.ts';
import { fillPlaceholders, isPlaceholderName } from '#shared/saved-command/index.ts';
import { plainKey, showHidden } from '#shared/visible-text/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { describeError, formatDuration, formatTable, pad, printable, textWidth } from '../../output/index.ts';
import { nearest } from '../../suggestions.ts';
import { hasUncomparedWords } from '../machines/compare-words.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { addCommand, parseNameList, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type RunSavedOptions = CommonOptions &
  Readonly<{ on?: readonly string[]; group?: string; set?: Readonly<Record<string, string>>; dryRun?: boolean }>;

/** Interruptions after which this command ends, even if the programs there ignore them. */
const MOST_SIGNALS = 3;

/** Code of a machine on which the command was not started, since this one was interrupted before. */
const NOT_RUN = 'control.cancelled';

/** Registers `clawreach run-saved`, which runs a saved command on several machines side by side. Starts an agent if none is running. */
export const addRunSaved: Registration = (program, run) => {
  addCommand(program, 'run-saved', 'run a saved command on one or several machines', {
    description: [
      'Run a saved command on machines, on 20 at the same time. Each line of output begins with the name of its machine; at the end, a table has the exit ' +
        'codes. The programs read no input. Ctrl-C interrupts them, and it starts on no further machine: those are "not run". The third Ctrl-C ends this command.',
      '',
      'Exit code 0: it ended with 0 everywhere. 1: not everywhere, or not run everywhere. 130: Ctrl-C before it ran anywhere, or the third one.',
    ].join('\n'),
    examples: [
      ['clawreach run-saved uptime --on office,lab', ''],
      ['clawreach run-saved deploy --on web-1,web-2 --set branch=main', 'with a value for {{branch}}'],
      ['clawreach run-saved update --group servers --json', 'the results for a program'],
    ],
  })
    .argument('<name>', 'name of the saved command')
    .option('--on <machines>', 'names or IDs of machines, with commas between them', parseNameList)
    .option('--group <group>', 'all machines of a group')
    .addOption(
      new Option('--set <name=value>', 'value of a placeholder; for each one').argParser(
        (text: string, before: Readonly<Record<string, string>> | undefined) => ({ ...before, ...value(text) }),
      ),
    )
    .option('--dry-run', 'only show what would run')
    .action((name: string, options: RunSavedOptions) => run(options, (context) => runSaved(context, name, options)));
};

function value(text: string): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0));
  if (!isPlaceholderName(name)) throw usage(`"${text}" isn't NAME=VALUE. For {{branch}}: \`--set branch=main\``);
  return { [name]: text.slice(at + 1) };
}

async function runSaved(context: CommandContext, name: string, options: RunSavedOptions): Promise<number> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const saved = await findSaved(client, name);
  const peers = await findMachines(client, options);
  // Every line is made before the first one runs.
  const lines = peers.map((peer) => fillPlaceholders(saved.line, options.set ?? {}, peer.system === 'windows'));
  if (options.dryRun === true) {
    reporter.document(peers.map((peer, index) => ({ machine: peer.name, peerId: peer.peerId, line: lines[index] })));
    reporter.lines(...peers.map((peer, index) => `${peerName(peer)}: ${printable(lines[index] ?? '')}`));
    return EXIT.ok;
  }
  const width = Math.max(...peers.map((peer) => textWidth(peerName(peer))));
  const ended = new EndedTerminals(client);
  const running = new Set<number>();
  const stop = new AbortController();
  /** Ends what hasn't started yet: what waits for its turn, or for an answer of the person there. */
  const startNone = new AbortController();
  let signals = 0;
  let interruption: InterruptedError | undefined;
  const giveUp = host.takeSignals((signal) => {
    signals += 1;
    startNone.abort(new ClawReachError(NOT_RUN, 'interrupted before it started'));
    for (const channel of running) void client.call('exec.signal', { channel, signal }).catch(() => undefined);
    if (running.size === 0 || signals >= MOST_SIGNALS) {
      interruption = new InterruptedError(signal);
      stop.abort(interruption);
      client.close();
    }
  });
  try {
    const results = await sideBySide(peers, async (peer, index) => {
      const head = pad(peerName(peer), width);
      const show = (line: string, output: 'stdout' | 'stderr'): void => {
        // No machine draws over the lines of another.
        const shown = `${head} | ${showHidden(line)}`;
        if (output === 'stdout') reporter.lines(shown);
        else reporter.note(shown);
      };
      if (hasUncomparedWords(peer)) return notStarted(peer, 'peer.uncompared');
      let channel: number | undefined;
      const result = await runOnMachine({
        client,
        ended,
        peer,
        command: shellCommand(lines[index] ?? '', peer.system),
        signal: AbortSignal.any([stop.signal, startNone.signal]),
        now: () => host.clock.monotonic(),
        onLine: show,
        onWaiting: () => reporter.note(approvalWait(peerName(peer))),
        onStarted: (started) => {
          channel = started;
          running.add(started);
          // It has started at that moment.
          if (signals > 0) void client.call('exec.signal', { channel, signal: 'SIGINT' }).catch(() => undefined);
        },
      });
      if (channel !== undefined) running.delete(channel);
      return result;
    });
    if (interruption !== undefined) throw interruption;
    reporter.document(results.map(forPrograms));
    reporter.lines('', ...formatResults(results, host.stdout.columns ?? 80));
    for (const result of results)
      if (result.code !== null && result.code !== NOT_RUN)
        reporter.note(`${peerName(result.peer)}: ${explain(result.code, result)}`);
    return results.every(({ exitCode }) => exitCode === 0) ? EXIT.ok : EXIT.failure;
  } finally {
    giveUp();
    ended.stop();
  }
}

function notStarted(peer: PeerView, code: string): MachineResult {
  return {
    peer,
    exitCode: null,
    signal: null,
    code,
    error: undefined,
    duration: 0,
    stdout: '',
    stderr: '',
    isCut: false,
  };
}

/** Returns why it wasn't started or was lost there, with the next step. */
function explain(code: string, { peer, error }: MachineResult): string {
  const { what, next } = describeError(
    new ClawReachError(code, code, {
      details: { ...(error instanceof ClawReachError && error.details), name: peerName(peer), word: peerWord(peer) },
    }),
  );
  return next === '' ? what : `${what} ${next}`;
}

function forPrograms({ peer, error: _shown, ...result }: MachineResult): unknown {
  return { machine: peer.name, peerId: peer.peerId, ...result };
}

function formatResults(results: readonly MachineResult[], columns: number): readonly string[] {
  return formatTable(
    [
      { title: 'MACHINE', least: 8 },
      { title: 'RESULT', least: 12 },
      { title: 'TIME', align: 'right' },
    ],
    results.map(({ peer, exitCode, signal, code, duration }) => [
      peerName(peer),
      code !== null ? resultText(code) : signal !== null ? printable(signal) : `exit ${exitCode ?? 0}`,
      formatDuration(duration),
    ]),
    columns,
  );
}

function resultText(code: string): string {
  return code === NOT_RUN ? 'not run' : `failed: ${printable(code)}`;
}

/** Returns the saved command of that name. @throws {ClawReachError} `saved-command.unknown` */
export async function findSaved(client: AppApiClient, name: string): Promise<SavedCommand> {
  const all = await client.call('savedCommands.list', {});
  const found = all.find((command) => plainKey(command.name) === plainKey(name));
  if (found !== undefined) return found;
  const near = nearest(
    name,
    all.map((command) => command.name),
  );
  throw new ClawReachError('saved-command.unknown', 'no such saved command', {
    details: { name: `${printable(name)}${printable(near)}` },
  });
}

async function findMachines(client: AppApiClient, { on, group }: RunSavedOptions): Promise<readonly PeerView[]> {
  const wanted = new Map<string, PeerView>();
  for (const name of on ?? []) {
    const peer = await client.call('peers.get', { peer: name });
    if (peer.browser !== undefined) throw usage(`${peerName(peer)} is a browser, which runs no commands.`);
    wanted.set(peer.peerId, peer);
  }
  if (group !== undefined) {
    const all = await client.call('peers.list', {});
    const of = all.filter((peer) => peer.group !== undefined && plainKey(peer.group) === plainKey(group));
    if (of.length === 0) throw usage(`No machine is in a group "${printable(group)}". See: \`clawreach group\``);
    const machines = of.filter((peer) => peer.browser === undefined);
    if (machines.length === 0) throw usage(`The group "${printable(group)}" has browsers only, which run no commands.`);
    for (const peer of machines) wanted.set(peer.peerId, peer);
  }
  if (wanted.size === 0) throw usage('Name the machines: `--on office,lab` or `--group servers`');
  return [...wanted.values()];
}

function usage(reason: string): UsageError {
  return new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach run-saved --help' } });
}
