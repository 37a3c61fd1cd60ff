import { formatIp, parseIp } from '#shared/forward/index.ts';
import type { MappingRequest } from './types.ts';

/** Answer of a router in PCP: a mapped port with its life in ms. `unsupported`: the router speaks another version. */
export type PcpAnswer =
  | Readonly<{ kind: 'mapped'; address: string; port: number; life: number }>
  | Readonly<{ kind: 'refused'; result: number }>
  | Readonly<{ kind: 'unsupported' }>;

const VERSION = 2;
const MAP = 1;
const RESPONSE = 0x80;
const UNSUPPORTED_VERSION = 1;
const PROTOCOLS = { tcp: 6, udp: 17 } as const;
/** Bytes of a request or answer for MAP without options. */
const LENGTH = 60;

/**
 * Encodes the request MAP (RFC 6887 sections 7.1 and 11.1); a life of 0 removes the mapping.
 * @param client IPv4 address of this machine towards the router
 */
export function encodePcpMapping(client: string, request: MappingRequest): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  bytes[1] = MAP;
  view.setUint32(4, Math.round(request.life / 1000));
  mapped(client, bytes.subarray(8, 24));
  bytes.set(request.nonce.subarray(0, 12), 24);
  bytes[36] = PROTOCOLS[request.protocol];
  view.setUint16(40, request.port);
  view.setUint16(42, request.externalPort);
  mapped('0.0.0.0', bytes.subarray(44, 60));
  return bytes;
}

/** Decodes the answer to a request of `encodePcpMapping`; undefined for anything else, such as another nonce. Pure. */
export function decodePcpAnswer(bytes: Uint8Array, request: Uint8Array): PcpAnswer | undefined {
  if (bytes.byteLength < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A router with NAT-PMP alone answers in its own version (RFC 6887 appendix A).
  if (bytes[0] !== VERSION) return bytes[0] === 0 && (bytes[1] ?? 0) >= RESPONSE ? { kind: 'unsupported' } : undefined;
  if (bytes[1] !== RESPONSE + MAP || bytes.byteLength < 24) return undefined;
  const result = bytes[3] ?? 0;
  if (result === UNSUPPORTED_VERSION) return { kind: 'unsupported' };
  // Nonce, protocol and port of the answer repeat those of the request.
  if (bytes.byteLength < LENGTH || !equal(bytes.subarray(24, 37), request.subarray(24, 37))) return undefined;
  if (!equal(bytes.subarray(40, 42), request.subarray(40, 42))) return undefined;
  if (result !== 0) return { kind: 'refused', result };
  const words = Array.from({ length: 8 }, (_, index) => view.getUint16(44 + 2 * index).toString(16)).join(':');
  const address = parseIp(words);
  if (address?.family !== 4) return undefined;
  return { kind: 'mapped', address: formatIp(address), port: view.getUint16(42), life: view.getUint32(4) * 1000 };
}

/** Writes an IPv4 address as an IPv4-mapped IPv6 address. */
function mapped(address: string, into: Uint8Array): void {
  into.fill(0);
  into.set([255, 255], 10);
  into.set(address.split('.').map(Number), 12);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
