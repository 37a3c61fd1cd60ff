import { isIPv4 } from 'node:net';
import { crc32 } from 'node:zlib';

/** Length of a header, bytes (RFC 8489, section 5): type, length, cookie, transaction ID. */
const HEADER = 20;
/** Magic cookie of every message (section 5). */
const COOKIE = 0x2112_a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const XOR_MAPPED_ADDRESS = 0x0020;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const FINGERPRINT = 0x8028;
/** Mask of the fingerprint (section 14.7). */
const FINGERPRINT_MASK = 0x5354_554e;
/** First attribute type that may be ignored if unknown (section 14). */
const OPTIONAL = 0x8000;
/** Largest request that is parsed, bytes; devices send 20 to 28. */
const LONGEST_REQUEST = 256;
/** Limit of unknown attributes that an answer names, so that it is hardly larger than its request. */
const MOST_UNKNOWN = 8;

/** Parsed datagram: a request to answer, a request with unknown attributes, or a malformed datagram to ignore. `transaction` has 12 bytes. */
export type StunRequest =
  | Readonly<{ type: 'binding'; transaction: Uint8Array }>
  | Readonly<{ type: 'unknown-attributes'; transaction: Uint8Array; attributes: readonly number[] }>
  | Readonly<{ type: 'malformed' }>;

/** Parses an untrusted datagram from the STUN port. Pure; never throws. */
export function parseStunRequest(datagram: Uint8Array): StunRequest {
  const malformed = { type: 'malformed' } as const;
  if (datagram.length < HEADER || datagram.length > LONGEST_REQUEST) return malformed;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const length = view.getUint16(2);
  const isRequest = view.getUint16(0) === BINDING_REQUEST && view.getUint32(4) === COOKIE;
  if (!isRequest || length % 4 !== 0 || length !== datagram.length - HEADER) return malformed;
  const unknown = new Set<number>();
  for (let at = HEADER; at < datagram.length;) {
    const type = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const next = at + 4 + Math.ceil(size / 4) * 4;
    if (next > datagram.length) return malformed;
    if (type === FINGERPRINT) {
      // The fingerprint must be the last attribute; it covers all bytes before it.
      const sum = (crc32(datagram.subarray(0, at)) ^ FINGERPRINT_MASK) >>> 0;
      if (size !== 4 || next !== datagram.length || view.getUint32(at + 4) !== sum) return malformed;
    } else if (type < OPTIONAL) unknown.add(type);
    at = next;
  }
  const transaction = datagram.slice(8, HEADER);
  if (unknown.size === 0) return { type: 'binding', transaction };
  return { type: 'unknown-attributes', transaction, attributes: [...unknown].slice(0, MOST_UNKNOWN) };
}

/**
 * Encodes the answer that tells the sender its address (section 14.2). Pure.
 * @param address IPv4, or IPv6 without a zone
 */
export function bindingSuccess(transaction: Uint8Array, address: string, port: number): Uint8Array {
  const bytes = addressBytes(address);
  const answer = header(BINDING_SUCCESS, 8 + bytes.length, transaction);
  const view = new DataView(answer.buffer);
  view.setUint16(HEADER, XOR_MAPPED_ADDRESS);
  view.setUint16(HEADER + 2, 4 + bytes.length);
  view.setUint16(HEADER + 4, bytes.length === 4 ? 1 : 2);
  view.setUint16(HEADER + 6, port ^ (COOKIE >>> 16));
  // Cookie and transaction ID are adjacent in the header; together they are the mask of IPv6.
  bytes.forEach((byte, index) => view.setUint8(HEADER + 8 + index, byte ^ view.getUint8(4 + index)));
  return answer;
}

/** Encodes error 420, which names the unknown attributes (section 6.3.1). Pure. */
export function unknownAttributes(transaction: Uint8Array, attributes: readonly number[]): Uint8Array {
  const size = attributes.length * 2;
  const answer = header(BINDING_ERROR, 12 + Math.ceil(size / 4) * 4, transaction);
  const view = new DataView(answer.buffer);
  view.setUint16(HEADER, ERROR_CODE);
  view.setUint16(HEADER + 2, 4);
  view.setUint16(HEADER + 6, (4 << 8) | 20);
  view.setUint16(HEADER + 8, UNKNOWN_ATTRIBUTES);
  view.setUint16(HEADER + 10, size);
  attributes.forEach((type, index) => view.setUint16(HEADER + 12 + index * 2, type));
  return answer;
}

function header(type: number, length: number, transaction: Uint8Array): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(HEADER + length);
  const view = new DataView(answer.buffer);
  view.setUint16(0, type);
  view.setUint16(2, length);
  view.setUint32(4, COOKIE);
  answer.set(transaction, 8);
  return answer;
}

function addressBytes(address: string): readonly number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  const [head = '', tail] = address.split('::', 2);
  const groups = (text: string): number[] => text.split(':').filter(Boolean).flatMap(groupBytes);
  const [front, back] = [groups(head), groups(tail ?? '')];
  return [...front, ...Array.from({ length: 16 - front.length - back.length }, () => 0), ...back];
}

/** Encodes a group of an IPv6 address, or the IPv4 address at its end. */
function groupBytes(group: string): readonly number[] {
  if (group.includes('.')) return group.split('.').map(Number);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
