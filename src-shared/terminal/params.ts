import * as z from 'zod';
import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import {
  MAX_COLS,
  MAX_FOLDER_CHARACTERS,
  MAX_LISTING_BYTES,
  MAX_PROGRAM_CHARACTERS,
  MAX_ROWS,
  MAX_TITLE_CHARACTERS,
} from './limits.ts';
import { guestReportFields } from './guest-report.ts';
import { cleanTitle } from './messages.ts';
import { TerminalError } from './errors.ts';
import { safeParse } from '../safe-parse.ts';

/** Size of a terminal in cells. */
const size = { cols: z.number().int().min(1).max(MAX_COLS), rows: z.number().int().min(1).max(MAX_ROWS) };

/** Terminal ID, created by the target: 16 random bytes, hexadecimal. */
export const terminalName = z.string().regex(/^[0-9a-f]{32}$/);

const peerIdText = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** Argument of a program. Rejects NUL, at which `execve` would cut the argument, and lone surrogates, which would become another character. */
export const argument = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0') && text.isWellFormed());

/** Absolute path on the target's disk, such as `/srv` or `C:/srv`, but no network path (`//host/share`). */
export const DIRECTORY = /^(?:\/(?![/\\])|[A-Za-z]:[/\\])[^\p{Cc}]*$/u;
/** Working directory on the target. */
export const directory = z
  .string()
  .max(4096)
  .regex(DIRECTORY)
  .refine((text) => text.isWellFormed());

/** Shell on the target: a bare name, or an absolute path. */
export const SHELL = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,63}|(?:\/(?![/\\])|[A-Za-z]:[/\\])[^\p{Cc}]{1,255})$/u;

/**
 * Params in the OPEN frame of a `pty` stream: the request for a terminal. They are untrusted JSON of a peer and are validated only here. A person who
 * must decide sees each param, unless it is listed as harmless (`stream-parameters.test.ts`).
 */
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
    /** Working directory; the home folder if undefined or missing. */
    directory: directory.optional(),
    /** Shell instead of the login shell. The target refuses programs that it doesn't know as shells. Not with `command`. */
    shell: z
      .string()
      .max(256)
      .regex(SHELL)
      .refine((text) => text.isWellFormed())
      .optional(),
    /** The answer tells if the directory doesn't exist. */
    tellFolder: z.boolean().optional(),
  }),
  z.strictObject({
    action: z.literal('attach'),
    terminal: terminalName,
    ...size,
    /** Takes the terminal over from another device of the same person. If undefined, a terminal that another device holds stays there. */
    takeOver: z.boolean().optional(),
  }),
  z.strictObject({
    action: z.literal('list'),
    /** Includes the running program of each terminal. */
    programs: z.boolean().optional(),
    /** Lists only the terminals that the requester shows now. It holds them already, so no person is asked. */
    watched: z.boolean().optional(),
    /**
     * Lists only the requester's own terminals and commands, those that it left running too. Each was approved for it, so no person is asked. Unknown to
     * older versions.
     */
    own: z.boolean().optional(),
    /** Includes commands without a terminal. */
    commands: z.boolean().optional(),
    /** With `programs`, and `watched` or `own`: includes the program in the foreground, also a shell, and its folder. */
    folders: z.boolean().optional(),
    /** Only false: no person requested this list, so none is asked. Undecided, it is refused with `rights.unasked`. */
    ask: z.literal(false).optional(),
  }),
  /** Watches a terminal that is shared with the requester, without control over it. */
  z.strictObject({ action: z.literal('view'), terminal: terminalName }),
  /** Lists the terminals that are shared with the requester. */
  z.strictObject({ action: z.literal('shared') }),
  /** Lets another peer of the target watch the terminal. `unshare` ends that; for all peers if `peer` is undefined. */
  z.strictObject({ action: z.literal('share'), terminal: terminalName, peer: peerIdText }),
  z.strictObject({ action: z.literal('unshare'), terminal: terminalName, peer: peerIdText.optional() }),
  /** Sent by a target: the terminals shared with the receiver have changed. */
  z.strictObject({ action: z.literal('notice') }),
  /** Reports what happens to a share link that the requester has made to a terminal which it holds here. */
  z.strictObject({ action: z.literal('guests'), terminal: terminalName, ...guestReportFields }),
]);
export type TerminalParams = z.infer<typeof terminalParams>;

const openedReply = z.strictObject({
  terminal: terminalName,
  /** The requested directory doesn't exist; the shell has started in the home folder. Only on request. */
  noFolder: z.literal(true).optional(),
});
/** Params of the answer to `open` and `attach`: the ID of the terminal. */
export type OpenedReply = z.infer<typeof openedReply>;

const deviceName = z.string().max(256);

const folderText = directory.max(MAX_FOLDER_CHARACTERS);

/** Program in the foreground of a terminal, which may be its shell, as the target's system tells it. */
export const foregroundView = z.strictObject({
  program: z
    .string()
    .min(1)
    .max(MAX_PROGRAM_CHARACTERS)
    .refine((name) => name === cleanProgram(name)),
  /** Working directory of the program; undefined if the system doesn't tell it. */
  folder: folderText.optional(),
  /** Home folder of the account on the target. */
  home: folderText.optional(),
});
export type ForegroundView = z.infer<typeof foregroundView>;

const terminalListing = z.strictObject({
  terminal: terminalName,
  title: z.string().max(MAX_TITLE_CHARACTERS),
  /** Time on the target's clock, ms since 1970. */
  startedAt: z.number().int().min(0),
  attached: z.boolean(),
  ...size,
  /** Name of the device that opened the terminal, as the target calls it; null for the requester. */
  openedBy: deviceName.nullable(),
  /** Name of the device that holds the terminal now: the one that opened it or took it over last. */
  heldBy: deviceName.nullable(),
  /** Foreground program other than the shell; undefined while the shell waits for input, or if unknown. */
  program: z
    .string()
    .min(1)
    .max(MAX_PROGRAM_CHARACTERS)
    .refine((name) => name === cleanProgram(name))
    .optional(),
  /** Listed only on request, and only if the target's system tells it. */
  foreground: foregroundView.optional(),
  /** Set for a command that runs without a terminal: its size has no meaning, and no device can resume it. Listed only on request. */
  noTerminal: z.literal(true).optional(),
});
/** Entry of a listing: a terminal on the target. */
export type TerminalListing = z.infer<typeof terminalListing>;

const listing = z.array(terminalListing).max(256);

/** Makes a program's name safe to show: removes characters that control a terminal or are invisible, and limits the length. */
export function cleanProgram(name: string): string {
  return cleanTitle(name.slice(0, MAX_PROGRAM_CHARACTERS)).trim();
}

/** Validates the params. @throws {TerminalError} `terminal.params` */
export function parseTerminalParams(value: unknown): TerminalParams {
  const parsed = safeParse(terminalParams, value);
  if (!parsed.success) throw new TerminalError('terminal.params', describeIssue(parsed.error));
  return parsed.data;
}

/** Validates the answer. @throws {TerminalError} `terminal.protocol` if the target answers with anything else */
export function parseOpenedReply(value: unknown): OpenedReply {
  const parsed = safeParse(openedReply, value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}

/** Encodes the body of a `listing` message as JSON: the first entries, as many as fit. */
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

/** Decodes the body of a `listing` message. @throws {TerminalError} `terminal.protocol` */
export function decodeListing(bytes: Uint8Array): readonly TerminalListing[] {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch (error) {
    throw new TerminalError('terminal.protocol', 'the listing is not JSON', { cause: error });
  }
  const parsed = safeParse(listing, value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}

/** Describes an invalid field by its path and the violated rule, but not its value, because a command line may contain a secret. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  return `${issue.path.map(String).join('.') || 'params'}: ${issue.code}`.slice(0, 200);
}
