import * as z from 'zod';
import { TerminalError } from './errors.ts';
import { argument, describeIssue, directory, terminalName } from './params.ts';

/** Streams of a command without a terminal. */
export const EXEC_PIPES = ['stdin', 'stdout', 'stderr'] as const;
export type ExecPipe = (typeof EXEC_PIPES)[number];

/** Signals that a caller may send to a command. */
export const EXEC_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type ExecSignal = (typeof EXEC_SIGNALS)[number];

/** Shown and logged in place of a TERM; the blank keeps it from being a real one. */
export const NO_TERMINAL = 'no terminal';

/** Parameters of OPEN for an `exec` stream, a command without a terminal. They come from a stranger and are checked here only. */
export const execParams = z.discriminatedUnion('action', [
  /** Starts the command. The stream carries signals and the end (exec-messages.ts); its end ends the command. */
  z.strictObject({
    action: z.literal('start'),
    /** Program and arguments; left out: the login shell, which reads commands from its input. */
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .refine((words) => words[0] !== '')
      .optional(),
    /** Working directory; left out: the home folder. A shell also starts there if the directory doesn't exist. */
    directory: directory.optional(),
  }),
  /** Carries one of the command's streams as plain bytes in one direction; each can be requested once. */
  z.strictObject({ action: z.literal('pipe'), exec: terminalName, pipe: z.enum(EXEC_PIPES) }),
]);
export type ExecParams = z.infer<typeof execParams>;

const execReply = z.strictObject({ exec: terminalName });
export type ExecReply = z.infer<typeof execReply>;

/** @throws {TerminalError} `terminal.params` */
export function parseExecParams(value: unknown): ExecParams {
  const parsed = execParams.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.params', describeIssue(parsed.error));
  return parsed.data;
}

/** @throws {TerminalError} `terminal.protocol` when a target answers with anything else */
export function parseExecReply(value: unknown): ExecReply {
  const parsed = execReply.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}
