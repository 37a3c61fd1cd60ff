import * as z from 'zod';
import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { MAX_COLS, MAX_LISTING_BYTES, MAX_ROWS, MAX_TITLE_CHARACTERS } from './limits.ts';
import { TerminalError } from './errors.ts';
import { safeParse } from '../safe-parse.ts';

const deviceName = z.string().max(256);
const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

const terminalState = z.strictObject({
  /** The target records the terminal. */
  recorded: z.boolean(),
  viewers: z.array(z.strictObject({ peer: peerId, name: deviceName, watching: z.boolean() })).max(16),
});
/**
 * State of a terminal that the target sends to its holder: the viewers, and whether the target records the terminal. Names are those that the target
 * uses.
 */
export type TerminalState = z.infer<typeof terminalState>;

const sharedTerminal = z.strictObject({
  terminal: z.string().regex(/^[0-9a-f]{32}$/),
  title: z.string().max(MAX_TITLE_CHARACTERS),
  startedAt: z.number().int().min(0),
  cols: z.number().int().min(1).max(MAX_COLS),
  rows: z.number().int().min(1).max(MAX_ROWS),
  /** Name of the holder, as the target calls that device. */
  holder: deviceName,
});
/** Terminal that is shared with the requester, in the answer to `shared`. */
export type SharedTerminal = z.infer<typeof sharedTerminal>;
const sharedList = z.array(sharedTerminal).max(64);

/** Encodes the body of a `state` message. Pure, like this whole file. */
export function encodeState(state: TerminalState): Uint8Array {
  return toUtf8(JSON.stringify(state));
}

/** Decodes the body of a `state` message. @throws {FormatError} */
export function decodeState(bytes: Uint8Array): TerminalState {
  const parsed = safeParse(terminalState, readJson(bytes));
  if (!parsed.success) throw new FormatError('format.range', 'not the state of a terminal');
  return parsed.data;
}

/** Encodes the list of shared terminals; drops entries from the end if it is too long. */
export function encodeShared(shared: readonly SharedTerminal[]): Uint8Array {
  let count = Math.min(shared.length, 64);
  let bytes = toUtf8(JSON.stringify(shared.slice(0, count)));
  while (bytes.length > MAX_LISTING_BYTES) {
    count = Math.floor(count / 2);
    bytes = toUtf8(JSON.stringify(shared.slice(0, count)));
  }
  return bytes;
}

/** Decodes the list of shared terminals. @throws {TerminalError} `terminal.protocol` */
export function decodeShared(bytes: Uint8Array): readonly SharedTerminal[] {
  const parsed = safeParse(sharedList, readJson(bytes));
  if (!parsed.success) throw new TerminalError('terminal.protocol', 'not a list of shared terminals');
  return parsed.data;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (error) {
    throw new FormatError('format.range', 'not JSON', { cause: error });
  }
}
