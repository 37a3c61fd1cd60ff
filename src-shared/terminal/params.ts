import * as z from 'zod';
import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import { MAX_COLS, MAX_LISTING_BYTES, MAX_PROGRAM_CHARACTERS, MAX_ROWS, MAX_TITLE_CHARACTERS } from './limits.ts';
import { cleanTitle } from './messages.ts';
import { TerminalError } from './errors.ts';

/**
 * Params of OPEN for a `pty` stream, and of its answer. What arrives is a JSON value of a stranger: it is checked here and nowhere else.
 */
const size = { cols: z.number().int().min(1).max(MAX_COLS), rows: z.number().int().min(1).max(MAX_ROWS) };

/** A name made by the target: 16 random bytes, hexadecimal. */
export const terminalName = z.string().regex(/^[0-9a-f]{32}$/);

const peerIdText = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** An argument is passed on by `execve`, which ends it at a NUL; half a character would become another one on the way there. */
export const argument = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0') && text.isWellFormed());

/** Absolute, on a disk of the target: `/srv`, `C:/srv`; no name of another machine (`//host/share`). */
export const DIRECTORY = /^(?:\/(?![/\\])|[A-Za-z]:[/\\])[^\p{Cc}]*$/u;
export const directory = z
  .string()
  .max(4096)
  .regex(DIRECTORY)
  .refine((text) => text.isWellFormed());

/** Params of a `pty` stream. Every one is shown to the person who is asked, or named as harmless (`stream-parameters.test.ts`). */
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
    /** Where the program begins; the home folder where it is left out, or there is no such folder. */
    directory: directory.optional(),
  }),
  z.strictObject({
    action: z.literal('attach'),
    terminal: terminalName,
    ...size,
    /** Also from another device of the same person; without it, one that another device holds is left to that. */
    takeOver: z.boolean().optional(),
  }),
  z.strictObject({
    action: z.literal('list'),
    /** Each with the program that runs in it. */
    programs: z.boolean().optional(),
    /** Only those that the asker has before it now: they are its own already, and nobody is asked about that. */
    watched: z.boolean().optional(),
    /** Also commands that run without a terminal. */
    commands: z.boolean().optional(),
  }),
  /** Look on at a terminal that somebody shares: nothing can be done to it. */
  z.strictObject({ action: z.literal('view'), terminal: terminalName }),
  /** Those that are shared with the one who asks. */
  z.strictObject({ action: z.literal('shared') }),
  /** Let another peer of the target look on, or no more; `peer` left out: nobody any more. */
  z.strictObject({ action: z.literal('share'), terminal: terminalName, peer: peerIdText }),
  z.strictObject({ action: z.literal('unshare'), terminal: terminalName, peer: peerIdText.optional() }),
  /** From a target: what it shares with the one who is told has changed. */
  z.strictObject({ action: z.literal('notice') }),
]);
export type TerminalParams = z.infer<typeof terminalParams>;

const openedReply = z.strictObject({ terminal: terminalName });
export type OpenedReply = z.infer<typeof openedReply>;

const deviceName = z.string().max(256);

const terminalListing = z.strictObject({
  terminal: terminalName,
  title: z.string().max(MAX_TITLE_CHARACTERS),
  /** Milliseconds since 1970, clock of the target. */
  startedAt: z.number().int().min(0),
  attached: z.boolean(),
  ...size,
  /** What the target calls the device that opened it; null for the one that asks. */
  openedBy: deviceName.nullable(),
  /** The same of the device that has it now: the one that opened it, or took it over last. */
  heldBy: deviceName.nullable(),
  /** What runs in the foreground and is not the shell; left out where the shell waits for a command, or that is not known. */
  program: z
    .string()
    .min(1)
    .max(MAX_PROGRAM_CHARACTERS)
    .refine((name) => name === cleanProgram(name))
    .optional(),
  /** A command that runs without a terminal: its size means nothing, and nobody can take it up. Only for who asks for commands. */
  noTerminal: z.literal(true).optional(),
});
export type TerminalListing = z.infer<typeof terminalListing>;

const listing = z.array(terminalListing).max(256);

/** A program chooses its name as it does its title: what could drive a terminal, or hide text, is taken out, and the length is cut. */
export function cleanProgram(name: string): string {
  return cleanTitle(name.slice(0, MAX_PROGRAM_CHARACTERS)).trim();
}

/** @throws {TerminalError} `terminal.params` */
export function parseTerminalParams(value: unknown): TerminalParams {
  const parsed = terminalParams.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.params', describeIssue(parsed.error));
  return parsed.data;
}

/** @throws {TerminalError} `terminal.protocol` when a target answers with anything else. */
export function parseOpenedReply(value: unknown): OpenedReply {
  const parsed = openedReply.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}

/** UTF-8 JSON, the body of a `listing` message: as many as fit, from the first. */
export function encodeListing(terminals: readonly TerminalListing[]): Uint8Array {
  const entries: string[] = [];
  // Brackets; each entry brings a comma.
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

/** Where and what, never the value: a command line may hold a secret. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  return `${issue.path.map(String).join('.') || 'params'}: ${issue.code}`.slice(0, 200);
}
