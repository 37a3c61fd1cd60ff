import { assertNever } from '#shared/assert-never.ts';
import { ByteReader, ByteWriter, concatBytes } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { encodeMessage, MAX_COLS, MAX_ROWS, messageHeader, MessageSplitter } from '#shared/terminal/index.ts';
import type { LabelledDevice, PtyRequest, TerminalLabel } from './backend.ts';
import { readDevice, readFlag, readLabel, writeDevice, writeLabel } from './terminal-label.ts';

/**
 * What agent and PTY host say to each other over their socket: `varint length ‖ u8 type ‖ varint terminal ‖ rest`. The agent numbers the
 * terminals from 1; 0 means the host itself. Data is raw; nothing is JSON. The host begins: `kept` for each terminal that it has, `ready`.
 *
 * | type | body after the terminal's number |
 * | --- | --- |
 * | 0x01 open | label, u16 cols, u16 rows, text file, text cwd, varint n, n × text argument, varint m, m × (text name, text value) |
 * | 0x02 write | bytes |
 * | 0x03 resize | u16 cols, u16 rows |
 * | 0x04 acknowledge | varint bytes |
 * | 0x05 mute | – |
 * | 0x06 snapshot | varint request, u8 1: with scrollback, 0: the screen alone |
 * | 0x07 hang-up | – |
 * | 0x08 shut-down | –: hang all up, and end |
 * | 0x09 hand-over | device, u8 granted: whose it is from now on |
 * | 0x0a peek | varint request |
 * | 0x81 opened | varint pid |
 * | 0x82 data | bytes |
 * | 0x83 snapshot-begin | varint request, u16 cols, u16 rows |
 * | 0x84 snapshot-end | – |
 * | 0x85 title | text |
 * | 0x86 input-taken | varint bytes |
 * | 0x87 exited | u8 exit code, u8 signal number (0: none) |
 * | 0x88 error | text code, text message: this terminal is over |
 * | 0x89 kept | label, u16 cols, u16 rows, varint pid |
 * | 0x8a ready | varint pid of the host |
 * | 0x8b lasting | u8 0 or 1: whether the terminals stay when the agent goes |
 * | 0x8c dismissed | –: another agent has come; the last message |
 * | 0x8d peek-begin | varint request, u16 cols, u16 rows |
 * | 0x8e peek-data | bytes |
 * | 0x8f peek-end | – |
 *
 * label: 16 bytes name, device that opened it, device that has it, text title, varint started at, u8 granted. device: text peer id, text name.
 */
export type HostCommand = Readonly<{ terminal: number }> &
  (
    | Readonly<{ type: 'open'; request: PtyRequest }>
    | Readonly<{ type: 'write'; bytes: Uint8Array }>
    | Readonly<{ type: 'resize'; cols: number; rows: number }>
    | Readonly<{ type: 'acknowledge'; bytes: number }>
    | Readonly<{ type: 'mute' }>
    | Readonly<{ type: 'snapshot'; request: number; scrollback: boolean }>
    | Readonly<{ type: 'peek'; request: number }>
    | Readonly<{ type: 'hang-up' }>
    | Readonly<{ type: 'shut-down' }>
    | Readonly<{ type: 'hand-over'; owner: LabelledDevice; granted: boolean }>
  );

export type HostEvent = Readonly<{ terminal: number }> &
  (
    | Readonly<{ type: 'opened'; pid: number }>
    | Readonly<{ type: 'data'; bytes: Uint8Array }>
    | Readonly<{ type: 'snapshot-begin'; request: number; cols: number; rows: number }>
    | Readonly<{ type: 'snapshot-end' }>
    | Readonly<{ type: 'peek-begin'; request: number; cols: number; rows: number }>
    | Readonly<{ type: 'peek-data'; bytes: Uint8Array }>
    | Readonly<{ type: 'peek-end' }>
    | Readonly<{ type: 'title'; title: string }>
    | Readonly<{ type: 'input-taken'; bytes: number }>
    | Readonly<{ type: 'exited'; exitCode: number; signal: number }>
    | Readonly<{ type: 'error'; code: string; message: string }>
    | Readonly<{ type: 'kept'; label: TerminalLabel; cols: number; rows: number; pid: number }>
    | Readonly<{ type: 'ready'; pid: number }>
    | Readonly<{ type: 'lasting'; able: boolean }>
    | Readonly<{ type: 'dismissed' }>
  );

const OPEN = 0x01;
const WRITE = 0x02;
const RESIZE = 0x03;
const ACKNOWLEDGE = 0x04;
const MUTE = 0x05;
const SNAPSHOT = 0x06;
const HANG_UP = 0x07;
const SHUT_DOWN = 0x08;
const HAND_OVER = 0x09;
const PEEK = 0x0a;
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

/** Number of this protocol; an agent leaves hosts of another one alone. */
export const HOST_PROTOCOL = 3;

const NUMBER = 8;
/** Environment and arguments of one program: what Linux takes for one string is 128 KiB, for all 2 MiB. */
const MAX_OPEN = 2_097_152;
const MAX_TEXT = 131_072;
const MAX_WORDS = 4096;
/** Largest bytes of one write or data. */
export const MAX_HOST_DATA = 65_536;

const COMMAND_LIMITS = {
  [OPEN]: MAX_OPEN,
  [WRITE]: NUMBER + MAX_HOST_DATA,
  [RESIZE]: NUMBER + 4,
  [ACKNOWLEDGE]: NUMBER + NUMBER,
  [MUTE]: NUMBER,
  [SNAPSHOT]: NUMBER + NUMBER + 1,
  [HANG_UP]: NUMBER,
  [SHUT_DOWN]: NUMBER,
  [HAND_OVER]: NUMBER + 512,
  [PEEK]: NUMBER + NUMBER,
};
const EVENT_LIMITS = {
  [OPENED]: NUMBER + NUMBER,
  [DATA]: NUMBER + MAX_HOST_DATA,
  [SNAPSHOT_BEGIN]: NUMBER + NUMBER + 4,
  [SNAPSHOT_END]: NUMBER,
  [TITLE]: NUMBER + 1024,
  [INPUT_TAKEN]: NUMBER + NUMBER,
  [EXITED]: NUMBER + 2,
  [ERROR]: NUMBER + 1024,
  [KEPT]: NUMBER + 4096,
  [READY]: NUMBER + NUMBER,
  [LASTING]: NUMBER + 1,
  [DISMISSED]: NUMBER,
  [PEEK_BEGIN]: NUMBER + NUMBER + 4,
  [PEEK_DATA]: NUMBER + MAX_HOST_DATA,
  [PEEK_END]: NUMBER,
};

/** @throws {RangeError} when it does not fit the limits, such as an environment of more than 2 MiB. */
export function encodeHostCommand(command: HostCommand): Uint8Array {
  const head = new ByteWriter(32).varint(command.terminal);
  switch (command.type) {
    case 'open':
      return encodeOpen(head, command.request);
    case 'write':
      return encodeMessage(WRITE, head.finish(), command.bytes);
    case 'resize':
      return encodeMessage(RESIZE, head.u16(command.cols).u16(command.rows).finish());
    case 'acknowledge':
      return encodeMessage(ACKNOWLEDGE, head.varint(command.bytes).finish());
    case 'mute':
      return encodeMessage(MUTE, head.finish());
    case 'snapshot':
      return encodeMessage(
        SNAPSHOT,
        head
          .varint(command.request)
          .u8(command.scrollback ? 1 : 0)
          .finish(),
      );
    case 'peek':
      return encodeMessage(PEEK, head.varint(command.request).finish());
    case 'hang-up':
      return encodeMessage(HANG_UP, head.finish());
    case 'shut-down':
      return encodeMessage(SHUT_DOWN, head.finish());
    case 'hand-over':
      writeDevice(head, command.owner);
      return encodeMessage(HAND_OVER, head.u8(command.granted ? 1 : 0).finish());
    default:
      return assertNever(command);
  }
}

export function encodeHostEvent(event: HostEvent): Uint8Array {
  const head = new ByteWriter(32).varint(event.terminal);
  switch (event.type) {
    case 'opened':
      return encodeMessage(OPENED, head.varint(event.pid).finish());
    case 'data':
      return encodeMessage(DATA, head.finish(), event.bytes);
    case 'snapshot-begin':
      return encodeMessage(SNAPSHOT_BEGIN, head.varint(event.request).u16(event.cols).u16(event.rows).finish());
    case 'snapshot-end':
      return encodeMessage(SNAPSHOT_END, head.finish());
    case 'peek-begin':
      return encodeMessage(PEEK_BEGIN, head.varint(event.request).u16(event.cols).u16(event.rows).finish());
    case 'peek-data':
      return encodeMessage(PEEK_DATA, head.finish(), event.bytes);
    case 'peek-end':
      return encodeMessage(PEEK_END, head.finish());
    case 'title':
      return encodeMessage(TITLE, head.text(event.title).finish());
    case 'input-taken':
      return encodeMessage(INPUT_TAKEN, head.varint(event.bytes).finish());
    case 'exited':
      return encodeMessage(EXITED, head.u8(event.exitCode).u8(event.signal).finish());
    case 'error':
      return encodeMessage(ERROR, head.text(event.code).text(event.message.slice(0, 200)).finish());
    case 'kept':
      writeLabel(head, event.label);
      return encodeMessage(KEPT, head.u16(event.cols).u16(event.rows).varint(event.pid).finish());
    case 'ready':
      return encodeMessage(READY, head.varint(event.pid).finish());
    case 'lasting':
      return encodeMessage(LASTING, head.u8(event.able ? 1 : 0).finish());
    case 'dismissed':
      return encodeMessage(DISMISSED, head.finish());
    default:
      return assertNever(event);
  }
}

/** What comes before the `length` bytes of a `data` message, so that they need not be copied behind it. */
export function encodeHostDataHeader(terminal: number, length: number): Uint8Array {
  const head = new ByteWriter(16).varint(terminal).finish();
  return concatBytes(messageHeader(DATA, head.length + length), head);
}

/** Reads commands in the host. */
export class HostCommandParser {
  readonly #splitter = new MessageSplitter(COMMAND_LIMITS);

  /** @throws {FormatError} */
  push(chunk: Uint8Array): readonly HostCommand[] {
    const commands: HostCommand[] = [];
    this.#splitter.push(chunk, (type, body) => commands.push(decodeCommand(type, body)));
    return commands;
  }
}

/** Reads events in the agent. */
export class HostEventParser {
  readonly #splitter = new MessageSplitter(EVENT_LIMITS);

  /** @throws {FormatError} */
  push(chunk: Uint8Array): readonly HostEvent[] {
    const events: HostEvent[] = [];
    this.#splitter.push(chunk, (type, body) => events.push(decodeEvent(type, body)));
    return events;
  }
}

function decodeCommand(type: number, body: Uint8Array): HostCommand {
  const reader = new ByteReader(body);
  const terminal = reader.varint();
  const command = readCommand(type, terminal, reader);
  reader.end();
  return command;
}

function readCommand(type: number, terminal: number, reader: ByteReader): HostCommand {
  switch (type) {
    case OPEN:
      return { terminal, type: 'open', request: readRequest(reader) };
    case WRITE:
      return { terminal, type: 'write', bytes: readData(reader) };
    case RESIZE:
      return { terminal, type: 'resize', ...readSize(reader) };
    case ACKNOWLEDGE:
      return { terminal, type: 'acknowledge', bytes: reader.varint() };
    case MUTE:
      return { terminal, type: 'mute' };
    case SNAPSHOT:
      return { terminal, type: 'snapshot', request: reader.varint(), scrollback: readFlag(reader) };
    case PEEK:
      return { terminal, type: 'peek', request: reader.varint() };
    case HANG_UP:
      return { terminal, type: 'hang-up' };
    case SHUT_DOWN:
      return { terminal, type: 'shut-down' };
    case HAND_OVER:
      return { terminal, type: 'hand-over', owner: readDevice(reader), granted: readFlag(reader) };
    default:
      throw new FormatError('format.type', `no command of type ${type}`);
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
      return { terminal, type: 'lasting', able: readFlag(reader) };
    case DISMISSED:
      return { terminal, type: 'dismissed' };
    default:
      throw new FormatError('format.type', `no event of type ${type}`);
  }
}

function encodeOpen(writer: ByteWriter, request: PtyRequest): Uint8Array {
  writeLabel(writer, request.label);
  writer.u16(request.cols).u16(request.rows).text(request.file).text(request.cwd).varint(request.args.length);
  for (const argument of request.args) writer.text(argument);
  const variables = Object.entries(request.environment);
  writer.varint(variables.length);
  for (const [name, value] of variables) writer.text(name).text(value);
  if (writer.length > MAX_OPEN || request.args.length > MAX_WORDS || variables.length > MAX_WORDS)
    throw new RangeError('arguments and environment are too long');
  return encodeMessage(OPEN, writer.finish());
}

function readRequest(reader: ByteReader): PtyRequest {
  const label = readLabel(reader);
  const size = readSize(reader);
  const file = reader.text(MAX_TEXT);
  const cwd = reader.text(MAX_TEXT);
  const args = Array.from({ length: readCount(reader) }, () => reader.text(MAX_TEXT));
  const environment = Object.fromEntries(
    Array.from({ length: readCount(reader) }, () => [reader.text(MAX_TEXT), reader.text(MAX_TEXT)] as const),
  );
  return { label, ...size, file, cwd, args, environment };
}

function readCount(reader: ByteReader): number {
  const count = reader.varint();
  if (count > MAX_WORDS || count > reader.remaining) throw new FormatError('format.range', 'too many words');
  return count;
}

function readData(reader: ByteReader): Uint8Array {
  if (reader.remaining > MAX_HOST_DATA) throw new FormatError('format.long', 'data is too long');
  return reader.rest();
}

function readSize(reader: ByteReader): { cols: number; rows: number } {
  const cols = reader.u16();
  const rows = reader.u16();
  if (cols < 1 || cols > MAX_COLS || rows < 1 || rows > MAX_ROWS)
    throw new FormatError('format.range', 'size of a terminal out of range');
  return { cols, rows };
}
