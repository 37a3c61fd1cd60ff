import { assertNever } from '#shared/assert-never.ts';
import { ByteReader, ByteWriter } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { encodeTerminalMessage, MessageSplitter } from '#shared/terminal/index.ts';
import type { PtyRequest } from './backend.ts';
import { MAX_HOST_DATA, NUMBER_BYTES, readData, readSize, type HostCommand } from './host-protocol.ts';
import { readDevice, readFlag, readLabel, writeDevice, writeLabel } from './terminal-label.ts';

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
const LEAVE = 0x0b;

/** Largest `open` message, bytes. Linux limits one argument or variable to 128 KiB, and all of them to 2 MiB. */
const MAX_OPEN = 2_097_152;
const MAX_TEXT = 131_072;
const MAX_WORDS = 4096;

/** Largest body of each message type, bytes. */
const LIMITS = {
  [OPEN]: MAX_OPEN,
  [WRITE]: NUMBER_BYTES + MAX_HOST_DATA,
  [RESIZE]: NUMBER_BYTES + 4,
  [ACKNOWLEDGE]: NUMBER_BYTES + NUMBER_BYTES,
  [MUTE]: NUMBER_BYTES,
  [SNAPSHOT]: NUMBER_BYTES + NUMBER_BYTES + 1,
  [HANG_UP]: NUMBER_BYTES,
  [SHUT_DOWN]: NUMBER_BYTES,
  [HAND_OVER]: NUMBER_BYTES + 512,
  [PEEK]: NUMBER_BYTES + NUMBER_BYTES,
  [LEAVE]: NUMBER_BYTES + 1,
};

/**
 * Encodes a command from the agent to its PTY host.
 * @throws {RangeError} if the command exceeds the limits, such as an environment of more than 2 MiB
 */
export function encodeHostCommand(command: HostCommand): Uint8Array {
  const head = new ByteWriter(32).varint(command.terminal);
  switch (command.type) {
    case 'open':
      return encodeOpen(head, command.request);
    case 'write':
      return encodeTerminalMessage(WRITE, head.finish(), command.bytes);
    case 'resize':
      return encodeTerminalMessage(RESIZE, head.u16(command.cols).u16(command.rows).finish());
    case 'acknowledge':
      return encodeTerminalMessage(ACKNOWLEDGE, head.varint(command.bytes).finish());
    case 'mute':
      return encodeTerminalMessage(MUTE, head.finish());
    case 'snapshot':
      return encodeTerminalMessage(
        SNAPSHOT,
        head
          .varint(command.request)
          .u8(command.scrollback ? 1 : 0)
          .finish(),
      );
    case 'peek':
      return encodeTerminalMessage(PEEK, head.varint(command.request).finish());
    case 'hang-up':
      return encodeTerminalMessage(HANG_UP, head.finish());
    case 'shut-down':
      return encodeTerminalMessage(SHUT_DOWN, head.finish());
    case 'hand-over':
      writeDevice(head, command.owner);
      return encodeTerminalMessage(HAND_OVER, head.u8(command.granted ? 1 : 0).finish());
    case 'leave':
      return encodeTerminalMessage(LEAVE, head.u8(command.left ? 1 : 0).finish());
    default:
      return assertNever(command);
  }
}

/** Parser for the agent's commands, used by the PTY host. `host-protocol.ts` describes the encoding. */
export class HostCommandParser {
  readonly #splitter = new MessageSplitter(LIMITS);

  /**
   * Adds received bytes; returns the commands completed by them.
   * @throws {FormatError}
   */
  push(chunk: Uint8Array): readonly HostCommand[] {
    const commands: HostCommand[] = [];
    this.#splitter.push(chunk, (type, body) => commands.push(decodeCommand(type, body)));
    return commands;
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
    case LEAVE:
      return { terminal, type: 'leave', left: readFlag(reader) };
    default:
      throw new FormatError('format.type', `no command of type ${type}`);
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
  return encodeTerminalMessage(OPEN, writer.finish());
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
