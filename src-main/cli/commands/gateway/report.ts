import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { ProblemError } from '../../errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { askCertificate } from './ask-trust.ts';
import { rejectedSecret } from './secret.ts';
import { describeGateway, gatewayName } from './format.ts';
import { nameWord } from '../machines/peer-format.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Prints the state of a gateway after a connection attempt. In a terminal, asks about an untrusted certificate. Used by every command that makes the
 * agent connect.
 * @param given the gateway as the agent returned it
 * @param options.ask false if the certificate was already asked about
 * @returns the exit code: 0 also while the gateway's approval is pending
 * @throws {ProblemError} if the connection stopped
 */
export async function reportGateway(
  context: CommandContext,
  client: AppApiClient,
  given: GatewayView,
  { ask = true }: Readonly<{ ask?: boolean }> = {},
): Promise<number> {
  const { reporter, host } = context;
  const view = ask && given.certificate !== null ? await askCertificate(context, client, given) : given;
  reporter.document(view);
  const word = nameWord(view.settings.name, view.id);
  const stopped = [view.operator, view.node].find(({ state }) => state === 'stopped');
  if (view.certificate !== null && stopped?.problem) {
    const { fingerprint } = view.certificate;
    const hint = `The gateway was saved. After you compare the fingerprint: \`clawreach gateway trust ${word} --fingerprint ${fingerprint}\``;
    throw new ProblemError(stopped.problem.code, stopped.problem.details, hint);
  }
  if (stopped?.problem) throw new ProblemError(stopped.problem.code, stopped.problem.details, hintOf(view, word));
  reporter.lines(`${gatewayName(view)}:`, ...describeGateway(view, host.clock.now()).map((line) => `  ${line}`));
  const waiting = [view.operator, view.node].find(({ state }) => state === 'waiting');
  if (waiting?.problem)
    reporter.note(
      `The gateway was saved. Retrying automatically. To correct the address: \`clawreach gateway change ${word} --address …\`.`,
      `To remove the gateway: \`clawreach gateway remove ${word}\``,
    );
  return waiting?.problem ? exitCodeOf(waiting.problem.code) : EXIT.ok;
}

/** Returns the next step for a stopped gateway. */
function hintOf(view: GatewayView, word: string): string {
  const refused = rejectedSecret(view);
  const again = `The gateway was saved. \`clawreach gateway connect ${word}\``;
  const drop = '`clawreach gateway remove` removes it.';
  return refused === undefined
    ? `${again} tries again, ${drop}`
    : `${again} asks for a new ${refused} in a terminal, or takes it with \`--${refused}-file FILE\`; ${drop}`;
}
