import { assertNever } from '../assert-never.ts';
import { ByteReader, ByteWriter, concatBytes } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import {
  MAX_COLS,
  MAX_INPUT_BYTES,
  MAX_LISTING_BYTES,
  MAX_OUTPUT_BYTES,
  MAX_ROWS,
  MAX_STATE_BYTES,
  MAX_TITLE_CHARACTERS,
} from './limits.ts';
import { encodeTerminalMessage, MessageSplitter } from './splitter.ts';
import { decodeState, encodeState, type TerminalState } from './state.ts';

/**
 * Messages of the device that uses a terminal, called viewer here, to the target: the device that runs it. All messages of a `pty` stream are `varint
 * length ‖ u8 type ‖ body` (see `splitter.ts`); integers are big-endian. This file encodes and parses them; it is pure.
 *
 * | type | from | body | meaning |
 * | --- | --- | --- | --- |
 * | 0x01 input | viewer | bytes, 1–65536 | typed or pasted input, unchanged |
 * | 0x02 resize | viewer | u16 cols, u16 rows, 1–1000 each | new size |
 * | 0x03 detach | viewer | – | leaves the terminal running until its program ends; without it, a lost link leaves it for ten minutes |
 * | 0x04 close | viewer | – | hangs up: SIGHUP |
 * | 0x05 end-of-input | viewer | – | end of input: types the terminal's end-of-file character |
 * | 0x06 catch-up | viewer | u8 0 or 1 | skips waiting output: if there is much of it, or if the body is 1, sends the screen instead |
 * | 0x81 output | target | bytes, 1–65536 | output, cut at any byte |
 * | 0x82 snapshot-begin | target | u16 cols, u16 rows | `output` until snapshot-end redraws screen and scrollback; after catch-up the screen only |
 * | 0x83 snapshot-end | target | – | live output follows, without gap or overlap |
 * | 0x84 ended | target | u8 flags, [u32 exit code], text signal, text code | last message |
 * | 0x85 title | target | text | title that the program sets |
 * | 0x86 listing | target | JSON | answer to `list` and `shared`; the stream then ends |
 * | 0x87 state | target | JSON | to the holder only: viewers, and whether the terminal is recorded |
 */
export type ViewerMessage =
  | Readonly<{ type: 'input'; bytes: Uint8Array }>
  | Readonly<{ type: 'resize'; cols: number; rows: number }>
  | Readonly<{ type: 'detach' }>
  | Readonly<{ type: 'close' }>
  | Readonly<{ type: 'end-of-input' }>
  | Readonly<{ type: 'catch-up'; anyway: boolean }>;

/** End of a terminal: exit code or signal if its program ended, otherwise an error code. */
export type TerminalEnd = Readonly<{ exitCode: number | null; signal: string | null; code: string | null }>;

/** Messages of the device that runs the terminal; the table is at `ViewerMessage`. */
export type TargetMessage =
  | Readonly<{ type: 'output'; bytes: Uint8Array }>
  | Readonly<{ type: 'snapshot-begin'; cols: number; rows: number }>
  | Readonly<{ type: 'snapshot-end' }>
  | Readonly<{ type: 'ended'; end: TerminalEnd }>
  | Readonly<{ type: 'title'; title: string }>
  | Readonly<{ type: 'listing'; json: Uint8Array }>
  | Readonly<{ type: 'state'; state: TerminalState }>;

const INPUT = 0x01;
const RESIZE = 0x02;
const DETACH = 0x03;
const CLOSE = 0x04;
const END_OF_INPUT = 0x05;
const CATCH_UP = 0x06;
const OUTPUT = 0x81;
const SNAPSHOT_BEGIN = 0x82;
const SNAPSHOT_END = 0x83;
const ENDED = 0x84;
const TITLE = 0x85;
const LISTING = 0x86;
const STATE = 0x87;

const HAS_EXIT_CODE = 1;
const MAX_SIGNAL_BYTES = 16;
const MAX_CODE_BYTES = 64;
/** Maximum length of the body of `ended`, bytes. */
export const MAX_END_BYTES = 1 + 4 + 1 + MAX_SIGNAL_BYTES + 2 + MAX_CODE_BYTES;
/** Maximum length of a title, bytes: a UTF-16 unit has at most three bytes of UTF-8. */
const MAX_TITLE_BYTES = MAX_TITLE_CHARACTERS * 3;

const VIEWER_LIMITS = {
  [INPUT]: MAX_INPUT_BYTES,
  [RESIZE]: 4,
  [DETACH]: 0,
  [CLOSE]: 0,
  [END_OF_INPUT]: 0,
  [CATCH_UP]: 1,
};
const TARGET_LIMITS = {
  [OUTPUT]: MAX_OUTPUT_BYTES,
  [SNAPSHOT_BEGIN]: 4,
  [SNAPSHOT_END]: 0,
  [ENDED]: MAX_END_BYTES,
  [TITLE]: 2 + MAX_TITLE_BYTES,
  [LISTING]: MAX_LISTING_BYTES,
  [STATE]: MAX_STATE_BYTES,
};

/** Encodes a message of the viewer. Input of more than 64 KiB becomes several messages. */
export function encodeViewerMessage(message: ViewerMessage): Uint8Array {
  switch (message.type) {
    case 'input':
      return encodeInput(message.bytes);
    case 'resize':
      return encodeTerminalMessage(RESIZE, encodeSize(message));
    case 'detach':
      return encodeTerminalMessage(DETACH);
    case 'close':
      return encodeTerminalMessage(CLOSE);
    case 'end-of-input':
      return encodeTerminalMessage(END_OF_INPUT);
    case 'catch-up':
      return encodeTerminalMessage(CATCH_UP, Uint8Array.of(message.anyway ? 1 : 0));
    default:
      return assertNever(message);
  }
}

/** Encodes a message of the target. */
export function encodeTargetMessage(message: TargetMessage): Uint8Array {
  switch (message.type) {
    case 'output':
      return encodeTerminalMessage(OUTPUT, message.bytes);
    case 'snapshot-begin':
      return encodeTerminalMessage(SNAPSHOT_BEGIN, encodeSize(message));
    case 'snapshot-end':
      return encodeTerminalMessage(SNAPSHOT_END);
    case 'ended':
      return encodeTerminalMessage(ENDED, encodeEnd(message.end));
    case 'title':
      return encodeTerminalMessage(TITLE, new ByteWriter().text(message.title).finish());
    case 'listing':
      return encodeTerminalMessage(LISTING, message.json);
    case 'state':
      return encodeTerminalMessage(STATE, encodeState(message.state));
    default:
      return assertNever(message);
  }
}

/** Encodes an `output` message of 1 to 65536 bytes from several pieces, with one copy. */
export function encodeOutput(pieces: readonly Uint8Array[]): Uint8Array {
  return encodeTerminalMessage(OUTPUT, ...pieces);
}

/** Parses the messages of the viewer. */
export class ViewerMessageParser {
  readonly #splitter = new MessageSplitter(VIEWER_LIMITS);

  /** Adds received bytes and returns the messages that are complete. Bytes in a message may be views. @throws {FormatError} */
  push(chunk: Uint8Array): readonly ViewerMessage[] {
    const messages: ViewerMessage[] = [];
    this.#splitter.push(chunk, (type, body) => messages.push(decodeViewerBody(type, body)));
    return messages;
  }

  /** True while an incomplete message is stored. */
  get pending(): boolean {
    return this.#splitter.pending;
  }
}

/** Parses the messages of the target. */
export class TargetMessageParser {
  readonly #splitter = new MessageSplitter(TARGET_LIMITS);

  /** Adds received bytes and returns the messages that are complete. Bytes in a message may be views. @throws {FormatError} */
  push(chunk: Uint8Array): readonly TargetMessage[] {
    const messages: TargetMessage[] = [];
    this.#splitter.push(chunk, (type, body) => messages.push(decodeTargetBody(type, body)));
    return messages;
  }

  /** True while an incomplete message is stored. */
  get pending(): boolean {
    return this.#splitter.pending;
  }
}

function decodeViewerBody(type: number, body: Uint8Array): ViewerMessage {
  switch (type) {
    case INPUT:
      return { type: 'input', bytes: notEmpty(body) };
    case RESIZE:
      return { type: 'resize', ...decodeSize(body) };
    case DETACH:
      return { type: 'detach' };
    case CLOSE:
      return { type: 'close' };
    case END_OF_INPUT:
      return { type: 'end-of-input' };
    case CATCH_UP:
      return { type: 'catch-up', anyway: decodeFlag(body) };
    default:
      throw new FormatError('format.type', `no message of type ${type}`);
  }
}

function decodeTargetBody(type: number, body: Uint8Array): TargetMessage {
  switch (type) {
    case OUTPUT:
      return { type: 'output', bytes: notEmpty(body) };
    case SNAPSHOT_BEGIN:
      return { type: 'snapshot-begin', ...decodeSize(body) };
    case SNAPSHOT_END:
      return { type: 'snapshot-end' };
    case ENDED:
      return { type: 'ended', end: decodeEnd(body) };
    case TITLE:
      return { type: 'title', title: decodeTitle(body) };
    case LISTING:
      return { type: 'listing', json: body };
    case STATE:
      return { type: 'state', state: decodeState(body) };
    default:
      throw new FormatError('format.type', `no message of type ${type}`);
  }
}

function encodeInput(bytes: Uint8Array): Uint8Array {
  const messages: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += MAX_INPUT_BYTES)
    messages.push(encodeTerminalMessage(INPUT, bytes.subarray(offset, offset + MAX_INPUT_BYTES)));
  const [only, ...others] = messages;
  return only !== undefined && others.length === 0 ? only : concatBytes(...messages);
}

function encodeSize(size: Readonly<{ cols: number; rows: number }>): Uint8Array {
  return new ByteWriter(4).u16(size.cols).u16(size.rows).finish();
}

function decodeFlag(body: Uint8Array): boolean {
  const [flag, ...others] = body;
  if (flag === undefined || flag > 1 || others.length > 0) throw new FormatError('format.range', 'not a flag');
  return flag === 1;
}

function decodeSize(body: Uint8Array): { cols: number; rows: number } {
  const reader = new ByteReader(body);
  const cols = reader.u16();
  const rows = reader.u16();
  reader.end();
  if (cols < 1 || cols > MAX_COLS || rows < 1 || rows > MAX_ROWS)
    throw new FormatError('format.range', 'size of a terminal out of range');
  return { cols, rows };
}

/** Encodes the body of `ended`. */
export function encodeEnd(end: TerminalEnd): Uint8Array {
  const writer = new ByteWriter(64).u8(end.exitCode === null ? 0 : HAS_EXIT_CODE);
  if (end.exitCode !== null) writer.u32(end.exitCode);
  return writer
    .text(end.signal ?? '')
    .text(end.code ?? '')
    .finish();
}

/** Decodes the body of `ended`. @throws {FormatError} */
export function decodeEnd(body: Uint8Array): TerminalEnd {
  const reader = new ByteReader(body);
  const flags = reader.u8();
  if (flags > HAS_EXIT_CODE) throw new FormatError('format.range', 'unknown flags');
  const exitCode = flags === HAS_EXIT_CODE ? reader.u32() : null;
  const signal = reader.text(MAX_SIGNAL_BYTES);
  const code = reader.text(MAX_CODE_BYTES);
  reader.end();
  if (!/^(?:SIG[A-Z0-9+]{1,13})?$/.test(signal)) throw new FormatError('format.range', 'not the name of a signal');
  if (!/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*)?$/.test(code)) throw new FormatError('format.range', 'not an error code');
  return { exitCode, signal: signal === '' ? null : signal, code: code === '' ? null : code };
}

function decodeTitle(body: Uint8Array): string {
  const reader = new ByteReader(body);
  const title = reader.text(MAX_TITLE_BYTES);
  reader.end();
  if (title !== cleanTitle(title)) throw new FormatError('format.range', 'title with control characters');
  return title;
}

/** Makes the title that a program sets safe to show: removes characters that control a terminal or are invisible, and limits the length. */
export function cleanTitle(title: string): string {
  return title
    .slice(0, MAX_TITLE_CHARACTERS)
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '');
}

function notEmpty(body: Uint8Array): Uint8Array {
  if (body.length === 0) throw new FormatError('format.length', 'empty message');
  return body;
}
