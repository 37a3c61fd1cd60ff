import type { TargetPattern } from '#shared/app-api/index.ts';
import {
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
import type { LocalAddresses } from './local-machine.ts';
import { isLoopbackIp, isProtected, isProtectedName, isPublic } from './local-machine.ts';
import type { TargetUse } from './types.ts';

/** One resolved target: how its host was asked for, and one address of it. */
export type ResolvedTarget = Readonly<{ asked: NormalizedHost; address: IpAddress; port: number }>;

/** Addresses and names of this machine, as patterns need them. */
export type LocalMachine = Pick<LocalAddresses, 'has' | 'isName'>;
const UNKNOWN: LocalMachine = { has: () => false, isName: () => false };

/** A pattern that was understood. */
export type Matcher = Readonly<{
  kind: TargetPattern['kind'];
  /** Undefined for both. */
  protocol: TargetPattern['protocol'];
  expiresAt: number | null;
  /** Reports whether the pattern covers the target. The caller checks the expiry. */
  covers(target: ResolvedTarget): boolean;
}>;

/**
 * Understands a pattern (docs/adr/0017). Addresses and networks match what a name resolved to, however it was asked for. A name matches the
 * name that was asked for, at whatever address but those of this machine: who has the name in his zone must not open this machine's own
 * ports with it. `localhost` is loopback, and this machine's own name its other addresses.
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

/** An address as `at` of a pattern has it: by itself where it is of this machine or its networks, else any like it. */
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
    return ({ asked, address }) =>
      asked.kind === 'name' && asked.text.endsWith(`.${suffix}`) && isNamed(suffix, address, machine);
  }
  const exact = parseIp(lower);
  if (exact !== undefined) {
    const wanted = kind === 'connect' ? throughLoopback(exact) : exact;
    if (isProtected(wanted) && wanted.value !== 0n) throw isNeverReached(host);
    return ({ address }) => equalIp(address, wanted);
  }
  const name = readName(host, lower);
  if (name === 'localhost') return ({ address }) => equalIp(address, LOOPBACK_4) || equalIp(address, LOOPBACK_6);
  return ({ asked, address }) => asked.kind === 'name' && asked.text === name && isNamed(name, address, machine);
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
  const at = isFollowed ? { at: [...new Set(addresses.map((address) => addressPattern(address, machine)))] } : {};
  const named: TargetPattern = { kind, host: asked.text, ports, ...protocol, ...at, expiresAt: null };
  if (!isFollowed) return [named];
  // A name does not cover this machine, unless it means that.
  const isOpen = (address: IpAddress): boolean => !machine.isName(asked.text) && machine.has(address);
  const own = addresses.filter((address) => isLoopbackIp(address) || isOpen(address)).map(formatIp);
  return [named, ...own.map((host) => ({ kind, host, ports, ...protocol, expiresAt: null }) as const)];
}
