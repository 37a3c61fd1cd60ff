import { ClawReachError } from '#shared/errors.ts';
import type { CommandContext } from './context.ts';
import { readStandardInput } from './standard-input.ts';

/** Longest code or link, UTF-16 units. */
const MOST = 16 * 1024;

export type HandedOver = Readonly<{
  /** As typed behind the command; `-` for the standard input. */
  argument: string | undefined;
  /** Environment variable that may hold it instead. */
  variable?: string;
  /** Question at a terminal. */
  question: string;
  /** Words of the command that asks for it. */
  command: string;
  /** A documented form of another program that takes it as an argument: warned about, never refused. */
  isTolerated?: boolean;
  /** True for text that lets somebody in; an address does not. */
  isSecret?(text: string): boolean;
}>;

/**
 * Reads what one person hands to another: a code, a link. Every user of a machine can read its command lines, so it comes from a question, the
 * standard input (`-`) or the environment. As an argument it is refused at a terminal, where it can be asked for, and warned about elsewhere.
 * @returns undefined where none was given
 * @throws {UsageError} `usage.secret-argument`; {InterruptedError}
 */
export async function readHandedOver(context: CommandContext, handed: HandedOver): Promise<string | undefined> {
  const { host, prompter, reporter } = context;
  const { argument, question, command, isTolerated = false, isSecret = () => true } = handed;
  if (argument === undefined) {
    const given = handed.variable === undefined ? undefined : host.variables[handed.variable];
    return given === undefined || given.trim() === '' ? undefined : given.trim();
  }
  if (argument === '-') {
    const text = prompter.available ? await prompter.ask(question) : await readStandardInput(context);
    return text.trim().slice(0, MOST);
  }
  if (!isSecret(argument)) return argument.trim();
  if (!isTolerated && host.stdin.isTTY === true)
    throw new ClawReachError('usage.secret-argument', 'a secret in the arguments', { details: { command } });
  reporter.warn(
    `every user of this machine can read the code in this command line, and use it first. Safer: \`${command}\`.`,
  );
  return argument.trim();
}
