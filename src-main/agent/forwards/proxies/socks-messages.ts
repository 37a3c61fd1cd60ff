import type { Target } from '#shared/forward/index.ts';
import { formatIp, parseIp } from '#shared/forward/index.ts';

/**
 * Result of parsing a message of SOCKS 5 (RFC 1928, RFC 1929) from the bytes received so far: the message and its length in bytes, `more` if it
 * is incomplete, or `wrong` if it is invalid. All functions of this file are pure.
 */
export type Read<Message> = Readonly<{ message: Message; length: number }> | 'more' | 'wrong';

const SOCKS_VERSION = 5;
const PASSWORD_VERSION = 1;

/** Authentication methods; a client may offer others, which are not supported here. */
export const METHODS = { none: 0, password: 2, unacceptable: 0xff } as const;
/** Commands of a request (RFC 1928 section 4). */
export const COMMANDS = { connect: 1, bind: 2, udpAssociate: 3 } as const;
const ADDRESS_TYPES = { ipv4: 1, name: 3, ipv6: 4 } as const;

/** Reply codes (RFC 1928 section 6). */
export const REPLIES = {
  succeeded: 0,
  failure: 1,
  notAllowed: 2,
  networkUnreachable: 3,
  hostUnreachable: 4,
  refused: 5,
  expired: 6,
  command: 7,
  addressType: 8,
} as const;

/** Longest message in bytes: user and password of 255 bytes each. A request with the longest name is shorter. */
export const MOST_MESSAGE = 513;

/** Request of a client, parsed. */
export type SocksRequest = Readonly<{
  command: number;
  /** Null for an unknown type of address, whose length is therefore unknown too. */
  target: Readonly<{ host: string; port: number }> | null;
}>;

/** Parses the client's first message: the authentication methods that it offers. */
export function parseSocksGreeting(bytes: Uint8Array): Read<Readonly<{ methods: readonly number[] }>> {
  const [version, count] = bytes;
  if (version === undefined) return 'more';
  if (version !== SOCKS_VERSION) return 'wrong';
  if (count === undefined || bytes.length < 2 + count) return 'more';
  return { message: { methods: [...bytes.subarray(2, 2 + count)] }, length: 2 + count };
}

/** Parses user and password (RFC 1929). */
export function readCredentials(bytes: Uint8Array): Read<Readonly<{ user: Uint8Array; password: Uint8Array }>> {
  const [version, userLength] = bytes;
  if (version === undefined) return 'more';
  if (version !== PASSWORD_VERSION) return 'wrong';
  const passwordLength = bytes[2 + (userLength ?? 0)];
  if (userLength === undefined || passwordLength === undefined) return 'more';
  const length = 3 + userLength + passwordLength;
  if (bytes.length < length) return 'more';
  const user = bytes.subarray(2, 2 + userLength);
  return { message: { user, password: bytes.subarray(3 + userLength, length) }, length };
}

/** Parses the client's request. Ignores the third byte, which is reserved: some clients set it. */
export function parseSocksRequest(bytes: Uint8Array): Read<SocksRequest> {
  const [version, command, , type, first] = bytes;
  if (version === undefined) return 'more';
  if (version !== SOCKS_VERSION) return 'wrong';
  if (command === undefined || type === undefined) return 'more';
  const size = addressSize(type, first);
  if (size === undefined) return { message: { command, target: null }, length: 4 };
  if (size === 'more' || bytes.length < 4 + size + 2) return 'more';
  const length = 4 + size + 2;
  const [high = 0, low = 0] = bytes.subarray(4 + size, length);
  return {
    message: { command, target: { host: readHost(type, bytes.subarray(4, 4 + size)), port: high * 256 + low } },
    length,
  };
}

/** Writes the answer to the greeting: the chosen authentication method. */
export function methodReply(method: number): Uint8Array {
  return Uint8Array.of(SOCKS_VERSION, method);
}

/** Writes the answer to user and password. */
export function credentialsReply(accepted: boolean): Uint8Array {
  return Uint8Array.of(PASSWORD_VERSION, accepted ? 0 : 1);
}

/**
 * Writes the answer to a request.
 * @param reply one of `REPLIES`
 * @param bound address that the server opened for this client; all zero if undefined
 */
export function requestReply(reply: number, bound?: Target): Uint8Array {
  if (bound === undefined) return Uint8Array.of(SOCKS_VERSION, reply, 0, ADDRESS_TYPES.ipv4, 0, 0, 0, 0, 0, 0);
  const { type, address } = boundAddress(bound);
  const { port } = bound;
  return Uint8Array.of(SOCKS_VERSION, reply, 0, type, ...address, port >> 8, port & 0xff);
}

function addressSize(type: number, first: number | undefined): number | 'more' | undefined {
  switch (type) {
    case ADDRESS_TYPES.ipv4:
      return 4;
    case ADDRESS_TYPES.ipv6:
      return 16;
    case ADDRESS_TYPES.name:
      return first === undefined ? 'more' : 1 + first;
    default:
      return undefined;
  }
}

function readHost(type: number, bytes: Uint8Array): string {
  if (type === ADDRESS_TYPES.ipv4) return bytes.join('.');
  if (type === ADDRESS_TYPES.ipv6)
    return formatIp({ family: 6, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) });
  // Byte for character: what is not ASCII is no name and fails later.
  return String.fromCharCode(...bytes.subarray(1));
}

function boundAddress(bound: Target): Readonly<{ type: number; address: Uint8Array }> {
  const ip = parseIp(bound.host);
  if (ip?.family !== 6) return { type: ADDRESS_TYPES.ipv4, address: bytesOf(ip?.value ?? 0n, 4) };
  return { type: ADDRESS_TYPES.ipv6, address: bytesOf(ip.value, 16) };
}

function bytesOf(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
}
