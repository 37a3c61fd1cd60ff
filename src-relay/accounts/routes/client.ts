import { cleanLine } from '#shared/visible-text/index.ts';
import type { RouteCall } from '../../platform/index.ts';
import type { RouteName } from '#shared/platform/index.ts';
import { ACCOUNT_LIMITS } from '../limits.ts';
import type { Client } from '../parts.ts';

/** Returns the client of a request. */
export function clientOf({
  address,
  addressGroup,
  headers,
  signal,
}: Pick<RouteCall<RouteName>, 'address' | 'addressGroup' | 'headers' | 'signal'>): Client {
  return { address, group: addressGroup, agent: cleanLine(headers['user-agent'] ?? '', ACCOUNT_LIMITS.agent), signal };
}
