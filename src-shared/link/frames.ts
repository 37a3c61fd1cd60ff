/**
 * Frame types of the link protocol (PROTOCOL section 5). Each frame is `type, length, body`; type, length and all integers are QUIC varints (RFC 9000
 * section 16). The last column says if a frame is sent again after its path was lost.
 *
 * | type | frame | body | sent again |
 * | --- | --- | --- | --- |
 * | 0x01 | PING | data (rest, at most 16) | no |
 * | 0x02 | PONG | data of the PING | no |
 * | 0x03 | PATH | path: number that the initiator gives this path; the path's first frame | no |
 * | 0x04 | OPEN | stream, kind (text), params (JSON) | yes |
 * | 0x05 | OPEN_OK | stream, params (JSON) | yes |
 * | 0x06 | OPEN_FAIL | stream, code (text), message (text) | yes |
 * | 0x07 | OPEN_WAIT | stream, message (text): a person is being asked | the newest |
 * | 0x08 | STREAM | stream, offset, flags (bit 0: fin), bytes (rest) | yes |
 * | 0x09 | RESET_STREAM | stream, code, final size | yes |
 * | 0x0a | STOP_SENDING | stream, code | yes |
 * | 0x0b | MAX_STREAM_DATA | stream, limit (absolute offset) | the newest value |
 * | 0x0c | MAX_DATA | limit (sum of all offsets) | the newest value |
 * | 0x0d | MAX_STREAMS | limit (number of streams that the receiver may open in total) | the newest value |
 * | 0x0e | ACK | path, record: the sender has processed all records up to this one | no |
 * | 0x0f | ABANDON | path, record: the last one that the sender has processed and will process | yes |
 * | 0x10 | DATAGRAM | flow, bytes (rest) | no |
 * | 0x11 | CANDIDATES | count, addresses (text) | the newest value |
 * | 0x12 | CLOSE | code (text), reason (text) | yes |
 * | 0x40 | RETRY_AFTER | stream, ms: pause that the OPEN_FAIL after it names | yes |
 *
 * An unknown type from FIRST_OPTIONAL on is skipped; any other unknown type closes the session.
 */
export const FRAME = {
  ping: 0x01,
  pong: 0x02,
  path: 0x03,
  open: 0x04,
  openOk: 0x05,
  openFail: 0x06,
  openWait: 0x07,
  stream: 0x08,
  resetStream: 0x09,
  stopSending: 0x0a,
  maxStreamData: 0x0b,
  maxData: 0x0c,
  maxStreams: 0x0d,
  ack: 0x0e,
  abandon: 0x0f,
  datagram: 0x10,
  candidates: 0x11,
  close: 0x12,
  retryAfter: 0x40,
} as const;

/** Lowest frame type that a receiver skips if it doesn't know the type. */
export const FIRST_OPTIONAL = 0x40;

/** Flag of a STREAM frame that contains the last byte of its stream. All other bits are 0. */
export const FLAG_FIN = 0x01;

/** Maximum sizes of fields: bytes of UTF-8 for texts, number of levels for `paramsDepth`, number of addresses for `candidates`. */
export const FIELD = {
  pingData: 16,
  kind: 32,
  params: 4096,
  paramsDepth: 16,
  failCode: 64,
  failMessage: 1024,
  waitMessage: 64,
  closeCode: 64,
  closeReason: 1024,
  candidates: 16,
  candidate: 80,
  /** Fits into one record together with the frames that must accompany it. */
  datagram: 65_000,
} as const;

/** Longest pause of RETRY_AFTER that counts, ms. */
export const MAX_RETRY_AFTER = 60 * 60_000;

/** Largest code in RESET_STREAM and STOP_SENDING; 0 means "cancelled". */
export const MAX_RESET_CODE = 255;

/** Any frame except STREAM. */
export type ControlFrame =
  | Readonly<{ type: 'ping' | 'pong'; data: Uint8Array }>
  | Readonly<{ type: 'path'; path: number }>
  | Readonly<{ type: 'open'; stream: number; kind: string; params: unknown }>
  | Readonly<{ type: 'openOk'; stream: number; params: unknown }>
  | Readonly<{ type: 'openFail'; stream: number; code: string; message: string }>
  | Readonly<{ type: 'openWait'; stream: number; message: string }>
  | Readonly<{ type: 'retryAfter'; stream: number; pause: number }>
  | Readonly<{ type: 'resetStream'; stream: number; code: number; finalSize: number }>
  | Readonly<{ type: 'stopSending'; stream: number; code: number }>
  | Readonly<{ type: 'maxStreamData'; stream: number; limit: number }>
  | Readonly<{ type: 'maxData' | 'maxStreams'; limit: number }>
  | Readonly<{ type: 'ack' | 'abandon'; path: number; record: number }>
  | Readonly<{ type: 'datagram'; flow: number; bytes: Uint8Array }>
  | Readonly<{ type: 'candidates'; addresses: readonly string[] }>
  | Readonly<{ type: 'close'; code: string; reason: string }>;

/** STREAM frame. `bytes` of a decoded frame is a view of its record. */
export type StreamFrame = Readonly<{ type: 'stream'; stream: number; offset: number; fin: boolean; bytes: Uint8Array }>;

export type Frame = ControlFrame | StreamFrame;

/**
 * Reports whether a record with a frame of this type is acknowledged: true for frames that are sent again after a loss, and for datagrams, which only
 * count as in flight. False for the others, so that two idle ends become silent.
 */
export function wantsAcknowledgement(type: Frame['type']): boolean {
  switch (type) {
    case 'ping':
    case 'pong':
    case 'path':
    case 'ack':
      return false;
    default:
      return true;
  }
}

/** Reports whether the bytes of a frame are valid only while the frame is processed. The bytes of a datagram belong to its receiver. */
export function lendsBytes(type: Frame['type']): boolean {
  return type !== 'datagram';
}
