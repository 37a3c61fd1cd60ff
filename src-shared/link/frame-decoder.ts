import { ByteReader } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { LinkError } from './errors.ts';
import { FIELD, FIRST_OPTIONAL, FLAG_FIN, FRAME, MAX_RESET_CODE } from './frames.ts';
import type { Frame } from './frames.ts';
import { decodeParams } from './params.ts';

/**
 * Decodes the frames of a record's plaintext in order, and calls `visit` for each. Bytes in a frame are a view of the plaintext. The format is in
 * `frames.ts`.
 * @throws {LinkError} `link.malformed`, `link.unknown-frame`, after `visit` was called for the frames before the invalid one
 */
export function decodeFrames(plaintext: Uint8Array, visit: (frame: Frame) => void): void {
  const reader = new ByteReader(plaintext);
  while (reader.remaining > 0) {
    const frame = readFrame(reader);
    if (frame !== undefined) visit(frame);
  }
}

function readFrame(reader: ByteReader): Frame | undefined {
  try {
    const type = reader.varint();
    const body = new ByteReader(reader.bytes(reader.varint()));
    const frame = readBody(type, body);
    if (frame !== undefined) body.end();
    return frame;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new LinkError('link.malformed', `a frame is malformed: ${error.message}`, { cause: error });
  }
}

function readBody(type: number, body: ByteReader): Frame | undefined {
  switch (type) {
    case FRAME.stream:
      return { type: 'stream', stream: body.varint(), offset: body.varint(), fin: readFlags(body), bytes: body.rest() };
    case FRAME.ping:
      return { type: 'ping', data: atMost(body.rest(), FIELD.pingData) };
    case FRAME.pong:
      return { type: 'pong', data: atMost(body.rest(), FIELD.pingData) };
    case FRAME.path:
      return { type: 'path', path: body.varint() };
    case FRAME.open:
      return {
        type: 'open',
        stream: body.varint(),
        kind: body.text(FIELD.kind),
        params: decodeParams(body.prefixed(FIELD.params)),
      };
    case FRAME.openOk:
      return { type: 'openOk', stream: body.varint(), params: decodeParams(body.prefixed(FIELD.params)) };
    case FRAME.openFail:
      return {
        type: 'openFail',
        stream: body.varint(),
        code: body.text(FIELD.failCode),
        message: body.text(FIELD.failMessage),
      };
    case FRAME.openWait:
      return { type: 'openWait', stream: body.varint(), message: body.text(FIELD.waitMessage) };
    case FRAME.retryAfter:
      return { type: 'retryAfter', stream: body.varint(), pause: body.varint() };
    case FRAME.resetStream:
      return { type: 'resetStream', stream: body.varint(), code: readCode(body), finalSize: body.varint() };
    case FRAME.stopSending:
      return { type: 'stopSending', stream: body.varint(), code: readCode(body) };
    case FRAME.maxStreamData:
      return { type: 'maxStreamData', stream: body.varint(), limit: body.varint() };
    case FRAME.maxData:
      return { type: 'maxData', limit: body.varint() };
    case FRAME.maxStreams:
      return { type: 'maxStreams', limit: body.varint() };
    case FRAME.ack:
      return { type: 'ack', path: body.varint(), record: body.varint() };
    case FRAME.abandon:
      return { type: 'abandon', path: body.varint(), record: body.varint() };
    case FRAME.datagram:
      return { type: 'datagram', flow: body.varint(), bytes: atMost(body.rest(), FIELD.datagram) };
    case FRAME.candidates:
      return { type: 'candidates', addresses: readAddresses(body) };
    case FRAME.close:
      return { type: 'close', code: body.text(FIELD.closeCode), reason: body.text(FIELD.closeReason) };
    default:
      if (type >= FIRST_OPTIONAL) return undefined;
      throw new LinkError('link.unknown-frame', `unknown frame type ${type}`);
  }
}

function readFlags(body: ByteReader): boolean {
  const flags = body.u8();
  if ((flags & ~FLAG_FIN) !== 0) throw new FormatError('format.flags', 'unknown flags');
  return flags === FLAG_FIN;
}

function readCode(body: ByteReader): number {
  const code = body.varint();
  if (code > MAX_RESET_CODE) throw new FormatError('format.range', 'code out of range');
  return code;
}

function readAddresses(body: ByteReader): readonly string[] {
  const count = body.varint();
  if (count > FIELD.candidates) throw new FormatError('format.long', 'too many candidates');
  const addresses: string[] = [];
  for (let index = 0; index < count; index += 1) addresses.push(body.text(FIELD.candidate));
  return addresses;
}

function atMost(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length > limit) throw new FormatError('format.long', `field longer than ${limit} bytes`);
  return bytes;
}
