import type { MappingRequest } from './types.ts';

/** Answer of a router in NAT-PMP: an outer address, or a mapped port with its life in ms. */
export type PmpAnswer =
  | Readonly<{ kind: 'address'; address: string }>
  | Readonly<{ kind: 'mapped'; port: number; life: number }>
  | Readonly<{ kind: 'refused'; result: number }>;

const REQUEST_ADDRESS = 0;
const OPCODES = { udp: 1, tcp: 2 } as const;
const ANSWER = 128;

/** Encodes the question for the router's outer address (RFC 6886 section 3.2). */
export function encodePmpAddressRequest(): Uint8Array {
  return Uint8Array.of(0, REQUEST_ADDRESS);
}

/** Encodes the request for a mapping (RFC 6886 section 3.3); a life of 0 removes it. */
export function encodePmpMapping({ protocol, port, externalPort, life }: Omit<MappingRequest, 'nonce'>): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  bytes[1] = OPCODES[protocol];
  view.setUint16(4, port);
  view.setUint16(6, life === 0 ? 0 : externalPort);
  view.setUint32(8, Math.round(life / 1000));
  return bytes;
}

/** Decodes an answer to one of the requests above; undefined for anything else. Pure. */
export function decodePmpAnswer(bytes: Uint8Array, request: Uint8Array): PmpAnswer | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8 || bytes[0] !== 0 || bytes[1] !== ANSWER + (request[1] ?? 0)) return undefined;
  const result = view.getUint16(2);
  if (result !== 0) return { kind: 'refused', result };
  if (request[1] === REQUEST_ADDRESS) {
    return bytes.byteLength === 12 ? { kind: 'address', address: bytes.subarray(8, 12).join('.') } : undefined;
  }
  const asked = new DataView(request.buffer, request.byteOffset, request.byteLength);
  if (bytes.byteLength !== 16 || view.getUint16(8) !== asked.getUint16(4)) return undefined;
  return { kind: 'mapped', port: view.getUint16(10), life: view.getUint32(12) * 1000 };
}
