import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { namesKnown, printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Largest number of gateways that an error lists. */
const MAX_NAMED = 8;

/** The option `--gateway`, of commands about one gateway. */
export type GatewayOption = Readonly<{ gateway?: string }>;

/**
 * Asks the agent for its gateways and returns the one with that name or ID. Without a reference, returns the only one. Used by every command about
 * one of this machine's gateways.
 * @throws {ProblemError} `gateway.unknown`; {GatewayError} `gateway.ambiguous`
 * @throws {UsageError} `usage.gateway` if there are several, `usage.no-gateway` if there is none
 */
export async function chooseGateway(
  { host }: CommandContext,
  client: AppApiClient,
  reference: string | undefined,
): Promise<GatewayView> {
  const views = await client.call('gateways.list', {}, { signal: host.interrupted });
  if (reference !== undefined) return findGateway(views, reference);
  const [only, ...more] = views;
  if (only === undefined) throw new UsageError('usage.no-gateway', 'there is no gateway');
  if (more.length > 0) {
    const names = views.slice(0, MAX_NAMED).map(({ settings }) => printable(settings.name));
    throw new UsageError('usage.gateway', 'there is more than one gateway', {
      details: { gateways: [...names, ...(views.length > MAX_NAMED ? ['…'] : [])].join(', ') },
    });
  }
  return only;
}

/**
 * Finds a gateway by its ID, its name, ignoring case, or the beginning of its name. Pure.
 * @throws {ProblemError} `gateway.unknown`; {GatewayError} `gateway.ambiguous`
 */
export function findGateway(views: readonly GatewayView[], reference: string): GatewayView {
  const wanted = plainKey(reference);
  const exact = views.find(({ id, settings }) => id === wanted || plainKey(settings.name) === wanted);
  if (exact !== undefined) return exact;
  // A reference of dashes and dots is empty once normalised, and every name starts with the empty text.
  const begin = wanted === '' ? [] : views.filter(({ settings }) => plainKey(settings.name).startsWith(wanted));
  const [begins, ...more] = begin;
  const details = { name: printable(reference) };
  if (begins === undefined) {
    const names = views.map(({ settings }) => settings.name);
    throw new ProblemError('gateway.unknown', details, namesKnown('Your gateways', names, 'You have no gateways yet.'));
  }
  if (more.length > 0) throw gatewayError('gateway.ambiguous', 'several gateways begin like that', details);
  return begins;
}
