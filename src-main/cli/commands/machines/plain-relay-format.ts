import type { AppApiClient, PlainRelayView } from '#shared/app-api/index.ts';
import { commandErrorText } from '#shared/locales/index.ts';
import { formatTime, printable } from '../../output/index.ts';
import { shellWord } from './peer-format.ts';
import { rightName } from './right-names.ts';

/** Mark that every command prints with a plain relay. */
export const RELAY_READS = 'The relay can read this';

/** Returns the plain relays of the agent; none for an agent without them. Used by commands that list other things too. */
export async function readPlainRelays(client: AppApiClient): Promise<readonly PlainRelayView[]> {
  return await client.call('plainRelays.list', {}).catch(() => []);
}

/** Finds a plain relay by its name or host; undefined if there is none. */
export function findPlainRelay(relays: readonly PlainRelayView[], reference: string): PlainRelayView | undefined {
  const wanted = reference.trim().toLowerCase();
  return relays.find(({ name, host }) => [name.toLowerCase(), host.toLowerCase()].includes(wanted));
}

/** Returns the host of a plain relay as a word for a printed command. */
export function plainRelayWord({ host }: PlainRelayView): string {
  return shellWord(host);
}

/** Formats a plain relay on one line: `Plain relay relay.example  online, 2 terminals  terminal (asks). The relay can read this.` */
export function formatPlainRelay(relay: PlainRelayView, now: number): string {
  const rights = Object.entries(relay.rights).map(([right, { decision, expiresAt }]) => {
    const until = expiresAt === null ? '' : ` until ${formatTime(expiresAt, now)}`;
    return `${rightName(right)} (${WORDS[decision]}${until})`;
  });
  return `${printable(relay.name)}: ${plainRelayState(relay, now)}. ${rights.join(', ')}. ${RELAY_READS}.`;
}

const WORDS = { allow: 'allowed', ask: 'asks', deny: 'denied' } as const;

/** Formats the state of a plain relay, such as `online, 2 terminals open` or `retrying at 14:30: …`. */
export function plainRelayState(
  { state, retryAt, problem, details, terminals, requests }: PlainRelayView,
  now: number,
) {
  const some = (number: number, one: string, many: string): readonly string[] =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  const why =
    problem === null ? '' : `: ${printable(commandErrorText(problem, problem, details).what.replace(/\.$/, ''))}`;
  const when = retryAt === null ? '' : ` at ${formatTime(retryAt, now)}`;
  return [
    `${state === 'waiting' ? `retrying${when}` : state}${why}`,
    ...some(terminals, 'terminal open', 'terminals open'),
    ...some(requests, 'request running', 'requests running'),
  ].join(', ');
}
