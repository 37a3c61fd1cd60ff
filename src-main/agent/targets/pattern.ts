import type { TargetPattern } from '#shared/app-api/index.ts';
import {
  isLoopbackIp,
  ForwardError,
  equalIp,
  formatIp,
  isInNetwork,
  parseIp,
  parseNetwork,
  type IpAddress,
} from '#shared/forward/index.ts';
import { isLocalhost, LOOPBACK_4, LOOPBACK_6, normalizeHost, throughLoopback, type NormalizedHost } from './host.ts';
import { TargetError } from './errors.ts';
import type { LocalAddresses } from './local-addresses.ts';
import { isProtected, isProtectedName, isPublic } from './protected-networks.ts';
import type { TargetUse } from './target-policy.ts';

/** Target to match: the host as requested, and one address that it resolved to. */
export type ResolvedTarget = Readonly<{ host: NormalizedHost; address: IpAddress; port: number }>;

/** Addresses and names of this machine, as patterns need them. */
export type LocalMachine = Pick<LocalAddresses, 'has' | 'isName'>;
const UNKNOWN: LocalMachine = { has: () => false, isName: () => false };

/** Pattern in a form that can be applied to targets. */
export type Matcher = Readonly<{
  kind: TargetPattern['kind'];
  /** Undefined if the pattern covers both TCP and UDP. */
  protocol: TargetPattern['protocol'];
  expiresAt: number | null;
  /** Reports whether the pattern covers the target. The caller checks the expiry. */
  covers(target: ResolvedTarget): boolean;
}>;

/**
 * Converts a saved pattern to a matcher (docs/adr/0017). An address or network matches the resolved address, however the host was spelled. A name
 * matches the requested name at any address except this machine's: otherwise the owner of that name's DNS zone could point it at this machine's own
 * ports. `localhost` matches loopback, and this machine's own name its other addresses. Pure.
 * @throws {TargetError} `target.host`, `target.ports`, `target.protected`
 */
export function readPattern(
  { kind, host, ports, protocol, at, expiresAt }: TargetPattern,
  machine: LocalMachine = UNKNOWN,
): Matcher {
  const [first, last] = readPorts(kind, ports);
  const matches = readHostPattern(kind, host, machine);
  return {
    kind,
    protocol,
    expiresAt,
    // Port 0 is any free port: only a pattern of all ports, or of that, covers it.
    covers: (target) =>
      (target.port === 0
        ? first === 0 || (first === 1 && last === 65_535)
        : target.port >= first && target.port <= last) &&
      matches(target) &&
      (at === undefined || at.includes(addressPattern(target.address, machine))),
  };
}

/** Returns an address in the form of a pattern's `at`: the address itself if it is private or this machine's, else `public`. */
export function addressPattern(address: IpAddress, machine: Pick<LocalMachine, 'has'>): string {
  return isPublic(address) && !machine.has(address) ? 'public' : formatIp(address);
}

function readPorts(kind: TargetPattern['kind'], ports: string): readonly [number, number] {
  if (kind === 'listen' && ports === '0') return [0, 0];
  if (ports === '*') return [1, 65_535];
  const [first = '', last = first] = ports.split('-');
  const range = [Number(first), Number(last)] as const;
  if (!(range[0] >= 1 && range[0] <= range[1] && range[1] <= 65_535))
    throw new TargetError('target.ports', 'ports are a number from 1 to 65535, a range such as 8000-8100, or *', {
      details: { ports },
    });
  return range;
}

function readHostPattern(
  kind: TargetPattern['kind'],
  host: string,
  machine: LocalMachine,
): (target: ResolvedTarget) => boolean {
  const lower = host.toLowerCase();
  if (lower === '*') return () => true;
  if (lower.includes('/')) {
    const network = parseNetwork(lower);
    if (network === undefined) throw wrongHost(host);
    return ({ address }) => isInNetwork(address, network);
  }
  if (lower.startsWith('*.')) {
    const suffix = readName(host, lower.slice(2));
    return ({ host: requested, address }) =>
      requested.kind === 'name' && requested.text.endsWith(`.${suffix}`) && isNamed(suffix, address, machine);
  }
  const exact = parseIp(lower);
  if (exact !== undefined) {
    const wanted = kind === 'connect' ? throughLoopback(exact) : exact;
    if (isProtected(wanted) && wanted.value !== 0n) throw isNeverReached(host);
    return ({ address }) => equalIp(address, wanted);
  }
  const name = readName(host, lower);
  if (name === 'localhost') return ({ address }) => equalIp(address, LOOPBACK_4) || equalIp(address, LOOPBACK_6);
  return ({ host: requested, address }) =>
    requested.kind === 'name' && requested.text === name && isNamed(name, address, machine);
}

function isNamed(name: string, address: IpAddress, machine: LocalMachine): boolean {
  if (isLocalhost(name)) return true;
  return !isLoopbackIp(address) && (machine.isName(name) || !machine.has(address));
}

function readName(host: string, text: string): string {
  const read = tryReadHost(text);
  if (read?.kind !== 'name') throw wrongHost(host);
  if (isProtectedName(read.text)) throw isNeverReached(host);
  return read.text;
}

function tryReadHost(text: string): NormalizedHost | undefined {
  try {
    return normalizeHost(text);
  } catch (error) {
    if (error instanceof ForwardError) return undefined;
    throw error;
  }
}

function wrongHost(host: string): TargetError {
  return new TargetError('target.host', 'this is no name, address or network', { details: { host } });
}

function isNeverReached(host: string): TargetError {
  return new TargetError('target.protected', 'this is never reached for a peer', { details: { host } });
}

/** Returns the patterns that permanently allow exactly the target that a person has approved. */
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
  // Save where the name led when the person approved: the owner of its DNS zone can change that later.
  const isFollowed = asked.kind === 'name' && !isLocalhost(asked.text);
  const at = isFollowed ? { at: [...new Set(addresses.map((address) => addressPattern(address, machine)))] } : {};
  const named: TargetPattern = { kind, host: asked.text, ports, ...protocol, ...at, expiresAt: null };
  if (!isFollowed) return [named];
  // A name does not cover this machine's addresses, unless it is this machine's own name.
  const isOpen = (address: IpAddress): boolean => !machine.isName(asked.text) && machine.has(address);
  const own = addresses.filter((address) => isLoopbackIp(address) || isOpen(address)).map(formatIp);
  return [named, ...own.map((host) => ({ kind, host, ports, ...protocol, expiresAt: null }) as const)];
}
