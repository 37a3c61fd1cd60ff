import type { AppApiClient } from '#shared/app-api/index.ts';

/** Names that completion offers, each with a description. */
export type Names = Readonly<
  Record<'peer' | 'gateway' | 'forward', readonly (readonly [name: string, about: string])[]>
>;

export const NO_NAMES: Names = { peer: [], gateway: [], forward: [] };

/** Longest wait for the agent after a press of Tab, ms. */
const TIMEOUT = 700;

/**
 * Names that no shell interprets as anything else. Peers choose their own names and shells expand completions, so a peer with another name is
 * offered by the start of its ID instead.
 */
const PLAIN_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** Reads the names from the agent; all lists are empty without an agent or an answer in time. */
export async function readNames(client: AppApiClient | undefined): Promise<Names> {
  if (client === undefined) return NO_NAMES;
  const options = { signal: AbortSignal.timeout(TIMEOUT) };
  const [peers, gateways, forwards] = await Promise.all([
    client.call('peers.list', {}, options).catch(() => []),
    client.call('gateways.list', {}, options).catch(() => []),
    client.call('forwards.list', {}, options).catch(() => []),
  ]);
  return {
    peer: peers.map(({ name, shortId, path }) => [PLAIN_NAME.test(name) ? name : shortId, path]),
    gateway: gateways.flatMap(({ settings: { name } }) => (PLAIN_NAME.test(name) ? [[name, ''] as const] : [])),
    forward: forwards.flatMap(({ rule }) => (PLAIN_NAME.test(rule.name) ? [[rule.name, rule.kind] as const] : [])),
  };
}
