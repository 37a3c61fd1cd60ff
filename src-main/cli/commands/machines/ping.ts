import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ensureAgent, interruptibleDelay } from '../../control/index.ts';
import { describeError, formatRtt, printable } from '../../output/index.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { describeReply, pathWord, formatWhyNotDirect } from './path-format.ts';
import { explainUnreachable } from './unreachable.ts';
import { reachRelay } from '../agent/reach-relay.ts';
import {
  addCommand,
  addRelayOptions,
  parseWhole,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type RelayFlags,
} from '../registry.ts';

/** Codes of peers that answer no more. */
const FINAL: ReadonlySet<string> = new Set(['peer.forgot', 'peer.suspended', 'peer.unknown']);

type PingOptions = CommonOptions & RelayFlags & Readonly<{ count: number; interval: number; timeout: number }>;

/**
 * Registers `clawreach ping`, which measures round trips to a peer through the agent and prints each with its path. Starts an agent if none is
 * running. May set up the relay.
 */
export const addPing: Registration = (program, run) => {
  const command = addCommand(program, 'ping', 'measure the round trip to a machine, and show the path', {
    examples: [
      ['clawreach ping office', 'five round trips'],
      ['clawreach ping office -c 0', 'until Ctrl-C, then the summary'],
    ],
  });
  addRelayOptions(command, { brief: true })
    .argument('<name>', 'name or ID of the machine')
    .option('-c, --count <n>', 'number of round trips; 0 continues until Ctrl-C', parseWhole(0, 1_000_000), 5)
    .option('-i, --interval <ms>', 'milliseconds between two round trips', parseWhole(10, 3_600_000), 1000)
    .option('-t, --timeout <ms>', 'milliseconds to wait for each answer', parseWhole(100, 60_000), 5000)
    .action((name: string, options: PingOptions) => run(options, (context) => ping(context, name, options)));
};

async function ping(context: CommandContext, name: string, options: PingOptions): Promise<number> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  let peer = await client.call('peers.get', { peer: name });
  await reachRelay(context, client, options, peer);
  const shown = printable(peer.name);
  const times: number[] = [];
  let sent = 0;
  let failure: number = EXIT.ok;
  let problem: ReturnType<typeof describeError> | undefined;
  let last: string | undefined;
  while (options.count === 0 || sent < options.count) {
    if (sent > 0) await interruptibleDelay(context, options.interval);
    if (host.interrupted.aborted) break;
    sent += 1;
    try {
      const view = await client.call(
        'peers.ping',
        { peer: peer.peerId, timeout: options.timeout },
        { signal: host.interrupted },
      );
      times.push(view.rtt);
      peer = await renew(client, peer);
      const way = view.path === 'via' ? pathWord({ ...peer, path: 'via' }) : view.path;
      if (last !== undefined && last !== way) reporter.lines(reporter.style.dim(`path: ${last} → ${way}`));
      last = way;
      reporter.lines(`${shown}: ${describeReply(view, peer)}`);
      reporter.document({ peer: peer.name, peerId: peer.peerId, sequence: sent, ...view });
    } catch (error) {
      if (host.interrupted.aborted) {
        sent -= 1;
        break;
      }
      problem = describeError(await explainUnreachable(client, error, peer, host.clock.now()));
      const { code, what } = problem;
      // Without an agent or the right, or with a peer that is blocked, removed or has removed this machine, no further ping can succeed.
      if (code.startsWith('control.') || code.startsWith('rights.') || FINAL.has(code)) throw error;
      failure = exitCodeOf(code);
      reporter.lines(`${shown}: no answer. ${what}  [${code}]`);
      reporter.document({ peer: peer.name, peerId: peer.peerId, sequence: sent, error: { code } });
    }
  }
  const summary = summarise(times);
  reporter.lines('', `${sent} sent, ${times.length} answered${summary === undefined ? '' : `, ${describe(summary)}`}`);
  const why = last === undefined ? undefined : formatWhyNotDirect(peer);
  if (why !== undefined) reporter.lines(`Why not direct: ${why}`);
  reporter.document({
    summary: { sent, answered: times.length, ...summary, why: peer.link?.why ?? null },
  });
  if (times.length === 0 && problem !== undefined)
    reporter.note(...`${problem.why}\n${problem.next}`.split('\n').filter((line) => line !== ''));
  return times.length > 0 ? EXIT.ok : failure;
}

/** Reads the peer again after a reply, because its path may have changed. */
async function renew(client: AppApiClient, peer: PeerView): Promise<PeerView> {
  try {
    return await client.call('peers.get', { peer: peer.peerId });
  } catch {
    // If the peer was forgotten or the agent ended, the next ping reports it.
    return peer;
  }
}

/** Lowest, average and highest round trip, ms. */
export type PingSummary = Readonly<{ min: number; avg: number; max: number }>;

/** Summarises round trips, ms; undefined if there are none. Pure. */
export function summarise(times: readonly number[]): PingSummary | undefined {
  if (times.length === 0) return undefined;
  const total = times.reduce((sum, time) => sum + time, 0);
  return { min: Math.min(...times), avg: total / times.length, max: Math.max(...times) };
}

function describe({ min, avg, max }: PingSummary): string {
  return `min/avg/max ${formatRtt(min)} / ${formatRtt(avg)} / ${formatRtt(max)}`;
}
