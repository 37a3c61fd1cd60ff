/**
 * The frames of PROTOCOL section 5. Each is `type, length, body`; type, length and all integers are QUIC varints (RFC 9000 section 16).
 *
 * | type | frame | body | again after a lost path |
 * | --- | --- | --- | --- |
 * | 0x01 | PING | data (rest, at most 16) | no |
 * | 0x02 | PONG | data of the PING | no |
 * | 0x03 | PATH | path: the number the initiator gives this path; its first frame | no |
 * | 0x04 | OPEN | stream, kind (text), params (JSON) | yes |
 * | 0x05 | OPEN_OK | stream, params (JSON) | yes |
 * | 0x06 | OPEN_FAIL | stream, code (text), message (text) | yes |
 * | 0x07 | OPEN_WAIT | stream, message (text): a person is asked | yes, the newest |
 * | 0x08 | STREAM | stream, offset, flags (bit 0: fin), bytes (rest) | yes |
 * | 0x09 | RESET_STREAM | stream, code, final size | yes |
 * | 0x0a | STOP_SENDING | stream, code | yes |
 * | 0x0b | MAX_STREAM_DATA | stream, limit (absolute offset) | the newest value |
 * | 0x0c | MAX_DATA | limit (sum of all offsets) | the newest value |
 * | 0x0d | MAX_STREAMS | limit (streams of the receiver, ever) | the newest value |
 * | 0x0e | ACK | path, record: everything up to it was processed | no |
 * | 0x0f | ABANDON | path, last record processed; no later one will be | yes |
 * | 0x10 | DATAGRAM | flow, bytes (rest) | no |
 * | 0x11 | CANDIDATES | count, addresses (text) | the newest value |
 * | 0x12 | CLOSE | code (text), reason (text) | yes |
 *
 * Types from FIRST_OPTIONAL on are skipped when unknown; other unknown types close the session.
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
} as const;

export const FIRST_OPTIONAL = 0x40;

/** STREAM flags: the last byte of the stream is the last of this frame. All other bits are 0. */
export const FLAG_FIN = 0x01;

/** Sizes of fields, in bytes of UTF-8 where they are text. */
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
  /** Fits a record of its own, beside what else must go with it. */
  datagram: 65_000,
} as const;

/** Codes of RESET_STREAM and STOP_SENDING go from 0 ("cancelled") to this. */
export const MAX_RESET_CODE = 255;

export type ControlFrame =
  | Readonly<{ type: 'ping' | 'pong'; data: Uint8Array }>
  | Readonly<{ type: 'path'; path: number }>
  | Readonly<{ type: 'open'; stream: number; kind: string; params: unknown }>
  | Readonly<{ type: 'openOk'; stream: number; params: unknown }>
  | Readonly<{ type: 'openFail'; stream: number; code: string; message: string }>
  | Readonly<{ type: 'openWait'; stream: number; message: string }>
  | Readonly<{ type: 'resetStream'; stream: number; code: number; finalSize: number }>
  | Readonly<{ type: 'stopSending'; stream: number; code: number }>
  | Readonly<{ type: 'maxStreamData'; stream: number; limit: number }>
  | Readonly<{ type: 'maxData' | 'maxStreams'; limit: number }>
  | Readonly<{ type: 'ack' | 'abandon'; path: number; record: number }>
  | Readonly<{ type: 'datagram'; flow: number; bytes: Uint8Array }>
  | Readonly<{ type: 'candidates'; addresses: readonly string[] }>
  | Readonly<{ type: 'close'; code: string; reason: string }>;

/** `bytes` of a decoded frame is a view of the record. */
export type StreamFrame = Readonly<{ type: 'stream'; stream: number; offset: number; fin: boolean; bytes: Uint8Array }>;

export type Frame = ControlFrame | StreamFrame;

/**
 * Reports whether the frame's record is acknowledged: frames that are retransmitted, and datagrams, which only count as
 * in flight. No others, so that two idle ends fall silent.
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

/** Reports whether the frame's bytes are valid only while it is processed. Those of a datagram belong to its receiver. */
export function lendsBytes(type: Frame['type']): boolean {
  return type !== 'datagram';
}
