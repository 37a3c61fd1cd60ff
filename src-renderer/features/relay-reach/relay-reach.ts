import type { HostedRelay, RelayStatus } from '#shared/app-api/index.ts';
import { useApp } from '../../store/index.ts';
import { addressScope } from './address-scope.ts';

/**
 * Machines that can use a relay. `here`: those on this computer. `network`: those of this network. `private`: those of a private network across locations, such as a VPN. `untested`:
 * those elsewhere too, if the address of the relay on this machine leads to it, which no machine has tested. `anywhere`: those elsewhere too.
 */
export type RelayReach = 'here' | 'network' | 'private' | 'untested' | 'anywhere';

/** Relay of this device as machines elsewhere know it. `url` is null where there is none. */
export type RelayElsewhere = Readonly<{ url: string | null; reach: RelayReach }>;

/** Reports whether machines in other networks can't use a relay yet. Pure. */
export function isNearOnly(reach: RelayReach): boolean {
  return reach === 'here' || reach === 'network';
}

/** Returns which machines can reach a relay at a URL, judged by its host alone. Pure: no name is resolved. */
export function reachOf(url: string): Exclude<RelayReach, 'untested'> {
  const scope = addressScope(url);
  if (scope === 'shared') return 'private';
  if (scope === 'here') return 'here';
  return scope === 'lan' ? 'network' : 'anywhere';
}

/**
 * Returns the address of a relay for machines elsewhere, and which of them can use it. Pure: nothing is contacted.
 * @param hosted relay that the application on this machine runs
 * @param tested URL at which another machine has reached that relay
 */
export function relayElsewhere(
  { url: own, advertised, own: isHosted }: Pick<RelayStatus, 'url' | 'advertised' | 'own'>,
  hosted: HostedRelay | undefined,
  tested: string | undefined,
): RelayElsewhere {
  const outside = isHosted === true ? hosted?.outside.url : undefined;
  const url = own === null ? null : (advertised ?? outside ?? own);
  const reach = reachOf(url ?? '');
  return { url, reach: reach === 'anywhere' && isHosted === true && tested !== url ? 'untested' : reach };
}

/** Returns the relay of this device as machines elsewhere know it; see `relayElsewhere`. */
export function useRelayElsewhere(): RelayElsewhere {
  const relay = useApp(({ status }) => status?.relay);
  const hosted = useApp(({ hostedRelay }) => hostedRelay);
  const tested = useApp(({ testedRelay }) => testedRelay?.url);
  return relayElsewhere(relay ?? { url: null }, hosted, tested);
}
