import * as z from 'zod';
import { RecordingError } from './errors.ts';

/**
 * Event codes of asciicast version 2 (https://docs.asciinema.org/manual/asciicast/v2/), the format of recordings: `o` output, `i` input, `r` new size
 * such as `80x24`, `m` marker. A recording has a JSON header on the first line, then one JSON array `[seconds, code, data]` per line. This file
 * encodes lines for the agent, which stores recordings, and parses them for players; it is pure.
 */
export type CastCode = 'o' | 'i' | 'r' | 'm';
/** Event of a recording. `at`: seconds since the beginning. */
export type CastEvent = Readonly<{ at: number; code: CastCode; data: string }>;

/** Additional header field of ClawReach, about the recorded terminal. */
const about = z.object({
  peerId: z.string().max(64).nullable(),
  peerName: z.string().max(128),
  /** `viewer`: this device recorded a terminal of another device that it used. `target`: a peer used a terminal of this device. */
  side: z.enum(['viewer', 'target']),
  input: z.boolean(),
});
/** Content of that field. */
export type CastAbout = z.infer<typeof about>;

const size = z.number().int().min(1).max(1000);
const header = z.object({
  version: z.literal(2),
  width: size,
  height: size,
  /** Seconds since 1970. */
  timestamp: z.number().min(0).max(8.64e12).optional(),
  title: z.string().max(1024).optional(),
  clawreach: about.optional(),
});
/** Header of a recording. `width` and `height`: initial size in cells. */
export type CastHeader = z.infer<typeof header>;

const event = z.tuple([z.number().min(0).max(1e9), z.string().max(8), z.string()]);
const CODES: ReadonlySet<string> = new Set(['o', 'i', 'r', 'm']);

/** Encodes the header line. */
export function headerLine(given: CastHeader): string {
  return `${JSON.stringify({ ...given, env: { TERM: 'xterm-256color' } })}\n`;
}

/** Encodes an event as a line. @param at seconds since the beginning */
export function eventLine(at: number, code: CastCode, data: string): string {
  return `[${at.toFixed(6)}, "${code}", ${JSON.stringify(data)}]\n`;
}

/** Parses the header line. @throws {RecordingError} `recording.format` */
export function readHeader(line: string): CastHeader {
  try {
    return header.parse(JSON.parse(line));
  } catch (error) {
    throw new RecordingError('recording.format', 'the first line is no header of asciicast 2', { cause: error });
  }
}

/** Parses an event line; undefined for an invalid one, such as one torn by a crash, or an unknown code. */
export function readEvent(line: string): CastEvent | undefined {
  try {
    const [at, code, data] = event.parse(JSON.parse(line));
    return CODES.has(code) ? { at, code: code as CastCode, data } : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a size such as `80x24`; undefined if it is invalid. */
export function parseTerminalSize(data: string): Readonly<{ cols: number; rows: number }> | undefined {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(data);
  const cols = Number(match?.[1]);
  const rows = Number(match?.[2]);
  return cols >= 1 && cols <= 1000 && rows >= 1 && rows <= 1000 ? { cols, rows } : undefined;
}

/** Returns a whole recording without its typed input, for export. @throws {RecordingError} `recording.format` */
export function withoutInput(cast: string): string {
  const [first = '', ...lines] = cast.split('\n');
  const header = readHeader(first);
  const { clawreach } = header;
  // A torn line may contain typed input.
  const left = lines.filter((line) => {
    const event = readEvent(line);
    return event !== undefined && event.code !== 'i';
  });
  const about = clawreach === undefined ? {} : { clawreach: { ...clawreach, input: false } };
  return headerLine({ ...header, ...about }) + left.map((line) => `${line}\n`).join('');
}
