import type { Clock } from '#shared/clock.ts';
import { ipFamily } from '#shared/forward/index.ts';
import { PairingError } from '#shared/pairing/index.ts';
import { DEFAULT_DIRECT_PORT, parseAddress } from '../../direct/index.ts';
import { DIRECT_PAIRING_LIMITS } from './limits.ts';

/** Function that returns the addresses of a name, best first; rejects if there are none. */
export type NameLookup = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Longest name in DNS, characters. */
const LONGEST_NAME = 253;
/** Label of a host name (RFC 1123). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Returns the addresses, as `host:port`, of a machine that a person has named: by IP address or host name, with or without a port. A name is looked
 * up once, for at most five seconds.
 * @throws {PairingError} `pairing.address` for anything else; `pairing.name` for a name without an address (details: name); `pairing.cancelled`
 */
export async function findInviter(
  typed: string,
  { lookup, clock, signal }: Readonly<{ lookup: NameLookup; clock: Clock; signal: AbortSignal }>,
): Promise<readonly string[]> {
  const { host, port } = readAddress(typed);
  if (ipFamily(host) !== undefined) return [format(host, port)];
  const found = await lookUp(host, { lookup, clock, signal });
  const addresses = found.filter((address) => ipFamily(address) !== undefined);
  if (addresses.length === 0) throw noAddress(host);
  return [...new Set(addresses)].slice(0, DIRECT_PAIRING_LIMITS.namedAddresses).map((address) => format(address, port));
}

/** Splits a typed address; without a port it is the usual one. @throws {PairingError} `pairing.address` */
export function readAddress(typed: string): Readonly<{ host: string; port: number }> {
  const text = typed.trim().toLowerCase();
  if (ipFamily(text) !== undefined) return { host: text, port: DEFAULT_DIRECT_PORT };
  const [, bracketed, plain, portText] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain?.replace(/\.$/, '') ?? '';
  const port = portText === undefined ? DEFAULT_DIRECT_PORT : Number(portText);
  const isAddress = parseAddress(format(host, port)) !== undefined;
  if (!isAddress && (bracketed !== undefined || !isName(host) || port < 1 || port > 65_535))
    throw new PairingError('pairing.address', 'no address of a machine', { details: { address: typed.trim() } });
  return { host, port };
}

/** Reports whether a text can be a host name. A last label of digits is a mistyped IPv4 address. Pure. */
function isName(host: string): boolean {
  const labels = host.split('.');
  const isNumber = /^[0-9]+$/.test(labels.at(-1) ?? '');
  return host.length <= LONGEST_NAME && !isNumber && labels.every((label) => LABEL.test(label));
}

function format(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function lookUp(
  name: string,
  { lookup, clock, signal }: Readonly<{ lookup: NameLookup; clock: Clock; signal: AbortSignal }>,
): Promise<readonly string[]> {
  const over = new AbortController();
  return await new Promise<readonly string[]>((resolve, reject) => {
    const cancel = (): void => reject(new PairingError('pairing.cancelled', 'cancelled'));
    const timer = clock.setTimer(DIRECT_PAIRING_LIMITS.lookup, () => reject(noAddress(name)));
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    lookup(name, AbortSignal.any([signal, over.signal]))
      .then(resolve, () => reject(noAddress(name)))
      .finally(() => {
        timer.cancel();
        signal.removeEventListener('abort', cancel);
      });
  }).finally(() => over.abort());
}

function noAddress(name: string): PairingError {
  return new PairingError('pairing.name', 'the name has no address', { details: { name } });
}
