import { Option } from 'commander';
import {
  MOST_HOPS,
  PATH_MODES,
  type AppApiClient,
  type CallInput,
  type PathMode,
  type PathView,
  type PeerView,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { describeError, printable } from '../../output/index.ts';
import {
  describeHops,
  describeMode,
  describeReply,
  describeTimes,
  describeLinkProblem,
  describeVia,
  formatHistory,
  formatWhyNotDirect,
  formatWhyNotUdp,
} from './path-format.ts';
import { peerName, peerWord } from './peer-format.ts';
import { explainUnreachable } from './unreachable.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type PathOptions = CommonOptions & Readonly<{ mode?: PathMode; via?: readonly string[] }>;

/** Longest wait for the answer to the measurement, ms. */
const PING_TIMEOUT = 5000;
/** Longest wait for a link to move to an allowed path, ms. */
const MOVE_TIMEOUT = 3000;
/** Longest wait for a path through hops, which may have to be connected first, ms. */
const HOPS_TIMEOUT = 20_000;
/** Longest wait while a hop asks its person for approval, ms. */
const APPROVAL_TIMEOUT = 140_000;
/** Interval between two calls that read the peer's state, ms. */
const POLL_INTERVAL = 100;

/**
 * Registers `clawreach path`, which measures and explains the path to a peer, after changing the allowed paths in the
 * agent if an option says so. Starts an agent if none is running.
 */
export const addPath: Registration = (program, run) => {
  addCommand(program, 'path', 'show how a machine is reached and why, or choose the allowed paths', {
    description: [
      "Show how a machine is reached: the path, its round trip, why it isn't direct, and how it changed. With --mode, choose the allowed paths:",
      '',
      ...PATH_MODES.map((mode) => `  ${describeMode(mode)}`),
      '',
      'With --via, the machine is reached only through another of your machines, whatever the mode. Repeat --via to go through several, in ' +
        'that order. Each machine on the route must be paired with the next one and allow pass-through. The traffic stays end-to-end ' +
        'encrypted. To remove the route, use --via none, or --mode alone.',
    ].join('\n'),
    examples: [
      ['clawreach path office', ''],
      ['clawreach path office --mode direct-only', 'never through a relay'],
      ['clawreach path office --mode auto', 'the default'],
      ['clawreach path office --via nas', 'only through nas'],
      ['clawreach path office --via nas --via lab', 'through nas and then lab'],
      ['clawreach path office --via none', 'removes the route'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .addOption(new Option('--mode <mode>', 'allowed paths').choices(PATH_MODES))
    .option(
      '--via <name>',
      'only through this machine; repeat for the next one, up to four; `none` removes the route',
      (peer: string, before: readonly string[] | undefined) => [...(before ?? []), peer],
    )
    .action((name: string, options: PathOptions) => run(options, (context) => showPath(context, name, options)));
};

/**
 * Changes the allowed paths as the options say, measures the round trip to the peer and prints the path. Starts the agent if none runs; the agent
 * stores the change. Also used by `forward chain`.
 * @returns the exit code
 */
export async function showPath(context: CommandContext, name: string, options: PathOptions): Promise<number> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  let peer = await client.call('peers.get', { peer: name }, { signal });
  const choice = await chosen(client, peer, options, signal);
  if (choice !== undefined) {
    peer = await client.call('peers.setPathMode', choice, { signal });
    await untilAllowed(context, client, peer);
  }
  reporter.progress('Measuring…');
  let view: PathView | undefined;
  let problem: ReturnType<typeof describeError> | undefined;
  const watching = peer.pathVia.length === 0 ? undefined : showAsking(context, client, peer);
  try {
    view = await client.call('peers.ping', { peer: peer.peerId, timeout: PING_TIMEOUT }, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    problem = describeError(await explainUnreachable(client, error, peer, host.clock.now()));
  } finally {
    watching?.stop();
  }
  // Read again, since the measurement may have established a link.
  peer = await client.call('peers.get', { peer: peer.peerId }, { signal });
  if (view !== undefined && choice?.via !== undefined) problem = whyNotThrough(peer);
  reporter.document({
    peer: peer.name,
    peerId: peer.peerId,
    mode: peer.pathMode,
    via: peer.pathVia,
    ...(view === undefined ? { path: null } : view),
    link: peer.link,
    ...(problem === undefined ? {} : { error: { code: problem.code } }),
  });
  const answer = view === undefined ? `no answer. ${problem?.what ?? ''}  [${problem?.code ?? ''}]` : undefined;
  reporter.lines(`${peerName(peer)}: ${answer ?? describeReply(view ?? NO_PATH, peer)}`);
  reporter.lines(...formatPath(peer, host.clock.now()));
  if (view !== undefined && problem !== undefined)
    reporter.note(
      `Not yet ${describeVia(peer)?.replace(/;.*/, '') ?? ''}: ${problem.what}  [${problem.code}]`,
      problem.why,
      problem.next,
    );
  if (view === undefined && problem !== undefined && /^(?:(?:direct|link|relay)\.|peer\.offline$)/.test(problem.code))
    reporter.note(...`${problem.why}\n${problem.next}`.split('\n').filter((line) => line !== ''));
  if (peer.pathMode === 'relay-only' && (await client.call('status.get', {}, { signal })).relay.state === 'none')
    reporter.note(
      `No relay is set up, so ${peerName(peer)} can't be reached this way. Set one: \`clawreach config relay URL\``,
      `Or allow direct paths again: \`clawreach path ${peerWord(peer)} --mode auto\``,
    );
  // Setting a mode succeeds even if the peer is offline; a path through hops has to work.
  return problem === undefined || (choice !== undefined && choice.via === undefined)
    ? EXIT.ok
    : exitCodeOf(problem.code);
}

/** Returns the error of the chosen hops if the link still uses another path; undefined if it doesn't. */
function whyNotThrough({ path: now, link, passage }: PeerView): ReturnType<typeof describeError> | undefined {
  if (link === null || now === 'via') return undefined;
  const { code, message, hop = '', before = '' } = passage?.failure ?? { code: 'via.no-answer', message: '' };
  return describeError(new ClawReachError(code, message, { details: { hop, before, message } }));
}

/** Shows which hop asks its person for approval, until `stop` is called. */
function showAsking(context: CommandContext, client: AppApiClient, { peerId }: PeerView): Readonly<{ stop(): void }> {
  let isOver = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      await interruptibleDelay(context, POLL_INTERVAL);
      if (isOver || context.host.interrupted.aborted) return;
      const { passage } = await client.call('peers.get', { peer: peerId });
      if (!isOver && typeof passage?.asking === 'string') printAsking(context, passage.asking);
    }
  };
  // If the agent fails, the measurement reports it.
  void watch().catch(() => undefined);
  return { stop: () => (isOver = true) };
}

function printAsking({ reporter }: CommandContext, hop: string): void {
  reporter.progress(`Waiting for approval on ${printable(hop) || 'a machine'}…`);
}

/**
 * Returns the choice of paths for the agent that the options express; undefined if they express none.
 * @throws {AppApiError} `peer.unknown`
 * @throws {ClawReachError} `via.loop` if there are too many hops
 */
async function chosen(
  client: AppApiClient,
  peer: PeerView,
  { mode, via }: PathOptions,
  signal: AbortSignal,
): Promise<CallInput<'peers.setPathMode'> | undefined> {
  if (via === undefined) return mode === undefined ? undefined : { peer: peer.peerId, mode };
  const choice = { peer: peer.peerId, mode: mode ?? peer.pathMode };
  if (via.length === 1 && via[0]?.toLowerCase() === 'none') return choice;
  const hops: string[] = [];
  if (via.length > MOST_HOPS) throw new ClawReachError('via.loop', 'a route has at most four machines');
  for (const peer of via) hops.push((await client.call('peers.get', { peer }, { signal })).peerId);
  return { ...choice, via: hops };
}

const ALLOWED: Readonly<Record<PathMode, readonly string[]>> = {
  auto: ['direct', 'relay', 'via'],
  'direct-only': ['direct'],
  'relay-only': ['relay'],
};

/** Waits until the link uses an allowed path, so that the output shows it. With hops, waits until they work or fail. */
async function untilAllowed(context: CommandContext, client: AppApiClient, before: PeerView): Promise<void> {
  const { clock, interrupted } = context.host;
  const began = clock.monotonic();
  let patience = before.pathVia.length === 0 ? MOVE_TIMEOUT : HOPS_TIMEOUT;
  for (let peer = before; clock.monotonic() - began < patience && !interrupted.aborted;) {
    const allowed = peer.pathVia.length === 0 ? ALLOWED[peer.pathMode] : ['via'];
    if (peer.link === null || (peer.link.state === 'up' && allowed.includes(peer.path))) return;
    const { asking = null, failure = null } = peer.passage ?? {};
    if (asking !== null) {
      patience = APPROVAL_TIMEOUT;
      printAsking(context, asking);
    } else if (failure !== null) {
      return;
    }
    await interruptibleDelay(context, POLL_INTERVAL);
    peer = await client.call('peers.get', { peer: before.peerId }, { signal: interrupted });
  }
}

/** Placeholder for a peer without an answer. */
const NO_PATH: PathView = { path: 'relay', address: '', rtt: 0 };

/** Number of path changes that are printed; JSON output has all. */
const MAX_CHANGES = 8;

/** Formats the state and history of the link, without its round trip. */
function formatPath(peer: PeerView, now: number): readonly string[] {
  const why = formatWhyNotDirect(peer);
  const noUdp = formatWhyNotUdp(peer);
  const times = describeTimes(peer);
  const via = describeVia(peer);
  const hops = describeHops(peer);
  const problem = describeLinkProblem(peer, now);
  const history = formatHistory(peer.link?.history ?? [], now).slice(0, MAX_CHANGES);
  return [
    ...(problem === undefined ? [] : [`State    ${problem}`]),
    `Mode     ${describeMode(peer.pathMode)}`,
    ...(via === undefined ? [] : [`Via      ${via}`]),
    ...(hops === undefined ? [] : [`Hops     ${hops}`]),
    ...(why === undefined ? [] : [`Why not direct: ${why}`]),
    ...(noUdp === undefined ? [] : [`Why not over UDP: ${noUdp}`]),
    ...(times === undefined ? [] : [`Measured ${times}`]),
    ...(history.length === 0 ? [] : ['Changes, newest first:', ...history.map((line) => `  ${line}`)]),
  ];
}
