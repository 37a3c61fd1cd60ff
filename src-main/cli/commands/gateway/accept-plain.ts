import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Asks whether to sign in to a gateway without TLS. @throws {ProblemError} `gateway.plain-unconfirmed` if the answer is
 * no, or no one can be asked
 */
export async function acceptPlain(
  { prompter, reporter }: CommandContext,
  host: string,
  options: Readonly<{ insecure?: boolean }>,
): Promise<void> {
  if (options.insecure === true) return;
  const refused = new ProblemError('gateway.plain-unconfirmed', { host }, '`--insecure` accepts the risk.');
  if (!prompter.available) throw refused;
  reporter.note(
    reporter.noteStyle.yellow(
      `${printable(host)} is addressed without TLS: anyone in the network on the way can read the token, and everything you do there.`,
    ),
  );
  if (!(await prompter.confirm('Send the token without encryption?'))) throw refused;
}
