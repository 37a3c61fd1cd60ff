import { fromHex, toHex } from '#shared/bytes/index.ts';
import type { ByteReader, ByteWriter } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { cleanTitle } from '#shared/terminal/index.ts';
import type { LabelledDevice, TerminalLabel } from './backend.ts';

const TERMINAL_ID_BYTES = 16;
/** Longest peer ID, name (64 characters) and title in a label, bytes. */
const MAX_PEER_ID = 64;
const MAX_NAME = 256;
const MAX_TITLE = 1024;

/**
 * Writes a label in the encoding of the host protocol.
 * @throws {FormatError} if the terminal's ID isn't 32 hexadecimal digits
 */
export function writeLabel(writer: ByteWriter, label: TerminalLabel): void {
  writer.bytes(fromHex(label.terminal));
  writeDevice(writer, label.opener);
  writeDevice(writer, label.owner);
  writer
    .text(cleanTitle(label.title))
    .varint(label.startedAt)
    .u8(label.granted ? 1 : 0)
    .u8(label.left ? 1 : 0);
}

/**
 * Reads a label in the encoding of the host protocol.
 * @throws {FormatError}
 */
export function readLabel(reader: ByteReader): TerminalLabel {
  return {
    terminal: toHex(reader.bytes(TERMINAL_ID_BYTES)),
    opener: readDevice(reader),
    owner: readDevice(reader),
    title: cleanTitle(reader.text(MAX_TITLE)),
    startedAt: reader.varint(),
    granted: readFlag(reader),
    left: readFlag(reader),
  };
}

export function writeDevice(writer: ByteWriter, { peerId, name }: LabelledDevice): void {
  writer.text(peerId).text(name);
}

/**
 * Reads a device of a label.
 * @throws {FormatError}
 */
export function readDevice(reader: ByteReader): LabelledDevice {
  return { peerId: reader.text(MAX_PEER_ID), name: reader.text(MAX_NAME) };
}

/**
 * Reads one byte that is 0 or 1.
 * @throws {FormatError}
 */
export function readFlag(reader: ByteReader): boolean {
  const flag = reader.u8();
  if (flag > 1) throw new FormatError('format.range', 'a flag is 0 or 1');
  return flag === 1;
}
