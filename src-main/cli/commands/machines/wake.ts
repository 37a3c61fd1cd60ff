import { MOST_WAKERS, type AppApiClient, type CallOutput, type PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { InterruptedError, ProblemError, UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { describeError, formatDuration } from '../../output/index.ts';
import { peerName } from './peer-format.ts';
import { approvalWait } from './approval-wait.ts';
import {
  addCommand,
  parseNameList,
  parseWhole,
  type CommandContext,
  type CommonOptions,
  type Registration,
} from '../registry.ts';

/** Pause between two looks at whether the machine is online, ms. */
const LOOK = 500;
/** Looks after which a direct link is tried, which finds a machine that no relay lists. */
const LOOKS_PER_TRY = 10;

type WakeOptions = CommonOptions & Readonly<{ via?: readonly string[]; wait: number }>;

/**
 * Registers `clawreach wake`, which has a machine woken over its local network and waits until it is online. Starts an agent if none is running.
 */
export const addWake: Registration = (program, run) => {
  addCommand(program, 'wake', 'wake a machine that is asleep (Wake-on-LAN)', {
    description: [
      'Wake a machine that is asleep, and wait until it is online. The packet that wakes it is sent by this machine and by those of your machines that are ' +
        'online and allow it: one of them has to be in the same local network. They learn its network cards while it is awake.',
      '',
      'Wake-on-LAN has to be switched on in its firmware and system. Exit code 4: it is not online in time.',
    ].join('\n'),
    examples: [
      ['clawreach wake office', ''],
      ['clawreach wake office --via nas', 'has the person at nas asked, if necessary'],
      ['clawreach rights laptop --allow wake', 'on nas: laptop may wake machines there without a question'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .option('--via <machines>', 'only these machines send the packet; with commas between their names', parseNameList)
    .option(
      '--wait <seconds>',
      'longest time to wait until it is online; 0 only sends the packet',
      parseWhole(0, 3600),
      120,
    )
    .action((name: string, options: WakeOptions) => run(options, (context) => wake(context, name, options)));
};

async function wake(context: CommandContext, name: string, { via, wait }: WakeOptions): Promise<number> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const peer = await client.call('peers.get', { peer: name });
  const shown = peerName(peer);
  if (peer.online) {
    reporter.lines(`${shown} is online.`);
    reporter.document({ peer: peer.name, peerId: peer.peerId, online: true, sent: [], failed: [] });
    return EXIT.ok;
  }
  const input = { peer: peer.peerId, ...(via === undefined ? {} : { via: await findWakers(client, via) }) };
  const result = await client.call('wake.send', input, {
    signal: host.interrupted,
    onProgress: (asked) => reporter.note(approvalWait(peerName(asked))),
  });
  reporter.lines(`Sent by ${sentBy(result)}.`);
  for (const { name: of, code } of result.failed)
    reporter.note(
      `Not sent by ${peerName({ name: of })}: ${describeError(new ClawReachError(code, code)).what}  [${code}]`,
    );
  const facts = { peer: peer.name, peerId: peer.peerId, sent: result.sent, failed: result.failed };
  if (wait === 0) {
    reporter.document({ ...facts, online: null });
    return EXIT.ok;
  }
  reporter.note(`Waiting until ${shown} is online, ${formatDuration(wait * 1000)} at most; Ctrl-C ends the waiting.`);
  const begun = host.clock.monotonic();
  const isOnline = await waitUntilOnline(context, client, peer, begun + wait * 1000);
  const duration = Math.round(host.clock.monotonic() - begun);
  reporter.document({ ...facts, online: isOnline, duration });
  if (!isOnline) throw new ProblemError('wake.asleep', { name: shown });
  reporter.lines(`${shown} is online after ${formatDuration(duration)}.`);
  return EXIT.ok;
}

/** Returns the IDs of the machines that are to send the packet, each once. @throws {UsageError} for none, or too many */
async function findWakers(client: AppApiClient, via: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const name of via) found.add((await client.call('peers.get', { peer: name })).peerId);
  if (found.size > 0 && found.size <= MOST_WAKERS) return [...found];
  const reason = `Name 1 to ${MOST_WAKERS} machines after --via, such as \`--via nas\`.`;
  throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach wake --help' } });
}

/** Looks until the machine is online. @param end monotonic, ms */
async function waitUntilOnline(
  context: CommandContext,
  client: AppApiClient,
  { peerId }: PeerView,
  end: number,
): Promise<boolean> {
  const { host } = context;
  for (let looks = 1; host.clock.monotonic() < end; looks += 1) {
    await interruptibleDelay(context, LOOK);
    if (host.interrupted.aborted) throw new InterruptedError();
    const { online, linked } = await client.call('peers.get', { peer: peerId });
    if (online || linked) return true;
    if (looks % LOOKS_PER_TRY === 0) await client.call('peers.reconnect', { peer: peerId });
  }
  return false;
}

function sentBy({ sent }: CallOutput<'wake.send'>): string {
  return sent.map(({ name }) => (name === null ? 'this machine' : peerName({ name }))).join(', ');
}
