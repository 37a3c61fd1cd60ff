import { type AgentStatus, type RelayStatus } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { formatDuration, printable } from '../../output/index.ts';

/** Describes the relay connection on one line, with the cause of a problem. */
export function formatRelayStatus(relay: RelayStatus, now: number): string {
  const url = relay.url ?? 'none';
  const cause =
    relay.problem === null ? '' : `: ${commandErrorText(relay.problem, relay.problem).what}  [${relay.problem}]`;
  switch (relay.state) {
    case 'none':
      return 'Relay: none set up. `clawreach config relay URL` sets one.';
    case 'connecting':
      return `Relay ${url}: connecting`;
    case 'online':
      return `Relay ${url}: online${relay.secure ? '' : ' (without TLS)'}`;
    case 'waiting': {
      const retry = relay.retryAt === null ? '' : `, next try in ${formatDuration(relay.retryAt - now)}`;
      return `Relay ${url}: not connected${retry}${cause}`;
    }
    case 'failed':
      return `Relay ${url}: stopped trying${cause}`;
    case 'stopped':
      return `Relay ${url}: off${cause}`;
    default:
      return assertNever(relay.state);
  }
}

/** Names the relay that `clawreach config relay --back` returns to; empty if there is none. */
export function describeRelayBefore({ relayBefore }: Pick<AgentStatus, 'relayBefore'>): readonly string[] {
  return relayBefore === undefined ? [] : [`${printable(relayBefore)} before it: clawreach config relay --back`];
}
