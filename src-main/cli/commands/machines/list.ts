import type { PeerView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatRtt, formatTable, formatTime, printable } from '../../output/index.ts';
import { pathWord } from './path-format.ts';
import { hasUncomparedWords } from './compare-words.ts';
import { describeRights, peerName, peerWord } from './peer-format.ts';
import { formatRelayStatus } from '../agent/relay-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** Longest wait for a relay connection that is being established or retried, ms. */
const PATIENCE = 2000;

export const addList: Registration = (program, run) => {
  addCommand(program, 'list', 'show the peers, how they are reached and what they may do here', {
    description:
      'Show the peers of this device: the path to each (direct, relay, via NAME, reconnecting, offline), the measured round trip, and what it may do here. ' +
      'Takes about two seconds at most.',
    examples: [
      ['clawreach list', ''],
      ['clawreach list --json', 'with full ids, addresses and safety numbers'],
    ],
  })
    .alias('ls')
    .action((options: CommonOptions) => run(options, list));
};

async function list(context: CommandContext): Promise<void> {
  const { reporter, host } = context;
  const signal = host.interrupted;
  const client = await ensureAgent(context);
  let { relay } = await client.call('status.get', {}, { signal });
  if (relay.state === 'connecting' || relay.state === 'waiting') {
    reporter.progress('Connecting to the relay…');
    relay = await client
      .call('relay.ready', { timeout: PATIENCE }, { signal })
      .catch(async () => (await client.call('status.get', {}, { signal })).relay);
  }
  reporter.progress('Measuring…');
  const peers = await client.call('peers.list', { measure: true }, { signal });
  reporter.document(peers);
  if (peers.length === 0) {
    reporter.lines(
      'No peers yet. `clawreach pair` shows a code for another machine; `clawreach pair -` joins with one.',
    );
  } else {
    const [head = '', ...rows] = formatPeers(peers, reporter.columns, host.clock.now());
    reporter.lines(reporter.style.dim(head), ...rows);
  }
  for (const peer of peers) {
    const name = peerName(peer);
    if (peer.unfinishedUntil !== undefined) {
      const until = formatTime(peer.unfinishedUntil, host.clock.now());
      reporter.note(`${name} has not finished pairing; unless it connects, it is removed ${until}.`);
    }
    if (hasUncomparedWords(peer))
      reporter.note(`${name}: nobody has confirmed its words yet: clawreach confirm ${peerWord(peer)}`);
  }
  // A relay that is offline explains why peers are missing; without a relay there is nothing to wait for.
  if (relay.state !== 'online' && relay.state !== 'none') {
    reporter.note(reporter.noteStyle.yellow(formatRelayStatus(relay, host.clock.now())));
  }
}

/** Describes how a peer is reached: `direct`, or for an unreachable one the time it was last seen, `offline, last seen 14:30`. */
function describeReach(peer: PeerView, now: number): string {
  if (peer.online && !isSilent(peer)) return pathWord(peer);
  const seen = peer.lastSeenAt === null ? 'never seen' : `last seen ${formatTime(peer.lastSeenAt, now)}`;
  return `${pathWord(peer)}, ${seen}`;
}

/** Tells whether the peer didn't answer the measurement, though it is linked or reported online. */
function isSilent({ link, rtt, online }: PeerView): boolean {
  return rtt === null && (link === null ? online : link.state !== 'reconnecting');
}

/** Formats the table; with `columns` 0 its width is unlimited. */
function formatPeers(peers: readonly PeerView[], columns: number, now: number): readonly string[] {
  return formatTable(
    [
      { title: 'NAME', least: 8 },
      { title: 'PATH', least: 7 },
      { title: 'RTT', align: 'right', least: 6 },
      { title: 'CAN', least: 8 },
      { title: 'ID', least: 7 },
    ],
    peers.map((peer) => [
      peerName(peer),
      describeReach(peer, now),
      isSilent(peer)
        ? 'no answer'
        : formatRtt(peer.path === 'offline' || peer.link?.state === 'reconnecting' ? null : peer.rtt),
      describeRights(peer, now),
      printable(peer.shortId),
    ]),
    columns,
  );
}
