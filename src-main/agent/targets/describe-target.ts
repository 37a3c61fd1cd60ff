import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { hostAndPort, type AskedHost } from './asked-host.ts';
import type { TargetUse } from './types.ts';

/** Addresses of a name that a person is shown. */
const SHOWN = 4;

/** What a person is asked about: exactly what would be reached, by name and by address. */
export function describeTarget(
  use: TargetUse,
  asked: AskedHost,
  port: number,
  addresses: readonly IpAddress[],
): string {
  const place = use === 'listen' && port === 0 ? `a free port of ${asked.text}` : hostAndPort(asked.text, port);
  return `${VERBS[use]} ${place}${asked.kind === 'name' ? ` (${listed(addresses)})` : ''}`;
}

const VERBS: Readonly<Record<TargetUse, string>> = {
  tcp: 'connect to',
  udp: 'send datagrams to',
  listen: 'take connections at',
};

function listed(addresses: readonly IpAddress[]): string {
  const more = addresses.length - SHOWN;
  const shown = addresses.slice(0, SHOWN).map(formatIp).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
