import type { PeerView } from '#shared/app-api/index.ts';
import { viewAgent } from '../../control/index.ts';
import { formatRtt, formatTable, formatTime, headLine, printable, WHOLE } from '../../output/index.ts';
import { pathWord } from './path-format.ts';
import { inGroup, orderMachines } from './list-order.ts';
import { hasUncomparedWords } from './compare-words.ts';
import { forgotNote } from './forgot-note.ts';
import { suspendedNote } from './readmit.ts';
import { describeRights, describeRightsThere, peerName, peerWord } from './peer-format.ts';
import { formatPlainRelay, readPlainRelays } from './plain-relay-format.ts';
import { formatRelayStatus, relayStep } from '../agent/relay-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type Options = Readonly<{ group?: string }>;

/** Longest wait for a relay that is being connected, ms. */
const RELAY_TIMEOUT = 2000;

/**
 * Registers `clawreach list`, which prints the agent's peers with their paths, measured round trips and rights. Starts
 * an agent if none is running.
 */
export const addList: Registration = (program, run) => {
  addCommand(program, 'list', 'list your machines, how they are reached, what they may do here and you there', {
    description:
      'List the machines paired with this one: the path to each (direct, relay, via NAME, reconnecting, offline), the measured round trip, and its ' +
      'permissions here, and yours there as it last told them, in the groups and the order of the window. Takes up to two seconds.',
    examples: [
      ['clawreach list', ''],
      ['clawreach list --group Work', 'only the machines of one group'],
      ['clawreach list --json', 'with full IDs, addresses, groups and safety numbers'],
    ],
  })
    .alias('ls')
    .option('--group <name>', 'name of the group, to list only its machines')
    .action((options: CommonOptions & Options) => run(options, (context) => list(context, options)));
};

async function list(context: CommandContext, { group }: Options): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await viewAgent(context);
  const status = await client.call('status.get', {}, { signal });
  let { relay } = status;
  if (relay.state === 'connecting' || relay.state === 'waiting') {
    reporter.progress('Connecting to the relay…');
    relay = await client
      .call('relay.ready', { timeout: RELAY_TIMEOUT }, { signal })
      .catch(async () => (await client.call('status.get', {}, { signal })).relay);
  }
  reporter.progress('Measuring…');
  const ordered = orderMachines(
    await client.call('peers.list', { measure: true }, { signal }),
    status.machineOrder ?? 'mine',
  );
  const peers = group === undefined ? ordered : inGroup(ordered, group);
  reporter.document(peers);
  if (peers.length === 0) {
    reporter.lines(
      'No machines yet. To show a code for another machine: `clawreach pair`. To enter the code of another machine: `clawreach pair -`.',
    );
  } else {
    const [head = '', ...rows] = formatPeers(peers, reporter.columns, host.clock.now());
    reporter.lines(...headLine(reporter.style, head), ...rows);
  }
  // Plain relays are in no group.
  const plainRelays = group === undefined ? await readPlainRelays(client) : [];
  if (plainRelays.length > 0)
    reporter.lines('', ...plainRelays.map((plain) => formatPlainRelay(plain, host.clock.now())));
  for (const peer of peers) {
    const name = peerName(peer);
    if (peer.unfinishedUntil !== undefined) {
      const until = formatTime(peer.unfinishedUntil, host.clock.now());
      reporter.note(`${name} hasn't finished pairing. It is removed at ${until} unless it connects.`);
    }
    if (peer.suspendedSince !== undefined) reporter.note(suspendedNote(peer));
    if (peer.forgottenAt !== undefined) reporter.note(forgotNote(peer));
    else if (hasUncomparedWords(peer))
      reporter.note(`${name}: you haven't compared its four words yet. Run: clawreach confirm ${peerWord(peer)}`);
  }
  // A relay that is offline explains why peers are missing; without a relay there is nothing to wait for.
  if (relay.state !== 'online' && relay.state !== 'none') {
    reporter.note(
      reporter.noteStyle.yellow(formatRelayStatus(relay, host.clock.now())),
      ...relayStep(relay).map((line) => `  ${line}`),
    );
  }
}

/**
 * Formats the path to a peer, or that it is blocked; for an unreachable one also the time it was last seen, such as `offline, last seen
 * 14:30`.
 */
function describeReach(peer: PeerView, now: number): string {
  if (peer.suspendedSince !== undefined) return 'blocked';
  if (peer.forgottenAt !== undefined) return 'has removed you';
  if (peer.online && !isSilent(peer)) return pathWord(peer);
  const seen = peer.lastSeenAt === null ? 'never seen' : `last seen ${formatTime(peer.lastSeenAt, now)}`;
  return `${pathWord(peer)}, ${seen}`;
}

/** Tells whether a peer didn't answer the measurement although it is linked or reported online. */
function isSilent({ link, rtt, online }: PeerView): boolean {
  return rtt === null && (link === null ? online : link.state !== 'reconnecting');
}

/** Formats the peers as a table of `columns` width; 0 means no limit. */
function formatPeers(peers: readonly PeerView[], columns: number, now: number): readonly string[] {
  const hasGroups = peers.some((peer) => peer.group !== undefined);
  const isKnownThere = peers.some((peer) => peer.rightsThere !== undefined);
  return formatTable(
    [
      { title: 'NAME', least: 8 },
      ...(hasGroups ? [{ title: 'GROUP', least: 5 }] : []),
      { title: 'PATH', least: WHOLE },
      { title: 'RTT', align: 'right', least: 6 },
      { title: 'MAY DO HERE', least: WHOLE },
      ...(isKnownThere ? [{ title: 'YOU MAY THERE', least: WHOLE }] : []),
      { title: 'ID', least: 7, isExtra: true },
    ],
    peers.map((peer) => [
      peerName(peer),
      ...(hasGroups ? [peer.group === undefined ? '-' : printable(peer.group)] : []),
      describeReach(peer, now),
      isSilent(peer)
        ? 'no answer'
        : formatRtt(peer.path === 'offline' || peer.link?.state === 'reconnecting' ? null : peer.rtt),
      peer.forgottenAt === undefined ? describeRights(peer, now) : 'none',
      ...(isKnownThere ? [(peer.forgottenAt === undefined ? describeRightsThere(peer, now) : undefined) ?? '-'] : []),
      printable(peer.shortId),
    ]),
    columns,
  );
}
