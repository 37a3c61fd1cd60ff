import { assertNever } from '#shared/assert-never.ts';
import { ByteReader, ByteWriter, concatBytes } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { encodeTerminalMessage, messageHeader, MessageSplitter } from '#shared/terminal/index.ts';
import { MAX_HOST_DATA, NUMBER_BYTES, readData, readSize, type HostEvent } from './host-protocol.ts';
import { readFlag, readLabel, writeLabel } from './terminal-label.ts';

const OPENED = 0x81;
const DATA = 0x82;
const SNAPSHOT_BEGIN = 0x83;
const SNAPSHOT_END = 0x84;
const TITLE = 0x85;
const INPUT_TAKEN = 0x86;
const EXITED = 0x87;
const ERROR = 0x88;
const KEPT = 0x89;
const READY = 0x8a;
const LASTING = 0x8b;
const DISMISSED = 0x8c;
const PEEK_BEGIN = 0x8d;
const PEEK_DATA = 0x8e;
const PEEK_END = 0x8f;

/** Largest body of each message type, bytes. */
const LIMITS = {
  [OPENED]: NUMBER_BYTES + NUMBER_BYTES,
  [DATA]: NUMBER_BYTES + MAX_HOST_DATA,
  [SNAPSHOT_BEGIN]: NUMBER_BYTES + NUMBER_BYTES + 4,
  [SNAPSHOT_END]: NUMBER_BYTES,
  [TITLE]: NUMBER_BYTES + 1024,
  [INPUT_TAKEN]: NUMBER_BYTES + NUMBER_BYTES,
  [EXITED]: NUMBER_BYTES + 2,
  [ERROR]: NUMBER_BYTES + 1024,
  [KEPT]: NUMBER_BYTES + 4096,
  [READY]: NUMBER_BYTES + NUMBER_BYTES,
  [LASTING]: NUMBER_BYTES + 1,
  [DISMISSED]: NUMBER_BYTES,
  [PEEK_BEGIN]: NUMBER_BYTES + NUMBER_BYTES + 4,
  [PEEK_DATA]: NUMBER_BYTES + MAX_HOST_DATA,
  [PEEK_END]: NUMBER_BYTES,
};

/** Encodes an event from the PTY host to its agent. */
export function encodeHostEvent(event: HostEvent): Uint8Array {
  const head = new ByteWriter(32).varint(event.terminal);
  switch (event.type) {
    case 'opened':
      return encodeTerminalMessage(OPENED, head.varint(event.pid).finish());
    case 'data':
      return encodeTerminalMessage(DATA, head.finish(), event.bytes);
    case 'snapshot-begin':
      return encodeTerminalMessage(SNAPSHOT_BEGIN, head.varint(event.request).u16(event.cols).u16(event.rows).finish());
    case 'snapshot-end':
      return encodeTerminalMessage(SNAPSHOT_END, head.finish());
    case 'peek-begin':
      return encodeTerminalMessage(PEEK_BEGIN, head.varint(event.request).u16(event.cols).u16(event.rows).finish());
    case 'peek-data':
      return encodeTerminalMessage(PEEK_DATA, head.finish(), event.bytes);
    case 'peek-end':
      return encodeTerminalMessage(PEEK_END, head.finish());
    case 'title':
      return encodeTerminalMessage(TITLE, head.text(event.title).finish());
    case 'input-taken':
      return encodeTerminalMessage(INPUT_TAKEN, head.varint(event.bytes).finish());
    case 'exited':
      return encodeTerminalMessage(EXITED, head.u8(event.exitCode).u8(event.signal).finish());
    case 'error':
      return encodeTerminalMessage(ERROR, head.text(event.code).text(event.message.slice(0, 200)).finish());
    case 'kept':
      writeLabel(head, event.label);
      return encodeTerminalMessage(KEPT, head.u16(event.cols).u16(event.rows).varint(event.pid).finish());
    case 'ready':
      return encodeTerminalMessage(READY, head.varint(event.pid).finish());
    case 'lasting':
      return encodeTerminalMessage(LASTING, head.u8(event.lasts ? 1 : 0).finish());
    case 'dismissed':
      return encodeTerminalMessage(DISMISSED, head.finish());
    default:
      return assertNever(event);
  }
}

/** Encodes only the header of a `data` event of `length` bytes; the caller writes the bytes after it, without copying them. */
export function encodeHostDataHeader(terminal: number, length: number): Uint8Array {
  const head = new ByteWriter(16).varint(terminal).finish();
  return concatBytes(messageHeader(DATA, head.length + length), head);
}

/** Parser for the PTY host's events, used by the agent. `host-protocol.ts` describes the encoding. */
export class HostEventParser {
  readonly #splitter = new MessageSplitter(LIMITS);

  /**
   * Adds received bytes; returns the events completed by them.
   * @throws {FormatError}
   */
  push(chunk: Uint8Array): readonly HostEvent[] {
    const events: HostEvent[] = [];
    this.#splitter.push(chunk, (type, body) => events.push(decodeEvent(type, body)));
    return events;
  }
}

function decodeEvent(type: number, body: Uint8Array): HostEvent {
  const reader = new ByteReader(body);
  const terminal = reader.varint();
  const event = readEvent(type, terminal, reader);
  reader.end();
  return event;
}

function readEvent(type: number, terminal: number, reader: ByteReader): HostEvent {
  switch (type) {
    case OPENED:
      return { terminal, type: 'opened', pid: reader.varint() };
    case DATA:
      return { terminal, type: 'data', bytes: readData(reader) };
    case SNAPSHOT_BEGIN:
      return { terminal, type: 'snapshot-begin', request: reader.varint(), ...readSize(reader) };
    case SNAPSHOT_END:
      return { terminal, type: 'snapshot-end' };
    case PEEK_BEGIN:
      return { terminal, type: 'peek-begin', request: reader.varint(), ...readSize(reader) };
    case PEEK_DATA:
      return { terminal, type: 'peek-data', bytes: readData(reader) };
    case PEEK_END:
      return { terminal, type: 'peek-end' };
    case TITLE:
      return { terminal, type: 'title', title: reader.text(1000) };
    case INPUT_TAKEN:
      return { terminal, type: 'input-taken', bytes: reader.varint() };
    case EXITED:
      return { terminal, type: 'exited', exitCode: reader.u8(), signal: reader.u8() };
    case ERROR:
      return { terminal, type: 'error', code: reader.text(64), message: reader.text(800) };
    case KEPT:
      return { terminal, type: 'kept', label: readLabel(reader), ...readSize(reader), pid: reader.varint() };
    case READY:
      return { terminal, type: 'ready', pid: reader.varint() };
    case LASTING:
      return { terminal, type: 'lasting', lasts: readFlag(reader) };
    case DISMISSED:
      return { terminal, type: 'dismissed' };
    default:
      throw new FormatError('format.type', `no event of type ${type}`);
  }
}
