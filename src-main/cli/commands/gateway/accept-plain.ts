import { ProblemError } from '../../errors.ts';
import { printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Asks whether to send a gateway's token without TLS. Returns if the person agrees or `--insecure` is given. Used by
 * `gateway add` and `gateway change`.
 * @param host the gateway's host, for the question
 * @throws {ProblemError} `gateway.plain-unconfirmed` if the person says no or can't be asked
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
      `Without TLS, anyone on the network between you and ${printable(host)} can read the token and everything you do there.`,
    ),
  );
  if (!(await prompter.confirm('Send the token unencrypted?'))) throw refused;
}
