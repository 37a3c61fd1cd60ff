import { ByteWriter } from '../bytes/index.ts';
import { FRAME } from './frames.ts';
import type { ControlFrame } from './frames.ts';
import { encodeParams } from './params.ts';

/** Initial size of the array, bytes: enough for most frames, and small enough for V8 to allocate it in its own heap. */
const LIKELY = 64;

/**
 * Encodes a control frame with its type and length (see `frames.ts`). `RecordBuffer` writes STREAM and DATAGRAM frames itself, without a copy. Pure.
 * @throws {LinkError} `link.params` for params that have no valid encoding
 */
export function encodeFrame(frame: ControlFrame): Uint8Array {
  const bytes = writeBody(frame, new ByteWriter(LIKELY)).written();
  return new ByteWriter(Math.max(LIKELY, bytes.length + 9)).varint(FRAME[frame.type]).prefixed(bytes).written();
}

function writeBody(frame: ControlFrame, body: ByteWriter): ByteWriter {
  switch (frame.type) {
    case 'ping':
    case 'pong':
      return body.bytes(frame.data);
    case 'path':
      return body.varint(frame.path);
    case 'open':
      return body.varint(frame.stream).text(frame.kind).prefixed(encodeParams(frame.params));
    case 'openOk':
      return body.varint(frame.stream).prefixed(encodeParams(frame.params));
    case 'openFail':
      return body.varint(frame.stream).text(frame.code).text(frame.message);
    case 'openWait':
      return body.varint(frame.stream).text(frame.message);
    case 'retryAfter':
      return body.varint(frame.stream).varint(frame.pause);
    case 'resetStream':
      return body.varint(frame.stream).varint(frame.code).varint(frame.finalSize);
    case 'stopSending':
      return body.varint(frame.stream).varint(frame.code);
    case 'maxStreamData':
      return body.varint(frame.stream).varint(frame.limit);
    case 'maxData':
    case 'maxStreams':
      return body.varint(frame.limit);
    case 'ack':
    case 'abandon':
      return body.varint(frame.path).varint(frame.record);
    case 'datagram':
      return body.varint(frame.flow).bytes(frame.bytes);
    case 'candidates':
      body.varint(frame.addresses.length);
      for (const address of frame.addresses) body.text(address);
      return body;
    case 'close':
      return body.text(frame.code).text(frame.reason);
  }
}
