import type { AgentStatus, LinkState } from '#shared/app-api/index.ts';
import { explainCode, joinSentences, text } from '../../locale/index.ts';
import type { RelayReach } from '../../features/relay-reach/index.ts';
import type { StatusDotProps } from '../../ui/index.ts';

/** State of this device's connections, as the foot of the side bar shows it. */
export type ConnectionSummary = Readonly<{
  dot: StatusDotProps['state'];
  label: string;
  /** Reason for the state, in one or two sentences. */
  cause: string;
}>;

/** Counts the peers whose link has a path now. */
export function countLinked(peers: readonly Readonly<{ link: Pick<LinkState, 'state'> | null }>[]): number {
  return peers.filter(({ link }) => link !== null && link.state !== 'reconnecting').length;
}

/**
 * Summarises this device's connections for the foot of the side bar. A device with linked peers is never called offline, whatever the relay's state.
 * @param status undefined while the agent doesn't respond
 * @param linked number of peers with a link that has a path
 * @param problem code of the relay's problem; null for none
 * @param elsewhere machines that can use the relay, as far as that is known
 */
export function summariseConnection(
  status: Pick<AgentStatus, 'relay' | 'paused' | 'reach'> | undefined,
  linked: number,
  problem: string | null,
  elsewhere: RelayReach = 'anywhere',
): ConnectionSummary {
  if (status === undefined) return { dot: 'offline', label: text('app.lost'), cause: text('app.lost.text') };
  if (status.paused !== undefined) return { dot: 'offline', label: text('app.paused'), cause: text('app.paused.text') };
  const relay = relayState(status, problem, elsewhere);
  const { state } = status.relay;
  if (linked === 0 || state === 'online' || state === 'none') return relay;
  const isWanted = state === 'waiting' || state === 'failed';
  return {
    dot: isWanted ? 'waiting' : 'online',
    label: text(isWanted ? 'app.reach.away' : 'app.reach.direct'),
    cause: joinSentences(text('app.linked.text', { count: linked }), relay.cause),
  };
}

function relayState(
  { relay: { state, url, own }, reach }: Pick<AgentStatus, 'relay' | 'reach'>,
  problem: string | null,
  elsewhere: RelayReach,
): ConnectionSummary {
  const label = text(`app.relay.${state}`);
  switch (state) {
    case 'online':
      return {
        dot: 'online',
        label: text(
          elsewhere === 'network' && own === true ? 'app.reach.relay.network.own' : `app.reach.relay.${elsewhere}`,
        ),
        cause: text(elsewhere === 'untested' ? 'app.reach.relay.untested.text' : 'app.relay.online.text', {
          relay: hostOf(url),
        }),
      };
    case 'connecting':
      return {
        dot: 'waiting',
        label,
        cause: problem === null ? text('app.relay.connecting.text') : causeOf(problem, url),
      };
    case 'waiting':
      return { dot: 'offline', label, cause: causeOf(problem, url) };
    case 'failed':
      return { dot: 'waiting', label, cause: causeOf(problem, url) };
    case 'none':
      // Without a port of its own, this machine can only connect to others.
      return reach === 'none'
        ? { dot: 'online', label: text('app.reach.closed'), cause: text('app.reach.closed.text') }
        : { dot: 'online', label: text('app.reach.network'), cause: text('app.relay.none.text') };
    case 'stopped':
      return { dot: 'offline', label, cause: text('app.relay.stopped.text') };
  }
}

function causeOf(problem: string | null, url: string | null): string {
  if (problem === null) return text('app.relay.connecting.text');
  const { what, next } = explainCode(problem, problem, { authority: hostOf(url) });
  return joinSentences(what, next);
}

function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : '';
}
