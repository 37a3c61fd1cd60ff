import type { AppApiClient } from '#shared/app-api/index.ts';

/** What words of a command line may stand for here and now, each with what is said beside it. */
export type Names = Readonly<Record<'peer' | 'gateway' | 'rule', readonly (readonly [name: string, about: string])[]>>;

export const NO_NAMES: Names = { peer: [], gateway: [], rule: [] };

/** Nobody waits longer for a Tab, ms. */
const PATIENCE = 700;

/**
 * Peers call themselves what they like, and shells expand what they are offered: a name that could be more than a name is not offered, its
 * peer by the beginning of its id.
 */
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** Asks the agent that runs; without one, or without an answer in time, there is nothing to offer. */
export async function readNames(client: AppApiClient | undefined): Promise<Names> {
  if (client === undefined) return NO_NAMES;
  const options = { signal: AbortSignal.timeout(PATIENCE) };
  const [peers, gateways, forwards] = await Promise.all([
    client.call('peers.list', {}, options).catch(() => []),
    client.call('gateways.list', {}, options).catch(() => []),
    client.call('forwards.list', {}, options).catch(() => []),
  ]);
  return {
    peer: peers.map(({ name, shortId, path }) => [HARMLESS.test(name) ? name : shortId, path]),
    gateway: gateways.flatMap(({ settings: { name } }) => (HARMLESS.test(name) ? [[name, ''] as const] : [])),
    rule: forwards.flatMap(({ rule }) => (HARMLESS.test(rule.name) ? [[rule.name, rule.kind] as const] : [])),
  };
}
