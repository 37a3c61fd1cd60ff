import type { AppApiClient, PeerView, ServedTerminalView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { formatDuration, formatTable, headLine, namesKnown, printable } from '../../output/index.ts';
import { peerName, peerWord, shellWord } from '../machines/peer-format.ts';
import { reachRelay } from '../agent/reach-relay.ts';
import {
  addCommand,
  addRelayOptions,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';
import { shortTerminal } from './terminal-id.ts';
import { answerGuest, createLink, endLink, listLinks, type LinkOptions } from './share-links.ts';

type ShareOptions = CommonOptions &
  RelayFlags &
  LinkOptions &
  Readonly<{
    with?: string;
    stop?: boolean;
    here?: boolean;
    link?: boolean;
    list?: boolean;
    admit?: string;
    decline?: string;
    end?: string;
  }>;

/**
 * Registers `clawreach share`, which lets a peer watch a terminal on another machine or this one, creates links for guests, ends both, or lists the terminals that peers have
 * open on this machine. Starts an agent if none is running. May set up the relay.
 */
export const addShare: Registration = (program, run) => {
  const command = addCommand(program, 'share', 'let another machine watch a terminal', {
    description: [
      'Let another machine watch a terminal that you have open on a machine, or one that runs on this machine (--here). It sees the screen ' +
        "and can't type. The machine that watches must be paired with this one and with the one that runs the terminal, and be allowed there: `clawreach rights " +
        'NAME --allow view`; otherwise its user is asked. Sharing ends with the terminal, when you withdraw that permission, or with --stop.',
      'With --link, a guest without ClawReach watches it in a browser, or types into it with --type. A terminal of another machine is shared ' +
        'through this one, as long as a tab or command here shows it.',
      'Guests open a page of the relay. For that, the relay runs with `--page on`, and has a name and a certificate that browsers trust. The ' +
        'certificate that a relay makes for itself is none of those.',
    ].join('\n'),
    examples: [
      ['clawreach share office 3fa9 --with lena', 'lena can watch it with `clawreach watch office`'],
      ['clawreach share office --with lena', 'the same, if it is the only one'],
      ['clawreach share office 3fa9 --stop', 'no one can watch it any longer'],
      ['clawreach share office 3fa9 --link --type', 'prints a link, waits, and asks you about each guest'],
      ['clawreach share --admit Gus', 'lets a guest in that --list shows'],
      ['clawreach share --here', 'lists the terminals that run here, and who can watch'],
      ['clawreach share --here 3fa9 --stop --with lena', ''],
    ],
  });
  addRelayOptions(command, { brief: true })
    .argument(
      '[words...]',
      'name or ID of the machine that runs the terminal (not with --here), and the ID of the terminal, unless there is only one',
    )
    .option('--here', 'share a terminal that runs on this machine')
    .option('--with <name>', 'name of the machine that may watch')
    .option('--stop', 'stop sharing with the machine in --with, or with all')
    .option('--link', 'create a link for guests in browsers')
    .option('--type', 'with --link: guests type as well')
    .option('--for <time>', 'with --link: end after this time, such as 15m; default 1h, at most 24h')
    .option('--once', 'with --link: for one guest')
    .option('--let-in', 'with --link: let guests that only watch in without asking')
    .option('--list', 'list the links and their guests')
    .option('--admit <guest>', 'let a waiting guest in, by ID or name')
    .option('--decline <guest>', 'decline a waiting guest')
    .option('--end <id>', 'end a link by ID, or send a guest away by ID or name')
    .action((words: readonly string[], options: ShareOptions) =>
      run(options, (context) => share(context, words, options)),
    );
};

async function share(context: CommandContext, words: readonly string[], options: ShareOptions): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  if (options.list === true) return await listLinks(context, client);
  if (options.admit !== undefined) return await answerGuest(context, client, options.admit, true);
  if (options.decline !== undefined) return await answerGuest(context, client, options.decline, false);
  if (options.end !== undefined) return await endLink(context, client, options.end);
  const here = options.here === true;
  const [machine, text, ...others] = here ? [undefined, ...words] : words;
  const { with: viewerName, stop = false, link = false } = options;
  if (here && text === undefined && viewerName === undefined && !stop && !link) {
    await listServed(context, client);
    return;
  }
  if (others.length > 0 || (!here && machine === undefined)) {
    throw new UsageError('usage.share', 'a machine and a terminal are needed');
  }
  if (viewerName === undefined && !stop && !link) {
    throw new UsageError('usage.share', 'no machine is named to share it with');
  }
  const peer = machine === undefined ? null : await client.call('peers.get', { peer: machine }, { signal });
  if (peer !== null) await reachRelay(context, client, options, peer);
  const found = await findTerminal(client, peer?.peerId ?? null, text, signal);
  const { terminal } = found;
  const where = { peer: peer?.peerId ?? null, terminal };
  if (link) return await createLink(context, client, where, options);
  if (stop) {
    await client.call('terminal.unshare', { ...where, ...(viewerName === undefined ? {} : { with: viewerName }) });
    reporter.document({ terminal, stopped: viewerName ?? null });
    reporter.lines(
      viewerName === undefined
        ? 'Stopped sharing. No one can watch it any longer.'
        : `Stopped sharing with ${printable(viewerName)}.`,
    );
    return;
  }
  const viewer = await findViewer(client, viewerName ?? '', peer, text ?? shortTerminal(terminal));
  requireShareable(found, peer, viewer);
  reporter.progress('Sharing…');
  await client.call('terminal.share', { ...where, with: viewer.peerId }, { signal }).catch((error: unknown) => {
    if (errorCode(error) !== 'terminal.share-refused') throw error;
    const there = peer === null ? 'Here' : `On ${peerName(peer)}`;
    const hint = `${there}: \`clawreach rights ${peerWord(viewer)} --allow view\`. If it doesn't know ${peerName(viewer)}, pair the two.`;
    throw new ProblemError('terminal.share-refused', {}, hint, { isDropped: true });
  });
  reporter.document({ terminal, with: viewer.peerId });
  // What the machine with the terminal lets the viewer do isn't known here.
  const asks = peer === null ? '' : ` ${peerName(peer)} may ask someone there first.`;
  reporter.lines(`${peerName(viewer)} can watch ${terminal.slice(0, 8)} now.${asks}`);
}

/**
 * Returns the machine that shall watch.
 * @param peer machine that runs the terminal; null for this one
 * @throws {ProblemError} `peer.unknown`, with the command for a machine that only the other one knows
 */
async function findViewer(client: AppApiClient, name: string, peer: PeerView | null, text: string): Promise<PeerView> {
  try {
    return await client.call('peers.get', { peer: name });
  } catch (error) {
    if (!(error instanceof ClawReachError) || error.code !== 'peer.unknown' || peer === null) throw error;
    const { name: shown } = error.details;
    const hint = `It must be paired with this machine too. On ${peerName(peer)}, which knows it: \`clawreach share --here ${shellWord(text)} --with ${shellWord(name)}\``;
    throw new ProblemError(error.code, { name: typeof shown === 'string' ? shown : printable(name) }, hint, {
      isDropped: true,
    });
  }
}

/** Prints the terminals that peers have open on this machine, with the peers that can watch them. */
async function listServed(context: CommandContext, client: AppApiClient): Promise<void> {
  const { reporter, host } = context;
  const served = await client.call('terminal.served', {});
  reporter.document(served);
  if (served.length === 0) {
    reporter.lines('No other machine has a terminal open here.');
    return;
  }
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [
      { title: 'ID', least: 16 },
      { title: 'TITLE' },
      { title: 'AGE', align: 'right' },
      { title: 'MACHINE', least: 8 },
      { title: 'CAN WATCH' },
    ],
    served.map((terminal) => [
      terminal.terminal,
      printable(terminal.title) || '-',
      formatDuration(now - terminal.startedAt),
      printable(terminal.peerName),
      viewersOf(terminal),
    ]),
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...rows);
}

function viewersOf({ viewers }: ServedTerminalView): string {
  return viewers.map(({ name, watching }) => `${printable(name)}${watching ? ' (watching)' : ''}`).join(', ') || '-';
}

/**
 * Checks what the refusal of the machine that runs the terminal wouldn't explain.
 * @throws {UsageError} `usage.share-runs-there`, `usage.share-holder`, `usage.share-held`
 */
function requireShareable(found: FoundTerminal, peer: PeerView | null, viewer: PeerView): void {
  const name = peerName(viewer);
  if (viewer.peerId === peer?.peerId)
    throw new UsageError('usage.share-runs-there', 'it runs there', { details: { name } });
  if (viewer.peerId === found.holderId)
    throw new UsageError('usage.share-holder', 'it is open there', { details: { name } });
  if (peer !== null && found.heldBy !== null) {
    const details = { name: printable(found.heldBy), word: peerWord(peer), terminal: shortTerminal(found.terminal) };
    throw new UsageError('usage.share-held', 'another machine has it open', { details });
  }
}

/** Terminal to share. `heldBy`: name of the other device that has it, for a terminal on a peer. `holderId`: peer that has it, for one on this device. */
type FoundTerminal = Readonly<{ terminal: string; heldBy: string | null; holderId?: string }>;

/**
 * Returns the terminal whose ID starts with that text, or without one the only terminal that can be shared.
 * @param peer ID of the machine that runs the terminal; null for this machine
 * @throws {UsageError} `usage.share-terminal`
 * @throws {ProblemError} `usage.share-which`, with the terminals that there are
 */
async function findTerminal(
  client: AppApiClient,
  peer: string | null,
  text: string | undefined,
  signal: AbortSignal,
): Promise<FoundTerminal> {
  const beginning = (text ?? '').trim().replace(/…$/, '').toLowerCase();
  // A whole ID needs no list, which a person there may be asked for.
  if (peer !== null && /^[0-9a-f]{32}$/.test(beginning)) return { terminal: beginning, heldBy: null };
  const running: readonly FoundTerminal[] =
    peer === null
      ? (await client.call('terminal.served', {}, { signal })).map((served) => ({
          terminal: served.terminal,
          heldBy: null,
          holderId: served.peerId,
        }))
      : await client.call('terminal.list', { peer }, { signal });
  // Only the machine that has a terminal can share it, or the one that runs it.
  const isMeant = ({ terminal, heldBy }: FoundTerminal): boolean =>
    text === undefined ? heldBy === null : terminal.startsWith(beginning);
  const [found, ...others] = running.filter(isMeant);
  if (found !== undefined && others.length === 0 && (text === undefined || beginning !== '')) return found;
  if (text === undefined) {
    const ids = running.filter(isMeant).map(({ terminal }) => shortTerminal(terminal));
    const none = peer === null ? 'No machine has a terminal open here.' : 'You have no terminal open there.';
    throw new ProblemError('usage.share-which', {}, namesKnown('Terminals', ids, none));
  }
  throw new UsageError('usage.share-terminal', 'no such terminal', { details: { terminal: printable(text) } });
}
