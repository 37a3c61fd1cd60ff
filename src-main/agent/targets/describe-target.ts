import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { hostAndPort, type NormalizedHost } from './asked-host.ts';
import type { TargetUse } from './types.ts';

/** Addresses of a name elsewhere that a person is shown. */
const SHOWN = 4;

/**
 * What a person is asked about: exactly what would be reached, by name and by address.
 * @param isElsewhere neither this machine nor a network that is not reached from everywhere
 */
export function describeTarget(
  use: TargetUse,
  asked: NormalizedHost,
  port: number,
  addresses: readonly IpAddress[],
  isElsewhere: (address: IpAddress) => boolean,
): string {
  const place = use === 'listen' && port === 0 ? `a free port of ${asked.text}` : hostAndPort(asked.text, port);
  return `${VERBS[use]} ${place}${asked.kind === 'name' ? ` (${listed(addresses, isElsewhere)})` : ''}`;
}

const VERBS: Readonly<Record<TargetUse, string>> = {
  tcp: 'connect to',
  udp: 'send datagrams to',
  listen: 'take connections at',
};

/** This machine and its networks first, and all of them: nothing that matters hides behind many addresses that do not. */
function listed(addresses: readonly IpAddress[], isElsewhere: (address: IpAddress) => boolean): string {
  const near = addresses.filter((address) => !isElsewhere(address));
  const far = addresses.filter(isElsewhere);
  const more = far.length - SHOWN;
  const shown = [...near, ...far.slice(0, SHOWN)].map(formatIp).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
