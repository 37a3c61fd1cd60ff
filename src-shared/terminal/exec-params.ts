import * as z from 'zod';
import { TerminalError } from './errors.ts';
import { argument, describeIssue, directory, terminalName } from './params.ts';

/** The streams of a command that runs without a terminal. */
export const EXEC_PIPES = ['stdin', 'stdout', 'stderr'] as const;
export type ExecPipe = (typeof EXEC_PIPES)[number];

/** Signals that a caller may send to a command. */
export const EXEC_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type ExecSignal = (typeof EXEC_SIGNALS)[number];

/** What is shown and written down instead of a kind of terminal: none is called so, since a blank is in no TERM. */
export const NO_TERMINAL = 'no terminal';

/** Params of OPEN for an `exec` stream: a command without a terminal. A stranger sends them, and they are checked here and nowhere else. */
export const execParams = z.discriminatedUnion('action', [
  /** Starts the command. The stream carries signals and the end (exec-messages.ts); when it is over, the command is ended. */
  z.strictObject({
    action: z.literal('start'),
    /** Program and arguments; without them the login shell, which reads commands from its input. */
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .refine((words) => words[0] !== '')
      .optional(),
    /** Folder in which the program begins; the home folder where it is left out. A shell begins there also where there is no such folder. */
    directory: directory.optional(),
  }),
  /** Carries one of its streams, as plain bytes in one direction; each can be asked for once. */
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

/** @throws {TerminalError} `terminal.protocol` when a target answers with anything else. */
export function parseExecReply(value: unknown): ExecReply {
  const parsed = execReply.safeParse(value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}
