import type { AppApiClient, ForwardRule, ForwardView, PeerView } from '#shared/app-api/index.ts';
import { ProblemError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { nameWord } from '../machines/peer-format.ts';
import { askTrust } from './ask-trust.ts';
import {
  describeAuto,
  describeProblem,
  describeUse,
  formatMapping,
  modeWord,
  remoteEndText,
  stateWord,
} from './format.ts';
import type { CommandContext } from '../registry.ts';

/**
 * Prints the state of a forward that was just started, how a program uses it, and warnings. Used by every command that adds, enables or trusts a
 * forward.
 * @param given the forward as the agent returned it
 * @param options.ask true if an untrusted SSH key may be asked about
 * @returns the exit code: 0 also for a waiting forward that continues by itself
 * @throws {ProblemError} if the forward failed
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
    const word = nameWord(rule.name, view.id);
    const hint = `The forward was kept. To try again: \`clawreach forward restart ${word}\`. To delete it: \`clawreach forward remove ${word}\`.`;
    throw new ProblemError(problem.code, problem.details, hint);
  }
  reporter.document(view);
  reporter.lines(
    `${reporter.style.bold(printable(rule.name))}: ${modeWord(rule)}, ${remoteEndText(view)}, ${stateWord(view)}`,
    `From   ${formatMapping(view)}`,
    ...describeAuto(view),
    ...(state === 'failed' ? [] : describeUse(view)),
  );
  if (view.open) {
    reporter.note(
      reporter.noteStyle.yellow(
        `Warning: ${printable(rule.listen.host)} is open to other machines. Anyone who reaches the port can use it as this machine can.`,
      ),
    );
  }
  if (state === 'waiting' && problem !== null) reporter.note(...describeProblem(problem, context.host.clock.now()));
  else await warnAboutPeer(context, client, view);
  if (view.hostKey === null) return EXIT.ok;
  const command = `clawreach forward trust ${nameWord(rule.name, view.id)} ${view.hostKey.fingerprint}`;
  reporter.note(`Compare the fingerprint, then run: \`${command}\``);
  // A forward that is ready also works without this SSH server.
  return state === 'ready' ? EXIT.ok : EXIT.authentication;
}

/**
 * Prints a warning if the peer is offline, since the local port accepts connections anyway, and a note if its user is asked or the connection refused
 * when a program first uses the forward.
 */
async function warnAboutPeer(context: CommandContext, client: AppApiClient, { rule }: ForwardView): Promise<void> {
  const id = 'peer' in rule ? rule.peer : null;
  if (id === null) return;
  const peer = await client.call('peers.get', { peer: id }, { signal: context.host.interrupted });
  if (peer.online || peer.linked) {
    const note = answerThere(rule, peer);
    if (note !== undefined) context.reporter.note(note);
    return;
  }
  context.reporter.note(
    context.reporter.noteStyle.yellow(
      `${printable(peer.name)} isn't reachable right now. The port stays open; connections wait up to 15 seconds for it.`,
    ),
  );
}

/** Says what its machine does at the first connection through a forward; undefined if that is allowed, already answered or unknown. */
function answerThere(rule: ForwardRule, { name, rightsThere }: PeerView): string | undefined {
  // A port over there or an SSH tunnel is ready only after an answer.
  if (rule.kind === 'ssh-tunnel' || ('direction' in rule && rule.direction === 'remote')) return undefined;
  const shown = printable(name);
  switch (rightsThere?.rights.forward) {
    case 'ask':
      return `The user of ${shown} is asked when a program first connects, unless ${shown} allows it already.`;
    case 'deny':
      return `${shown} lets this machine reach only targets that it allows. Ask its user, or see \`clawreach targets\` there.`;
    default:
      return undefined;
  }
}
