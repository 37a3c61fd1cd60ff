import type { AppApiClient } from '#shared/app-api/index.ts';

/**
 * Names of machines (`peer`), their groups, gateways, forwards, plain relays and saved commands, and IDs of transfers and of terminals on one machine, that
 * completion offers, each with a description.
 */
export type Names = Readonly<
  Record<
    'peer' | 'group' | 'gateway' | 'forward' | 'plainRelay' | 'savedCommand' | 'transfer' | 'terminal',
    readonly (readonly [name: string, about: string])[]
  >
>;

/** Names that completion offers without an agent: none. */
export const NO_NAMES: Names = {
  peer: [],
  group: [],
  gateway: [],
  forward: [],
  plainRelay: [],
  savedCommand: [],
  transfer: [],
  terminal: [],
};

/** Longest wait for the agent's answer, ms. The person has pressed Tab and waits. */
const TIMEOUT = 700;

/**
 * Names that every shell takes literally; a shell would expand others, and peers choose their own names. A peer with another name is offered by its
 * short ID; a gateway, forward or saved command with another name isn't offered.
 */
const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/**
 * Asks the agent for the names that `clawreach complete` offers. A list is empty if there is no agent, or no answer in time. Waits at most 0.7 seconds.
 * @param words the line, of which the last word is being typed: terminals, saved commands and transfers are read only where one is to come
 */
export async function readNames(client: AppApiClient | undefined, words: readonly string[] = []): Promise<Names> {
  if (client === undefined) return NO_NAMES;
  const options = { signal: AbortSignal.timeout(TIMEOUT) };
  const machine = machineOfTerminal(words);
  const [command = ''] = words;
  const [peers, gateways, forwards, plainRelays, saved, transfers, terminals] = await Promise.all([
    client.call('peers.list', {}, options).catch(() => []),
    client.call('gateways.list', {}, options).catch(() => []),
    client.call('forwards.list', {}, options).catch(() => []),
    client.call('plainRelays.list', {}, options).catch(() => []),
    command.endsWith('saved') ? client.call('savedCommands.list', {}, options).catch(() => []) : [],
    command === 'transfers' ? client.call('transfers.list', {}, options).catch(() => []) : [],
    // No one at the machine is asked, and no connection is made.
    machine === undefined ? [] : client.call('terminal.list', { peer: machine, own: true }, options).catch(() => []),
  ]);
  return {
    peer: peers.map(({ name, shortId, path }) => [PLAIN_NAME.test(name) ? name : shortId, path]),
    group: [...new Set(peers.flatMap(({ group = '' }) => (PLAIN_NAME.test(group) ? [group] : [])))].map(
      (group) => [group, ''] as const,
    ),
    gateway: gateways.flatMap(({ settings: { name } }) => (PLAIN_NAME.test(name) ? [[name, ''] as const] : [])),
    forward: forwards.flatMap(({ rule }) => (PLAIN_NAME.test(rule.name) ? [[rule.name, rule.kind] as const] : [])),
    plainRelay: plainRelays.flatMap(({ host, state }) => (PLAIN_NAME.test(host) ? [[host, state] as const] : [])),
    savedCommand: saved.flatMap(({ name }) => (PLAIN_NAME.test(name) ? [[name, ''] as const] : [])),
    transfer: transfers.map(({ id, state }) => [id.slice(0, 8), state]),
    terminal: terminals.map(({ terminal }) => [terminal.slice(0, 8), '']),
  };
}

/** Returns the machine of a line whose next word is the ID of a terminal there; undefined for other lines. */
function machineOfTerminal(words: readonly string[]): string | undefined {
  const [command, machine] = words;
  const isNext = command === 'connect' ? words.at(-2) === '--terminal' : command === 'share' && words.length === 3;
  return isNext && machine?.startsWith('-') === false ? machine : undefined;
}
