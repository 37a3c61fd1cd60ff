import { ClawReachError } from '#shared/errors.ts';
import type { CommandContext } from './context.ts';
import { readStandardInput } from './standard-input.ts';

/** Longest code or link, in UTF-16 code units. */
const MAX_LENGTH = 16 * 1024;

/** Sources of a code or link, and the texts around it. */
export type CodeInput = Readonly<{
  /** Argument of the command; `-` stands for standard input. */
  argument: string | undefined;
  /** Environment variable to read instead. */
  variable?: string;
  /** Question on a terminal. */
  question: string;
  /** Command line that asks for it, for the error message. */
  command: string;
  /** Accept it as an argument, with a warning, since another program documents that form. */
  isTolerated?: boolean;
  /** Tells whether the text grants access; an address doesn't. */
  isSecret?(text: string): boolean;
}>;

/**
 * Reads a code or link from a question, standard input (`-`) or the environment. As an argument, which all users of a
 * machine can read, it is rejected on a terminal, where it can be asked for, and accepted with a warning elsewhere.
 * @returns undefined if none was given
 * @throws {UsageError} `usage.secret-argument`
 * @throws {InterruptedError}
 */
export async function readCodeInput(context: CommandContext, input: CodeInput): Promise<string | undefined> {
  const { host, prompter, reporter } = context;
  const { argument, question, command, isTolerated = false, isSecret = () => true } = input;
  if (argument === undefined) {
    const given = input.variable === undefined ? undefined : host.variables[input.variable];
    return given === undefined || given.trim() === '' ? undefined : given.trim();
  }
  if (argument === '-') {
    const text = prompter.available ? await prompter.ask(question) : await readStandardInput(context);
    return text.trim().slice(0, MAX_LENGTH);
  }
  if (!isSecret(argument)) return argument.trim();
  if (!isTolerated && host.stdin.isTTY === true)
    throw new ClawReachError('usage.secret-argument', 'a secret in the arguments', { details: { command } });
  reporter.warn(
    `every user of this machine can read the code in this command line, and use it first. Safer: \`${command}\`.`,
  );
  return argument.trim();
}
