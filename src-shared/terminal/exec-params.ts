import * as z from 'zod';
import { TerminalError } from './errors.ts';
import { argument, describeIssue, directory, terminalName } from './params.ts';
import { safeParse } from '../safe-parse.ts';

/** Pipes of a command that runs without a terminal. Each has its own stream. */
export const EXEC_PIPES = ['stdin', 'stdout', 'stderr'] as const;
export type ExecPipe = (typeof EXEC_PIPES)[number];

/** Signals that a caller may send to a command. */
export const EXEC_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type ExecSignal = (typeof EXEC_SIGNALS)[number];

/** Text shown and logged for such a command in place of a TERM. The space prevents confusion with a real TERM. */
export const NO_TERMINAL = 'no terminal';

/** Params in the OPEN frame of an `exec` stream, for a command without a terminal. They are untrusted and are validated only here. */
export const execParams = z.discriminatedUnion('action', [
  /** Starts a command. The stream then carries signals and the end (`exec-messages.ts`). If the stream ends, the command is ended. */
  z.strictObject({
    action: z.literal('start'),
    /** Program and arguments. Undefined: the login shell, which reads commands from its input. */
    command: z
      .array(argument)
      .min(1)
      .max(256)
      .refine((words) => words[0] !== '')
      .optional(),
    /** Working directory. Undefined: the home folder. A shell also starts there if the directory doesn't exist. */
    directory: directory.optional(),
  }),
  /** Carries one pipe of a started command as plain bytes, in one direction. Each pipe can be requested once. */
  z.strictObject({ action: z.literal('pipe'), exec: terminalName, pipe: z.enum(EXEC_PIPES) }),
]);
export type ExecParams = z.infer<typeof execParams>;

const execReply = z.strictObject({ exec: terminalName });
/** Params of the answer to `start`: the ID of the command. */
export type ExecReply = z.infer<typeof execReply>;

/** Validates the params. @throws {TerminalError} `terminal.params` */
export function parseExecParams(value: unknown): ExecParams {
  const parsed = safeParse(execParams, value);
  if (!parsed.success) throw new TerminalError('terminal.params', describeIssue(parsed.error));
  return parsed.data;
}

/** Validates the answer. @throws {TerminalError} `terminal.protocol` if the target answers with anything else */
export function parseExecReply(value: unknown): ExecReply {
  const parsed = safeParse(execReply, value);
  if (!parsed.success) throw new TerminalError('terminal.protocol', describeIssue(parsed.error));
  return parsed.data;
}
