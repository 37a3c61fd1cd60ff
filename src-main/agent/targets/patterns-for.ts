import type { TargetPattern } from '#shared/app-api/index.ts';
import { formatIp, type IpAddress } from '#shared/forward/index.ts';
import { isLocalhost, type NormalizedHost } from './asked-host.ts';
import { placeOf, type LocalMachine } from './pattern.ts';
import { isLoopback } from './protected.ts';
import type { TargetUse } from './types.ts';

/** The patterns that allow for good what a person has said yes to, and nothing more. */
export function patternsFor(
  use: TargetUse,
  asked: NormalizedHost,
  port: number,
  addresses: readonly IpAddress[],
  machine: LocalMachine,
): readonly TargetPattern[] {
  const isListen = use === 'listen';
  const kind = isListen ? 'listen' : 'connect';
  const ports = String(port);
  const protocol = isListen ? {} : ({ protocol: use } as const);
  // Where the name led when the person said yes: whoever has its zone chooses where it leads later.
  const isFollowed = asked.kind === 'name' && !isLocalhost(asked.text);
  const at = isFollowed ? { at: [...new Set(addresses.map((address) => placeOf(address, machine)))] } : {};
  const named: TargetPattern = { kind, host: asked.text, ports, ...protocol, ...at, expiresAt: null };
  if (!isFollowed) return [named];
  // A name does not cover this machine, unless it means that.
  const isOpen = (address: IpAddress): boolean => !machine.isName(asked.text) && machine.has(address);
  const own = addresses.filter((address) => isLoopback(address) || isOpen(address)).map(formatIp);
  return [named, ...own.map((host) => ({ kind, host, ports, ...protocol, expiresAt: null }) as const)];
}
