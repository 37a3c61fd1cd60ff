import { type AgentStatus, type RelayStatus } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { formatDuration, printable } from '../../output/index.ts';
import { shellWord } from '../machines/peer-format.ts';

/** Formats the state of the relay connection as one line, with the cause of a problem. Used by every command that prints it. Pure. */
export function formatRelayStatus(relay: RelayStatus, now: number): string {
  const url = relay.url ?? 'none';
  const cause =
    relay.problem === null ? '' : `: ${commandErrorText(relay.problem, relay.problem).what}  [${relay.problem}]`;
  switch (relay.state) {
    case 'none':
      return 'Relay: none. Machines in this network are reached directly; for others: `clawreach config relay URL`.';
    case 'connecting':
      return `Relay ${url}: connecting`;
    case 'online':
      return `Relay ${url}: online${relay.secure ? '' : ' (without TLS)'}`;
    case 'waiting': {
      const left = relay.retryAt === null ? undefined : relay.retryAt - now;
      const retry = left === undefined ? '' : left < 1000 ? ', retrying now' : `, retrying in ${formatDuration(left)}`;
      return `Relay ${url}: not connected${retry}${cause}`;
    }
    case 'failed':
      return `Relay ${url}: stopped retrying${cause}`;
    case 'stopped':
      return `Relay ${url}: off${cause}`;
    default:
      return assertNever(relay.state);
  }
}

/** Returns what to do about a relay that isn't retried, such as after a rejected token. Pure. */
export function relayStep({ state, problem, url }: RelayStatus): readonly string[] {
  if (state !== 'failed' || problem === null) return [];
  const shown = printable(url ?? '');
  const next = commandErrorText(problem, problem, { url: shown }).next.replace(
    'config relay URL',
    () => `config relay ${shellWord(shown)}`,
  );
  return [
    printable(next),
    ...(problem === 'relay.pin-mismatch' ? [`To see its key: \`clawreach config relay ${shellWord(shown)}\``] : []),
  ].filter((line) => !line.includes('{{'));
}

/** Formats the line about the relay that `clawreach config relay --back` returns to; empty if there is none. Used by `status`. Pure. */
export function describeRelayBefore({ relayBefore }: Pick<AgentStatus, 'relayBefore'>): readonly string[] {
  return relayBefore === undefined
    ? []
    : [`Before that: ${printable(relayBefore)}. Return to it: clawreach config relay --back`];
}
