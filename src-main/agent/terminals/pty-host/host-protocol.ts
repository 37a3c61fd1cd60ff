import type { ByteReader } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { MAX_COLS, MAX_ROWS } from '#shared/terminal/index.ts';
import type { LabelledDevice, PtyRequest, TerminalLabel } from './backend.ts';

/**
 * Command from an agent to its PTY host. `Pty` in `backend.ts` says what the commands for one terminal do.
 *
 * Commands and events (`HostEvent`) are sent on one socket as `varint length ‖ u8 type ‖ varint terminal ‖ rest`. `terminal` is the number that the
 * agent gave the terminal, from 1; 0 means the host itself.
 *
 * | type | rest | meaning |
 * | --- | --- | --- |
 * | 0x01 open | program | start a program on a new terminal |
 * | 0x02 write | bytes | input |
 * | 0x03 resize | u16 cols, u16 rows | new size |
 * | 0x04 acknowledge | varint bytes | credit for as many bytes of `data` |
 * | 0x05 mute | – | send no output until the next `snapshot` or `peek` |
 * | 0x06 snapshot | varint request, u8 1: with scrollback, 0: the screen alone | draw the screen again, instead of the output not sent yet |
 * | 0x07 hang-up | – | end the program |
 * | 0x08 shut-down | – | hang up all terminals, and end the host |
 * | 0x09 hand-over | device, u8 granted | the device holds the terminal from now on |
 * | 0x0a peek | varint request | send the screen too, without dropping output |
 * | 0x0b leave | u8 left | a person has left the terminal (1), or a device has attached (0) |
 *
 * program: label, u16 cols, u16 rows, text file, text cwd, varint n, n × text argument, varint m, m × (text name, text value) for the environment.
 * label: 16 bytes terminal ID, device that opened it, device that holds it, text title, varint started at, u8 granted, u8 left.
 * device: text peer ID, text name.
 * granted: 1 if the right of the device that holds the terminal was `allow`, 0 after a one-time approval.
 * left: 1 if a person has left the terminal, so that it runs until its program ends.
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
    | Readonly<{ type: 'leave'; left: boolean }>
  );

/**
 * Event from a PTY host to its agent, encoded like `HostCommand`. A host begins with `kept` for each terminal that it already has, then `ready`.
 * `PtyEvents` in `backend.ts` says what the events of one terminal mean.
 *
 * | type | rest | meaning |
 * | --- | --- | --- |
 * | 0x81 opened | varint pid | the program has started |
 * | 0x82 data | bytes | output |
 * | 0x83 snapshot-begin | varint request, u16 cols, u16 rows | the `data` until `snapshot-end` draws the screen again |
 * | 0x84 snapshot-end | – | |
 * | 0x85 title | text | new title |
 * | 0x86 input-taken | varint bytes | input that the PTY has accepted |
 * | 0x87 exited | u8 exit code, u8 signal number (0: none) | the program has ended |
 * | 0x88 error | text code, text message | the terminal has failed and ended |
 * | 0x89 kept | label, u16 cols, u16 rows, varint pid | terminal of a previous agent |
 * | 0x8a ready | varint pid of the host | the host takes commands |
 * | 0x8b lasting | u8 1 if the terminals outlive the agent, else 0 | |
 * | 0x8c dismissed | – | another agent has connected; the last message |
 * | 0x8d peek-begin | varint request, u16 cols, u16 rows | the `peek-data` until `peek-end` draws the screen |
 * | 0x8e peek-data | bytes | |
 * | 0x8f peek-end | – | |
 */
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
    | Readonly<{ type: 'lasting'; lasts: boolean }>
    | Readonly<{ type: 'dismissed' }>
  );

/** Version of this protocol; an agent leaves hosts of another version alone. */
export const HOST_PROTOCOL = 4;

/** Longest encoded varint, bytes. */
export const NUMBER_BYTES = 8;
/** Most bytes of data in one message. */
export const MAX_HOST_DATA = 65_536;

/**
 * Reads the rest of a message as data.
 * @throws {FormatError} `format.long` for more than `MAX_HOST_DATA`
 */
export function readData(reader: ByteReader): Uint8Array {
  if (reader.remaining > MAX_HOST_DATA) throw new FormatError('format.long', 'data is too long');
  return reader.rest();
}

/**
 * Reads the size of a terminal, in columns and rows.
 * @throws {FormatError} `format.range` for a size that no terminal has
 */
export function readSize(reader: ByteReader): { cols: number; rows: number } {
  const cols = reader.u16();
  const rows = reader.u16();
  if (cols < 1 || cols > MAX_COLS || rows < 1 || rows > MAX_ROWS)
    throw new FormatError('format.range', 'size of a terminal out of range');
  return { cols, rows };
}
