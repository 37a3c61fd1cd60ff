import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Asks whether a gateway without TLS may be signed in to. @throws {ProblemError} `gateway.plain-unconfirmed` */
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
