import * as z from 'zod';
import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import { MAX_COLS, MAX_LISTING_BYTES, MAX_ROWS, MAX_TITLE_CHARACTERS } from './limits.ts';
import { TerminalError } from './errors.ts';

/**
 * Params of OPEN for a `pty` stream, and of its answer. What arrives is a JSON value of a stranger: it is checked here and nowhere else.
 */
const size = { cols: z.number().int().min(1).max(MAX_COLS), rows: z.number().int().min(1).max(MAX_ROWS) };

/** A name made by the target: 16 random bytes, hexadecimal. */
const terminalName = z.string().regex(/^[0-9a-f]{32}$/);

/** An argument is passed on by `execve`, which ends it at a NUL. */
const argument = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0'));

const terminalParams = z.discriminatedUnion('action', [
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
  }),
  z.strictObject({
    action: z.literal('attach'),
    terminal: terminalName,
    ...size,
    /** Also from another device of the same person; without it, one that another device holds is left to that. */
    takeOver: z.boolean().optional(),
  }),
  z.strictObject({ action: z.literal('list') }),
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
});
export type TerminalListing = z.infer<typeof terminalListing>;

const listing = z.array(terminalListing).max(256);

/** @throws {TerminalError} `terminal.params` */
export function parseTerminalParams(value: unknown): TerminalParams {
  const parsed = terminalParams.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.params', describe(parsed.error));
  return parsed.data;
}

/** @throws {TerminalError} `terminal.protocol` when a target answers with anything else. */
export function parseOpenedReply(value: unknown): OpenedReply {
  const parsed = openedReply.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describe(parsed.error));
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
  if (!parsed.success) throw new TerminalError('terminal.protocol', describe(parsed.error));
  return parsed.data;
}

/** Where and what, never the value: a command line may hold a secret. */
function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  return `${issue.path.map(String).join('.') || 'params'}: ${issue.code}`.slice(0, 200);
}
