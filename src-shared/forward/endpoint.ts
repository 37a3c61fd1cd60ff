import { formatIp, parseIp } from './address.ts';
import { hostText, type Target } from './params.ts';
import { safeParse } from '../safe-parse.ts';

/**
 * Address in front of a datagram, in the encoding of SOCKS 5 (RFC 1928 section 5): type, address, port in network order. `length` is the number of
 * bytes that it takes. Used in the datagrams between peers, and between a program and its SOCKS proxy. Pure.
 */
export type Endpoint = Readonly<{ target: Target; length: number }>;

const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** Reads the address at the beginning of a datagram. Returns undefined if it is incomplete, of an unknown type, an invalid name, or has port 0. */
export function readEndpoint(bytes: Uint8Array): Endpoint | undefined {
  const [type, first = 0] = bytes;
  const start = type === NAME ? 2 : 1;
  const size = type === IPV4 ? 4 : type === IPV6 ? 16 : type === NAME ? first : 0;
  const length = start + size + 2;
  if (size === 0 || bytes.length < length) return undefined;
  const host = readHost(type, bytes.subarray(start, start + size));
  const port = (bytes[length - 2] ?? 0) * 256 + (bytes[length - 1] ?? 0);
  return host === undefined || port === 0 ? undefined : { target: { host, port }, length };
}

/**
 * Encodes an address.
 * @param host IP address, or a name of at most 255 ASCII characters
 * @throws {RangeError} for a longer name
 */
export function writeEndpoint(host: string, port: number): Uint8Array {
  const address = parseIp(host);
  const body = address === undefined ? nameBytes(host) : addressBytes(address.value, address.family === 4 ? 4 : 16);
  const type = address === undefined ? NAME : address.family === 4 ? IPV4 : IPV6;
  return Uint8Array.of(type, ...body, port >> 8, port & 0xff);
}

function readHost(type: number | undefined, bytes: Uint8Array): string | undefined {
  if (type === IPV4) return bytes.join('.');
  if (type === IPV6) return formatIp({ family: 6, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) });
  // One character per byte; `hostText` rejects any that is not ASCII.
  const name = String.fromCharCode(...bytes);
  return safeParse(hostText, name).success ? name : undefined;
}

function nameBytes(name: string): Uint8Array {
  const bytes = Uint8Array.from(name, (character) => character.charCodeAt(0));
  if (bytes.length === 0 || bytes.length > 255) throw new RangeError('a name has 1 to 255 characters');
  return Uint8Array.of(bytes.length, ...bytes);
}

function addressBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
}
