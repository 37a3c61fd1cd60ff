import type { TargetPattern } from '#shared/app-api/index.ts';
import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { isLocalhost, type AskedHost } from './asked-host.ts';
import type { Machine } from './pattern.ts';
import { isLoopback } from './protected.ts';
import type { TargetUse } from './types.ts';

/** The patterns that allow for good what a person has said yes to, and nothing more. */
export function patternsFor(
  use: TargetUse,
  asked: AskedHost,
  port: number,
  addresses: readonly IpAddress[],
  machine: Machine,
): readonly TargetPattern[] {
  const kind = use === 'listen' ? 'listen' : 'connect';
  const ports = port === 0 ? '*' : String(port);
  const hosts = [asked.text];
  // A name does not cover this machine, unless it means that.
  if (asked.kind === 'name' && !isLocalhost(asked.text)) {
    const isOpen = (address: IpAddress): boolean => !machine.isName(asked.text) && machine.has(address);
    hosts.push(...addresses.filter((address) => isLoopback(address) || isOpen(address)).map(formatIp));
  }
  return hosts.map((host) => ({ kind, host, ports, expiresAt: null }));
}
