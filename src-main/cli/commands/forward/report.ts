import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { RuleError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { nameWord } from '../machines/peer-format.ts';
import { askTrust } from './ask-trust.ts';
import { describeAuto, describeProblem, describeUse, formatMapping, modeWord, peerWord, stateWord } from './format.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Says what has become of a rule that was to run, and what to type in a program.
 * @param options.ask whether a person at a terminal is asked about an SSH server's key
 * @returns the exit code: 0 also while it waits for something that comes by itself
 * @throws {RuleError} why it does not run
 */
export async function reportForward(
  context: CommandContext,
  client: AppApiClient,
  given: ForwardView,
  { ask = true }: Readonly<{ ask?: boolean }> = {},
): Promise<number> {
  const { reporter } = context;
  const view = ask ? await askTrust(context, client, given) : given;
  const { rule, problem, state } = view;
  if (state === 'failed' && problem !== null && view.hostKey === null) {
    const hint = `The rule is kept: \`clawreach relay restart ${nameWord(rule.name, view.id)}\` tries again, \`relay remove\` drops it.`;
    throw new RuleError(problem.code, problem.details, hint);
  }
  reporter.document(view);
  reporter.lines(
    `${reporter.style.bold(printable(rule.name))}: ${modeWord(rule)}, ${peerWord(view)}, ${stateWord(view)}`,
    `From   ${formatMapping(view)}`,
    ...describeAuto(view),
    ...(state === 'failed' ? [] : describeUse(view)),
  );
  if (view.open) {
    reporter.note(
      reporter.noteStyle.yellow(
        `Warning: ${printable(rule.listen.host)} is open to other machines. Whoever reaches the port uses it as if it were this device.`,
      ),
    );
  }
  if (state === 'waiting' && problem !== null) reporter.note(...describeProblem(problem, context.host.clock.now()));
  else await tellIfAway(context, client, view);
  if (view.hostKey === null) return EXIT.ok;
  const word = `clawreach relay trust ${nameWord(rule.name, view.id)} ${view.hostKey.fingerprint}`;
  reporter.note(`Compare it, then: \`${word}\``);
  // A rule with another way works without that server.
  return state === 'ready' ? EXIT.ok : EXIT.authentication;
}

/** A port here is open whether its peer is there or not; who is about to use it wants to know. */
async function tellIfAway(context: CommandContext, client: AppApiClient, { rule }: ForwardView): Promise<void> {
  const id = 'peer' in rule ? rule.peer : null;
  if (id === null) return;
  const peer = await client.call('peers.get', { peer: id }, { signal: context.host.interrupted });
  if (peer.online || peer.linked) return;
  context.reporter.note(
    context.reporter.noteStyle.yellow(
      `${printable(peer.name)} is not reachable now. The port stays open; a connection waits up to 15 seconds for it.`,
    ),
  );
}
