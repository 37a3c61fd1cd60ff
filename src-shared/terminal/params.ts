import * as z from 'zod';
import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import { MAX_COLS, MAX_LISTING_BYTES, MAX_PROGRAM_CHARACTERS, MAX_ROWS, MAX_TITLE_CHARACTERS } from './limits.ts';
import { cleanTitle } from './messages.ts';
import { TerminalError } from './errors.ts';

/*
 * Parameters of OPEN for a `pty` stream, and of its answer. They are untrusted JSON of the other side, and are checked only here.
 */

/** Size of a terminal, in cells. */
const size = { cols: z.number().int().min(1).max(MAX_COLS), rows: z.number().int().min(1).max(MAX_ROWS) };

/** Name created by the target: 16 random bytes, hexadecimal. */
export const terminalName = z.string().regex(/^[0-9a-f]{32}$/);

const peerIdText = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** Argument of a program. `execve` ends it at a NUL, and a lone surrogate would become another character. */
export const argument = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0') && text.isWellFormed());

/** Absolute path on a disk of the target: `/srv`, `C:/srv`; no network path (`//host/share`). */
export const DIRECTORY = /^(?:\/(?![/\\])|[A-Za-z]:[/\\])[^\p{Cc}]*$/u;
export const directory = z
  .string()
  .max(4096)
  .regex(DIRECTORY)
  .refine((text) => text.isWellFormed());

/** Parameters of a `pty` stream. Each is shown to the person who decides, or listed as harmless (`stream-parameters.test.ts`). */
export const terminalParams = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('open'),
    ...size,
    /** TERM of the viewer. */
    term: z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/),
    /** Program and arguments instead of the login shell. */
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .refine((words) => words[0] !== '')
      .optional(),
    /** Working directory; the home folder if it is left out or doesn't exist. */
    directory: directory.optional(),
  }),
  z.strictObject({
    action: z.literal('attach'),
    terminal: terminalName,
    ...size,
    /** Takes the terminal over from another device of the same person; without it, a held terminal stays there. */
    takeOver: z.boolean().optional(),
  }),
  z.strictObject({
    action: z.literal('list'),
    /** Includes the running program of each. */
    programs: z.boolean().optional(),
    /** Only those that the requester shows now, which it holds anyway, so nobody is asked. */
    watched: z.boolean().optional(),
    /** Includes commands without a terminal. */
    commands: z.boolean().optional(),
  }),
  /** Watches a shared terminal, without any control over it. */
  z.strictObject({ action: z.literal('view'), terminal: terminalName }),
  /** Lists terminals that are shared with the requester. */
  z.strictObject({ action: z.literal('shared') }),
  /** Lets another peer of the target watch, or ends that; `peer` left out: for all. */
  z.strictObject({ action: z.literal('share'), terminal: terminalName, peer: peerIdText }),
  z.strictObject({ action: z.literal('unshare'), terminal: terminalName, peer: peerIdText.optional() }),
  /** From a target: the terminals shared with the receiver have changed. */
  z.strictObject({ action: z.literal('notice') }),
]);
export type TerminalParams = z.infer<typeof terminalParams>;

const openedReply = z.strictObject({ terminal: terminalName });
export type OpenedReply = z.infer<typeof openedReply>;

const deviceName = z.string().max(256);

const terminalListing = z.strictObject({
  terminal: terminalName,
  title: z.string().max(MAX_TITLE_CHARACTERS),
  /** Target's clock, ms since 1970. */
  startedAt: z.number().int().min(0),
  attached: z.boolean(),
  ...size,
  /** Name of the device that opened it, as the target calls it; null for the requester. */
  openedBy: deviceName.nullable(),
  /** Name of the device that holds it now: the one that opened it or took it over last. */
  heldBy: deviceName.nullable(),
  /** Foreground program other than the shell; left out while the shell waits, or if it is unknown. */
  program: z
    .string()
    .min(1)
    .max(MAX_PROGRAM_CHARACTERS)
    .refine((name) => name === cleanProgram(name))
    .optional(),
  /** Command without a terminal: its size has no meaning, and it can't be resumed. Listed on request only. */
  noTerminal: z.literal(true).optional(),
});
export type TerminalListing = z.infer<typeof terminalListing>;

const listing = z.array(terminalListing).max(256);

/** Cleans a program's name, which it chooses itself: removes what could control a terminal or hide text, and limits the length. */
export function cleanProgram(name: string): string {
  return cleanTitle(name.slice(0, MAX_PROGRAM_CHARACTERS)).trim();
}

/** @throws {TerminalError} `terminal.params` */
export function parseTerminalParams(value: unknown): TerminalParams {
  const parsed = terminalParams.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.params', describeIssue(parsed.error));
  return parsed.data;
}

/** @throws {TerminalError} `terminal.protocol` when a target answers with anything else */
export function parseOpenedReply(value: unknown): OpenedReply {
  const parsed = openedReply.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}

/** Encodes the body of a `listing` message, UTF-8 JSON: as many entries as fit, from the first. */
export function encodeListing(terminals: readonly TerminalListing[]): Uint8Array {
  const entries: string[] = [];
  // Brackets; each entry adds a comma.
  let length = 2;
  for (const terminal of terminals) {
    const entry = JSON.stringify(terminal);
    length += toUtf8(entry).length + 1;
    if (length > MAX_LISTING_BYTES) break;
    entries.push(entry);
  }
  return toUtf8(`[${entries.join(',')}]`);
}

/** @throws {TerminalError} `terminal.protocol` */
export function decodeListing(bytes: Uint8Array): readonly TerminalListing[] {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch (error) {
    throw new TerminalError('terminal.protocol', 'the listing is not JSON', { cause: error });
  }
  const parsed = listing.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}

/** Describes an invalid field by its path and rule, never by its value: a command line may contain a secret. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  return `${issue.path.map(String).join('.') || 'params'}: ${issue.code}`.slice(0, 200);
}
