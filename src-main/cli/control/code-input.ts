import { ClawReachError } from '#shared/errors.ts';
import type { CommandContext } from './context.ts';
import { readStandardInput } from './standard-input.ts';

/** Longest code or link, in UTF-16 code units. */
const MAX_LENGTH = 16 * 1024;

/** Sources of a pairing code, setup code or link, and the texts around the question. */
export type CodeInput = Readonly<{
  /** Argument of the command; `-` asks, or reads standard input. */
  argument: string | undefined;
  /** Environment variable that is read if there is no argument. */
  variable?: string;
  /** Question to ask in a terminal. */
  question: string;
  /** Command that asks for the text, for error and warning. */
  command: string;
  /** Ends the question with its reason. */
  signal?: AbortSignal;
  /** True to accept a secret argument even in a terminal, with a warning, for command lines of the relay connector. */
  isTolerated?: boolean;
  /** Tells whether the text is a secret; by default always. */
  isSecret?(text: string): boolean;
}>;

/**
 * Reads a code or link from a question, standard input or the environment, for `pair` and `gateway add`. A secret as an argument, which other users
 * of the machine can read, is rejected in a terminal, where the person can be asked. In a script it is accepted with a warning.
 * @returns undefined if none was given
 * @throws {ClawReachError} `usage.secret-argument`
 * @throws {InterruptedError}
 */
export async function readCodeInput(context: CommandContext, input: CodeInput): Promise<string | undefined> {
  const { host, prompter, reporter } = context;
  const { argument, question, command, signal, isTolerated = false, isSecret = () => true } = input;
  const given = host.variables[input.variable ?? '']?.trim() ?? '';
  if (argument === undefined) return given === '' ? undefined : given;
  if (argument === '-') {
    const text = prompter.available
      ? await prompter.ask(question, signal === undefined ? {} : { signal })
      : await readStandardInput(context);
    // An empty answer in a terminal is a person's; an empty pipe leaves the variable.
    return text.trim().slice(0, MAX_LENGTH) || (prompter.available ? '' : given);
  }
  if (!isSecret(argument)) return argument.trim();
  if (!isTolerated && host.stdin.isTTY === true)
    throw new ClawReachError('usage.secret-argument', 'a secret in the arguments', { details: { command } });
  reporter.warn(
    `other users of this machine can read the code in this command line and use it first. Safer: \`${command}\`.`,
  );
  return argument.trim();
}
