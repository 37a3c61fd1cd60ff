import type { AppApiClient, ForwardRule, ForwardView, PeerView } from '#shared/app-api/index.ts';
import { ProblemError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { nameWord } from '../machines/peer-format.ts';
import { allowThereLine, readAllowThere } from './allow-there.ts';
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
    const kept = `The forward was kept. To try again: \`clawreach forward restart ${word}\`. To delete it: \`clawreach forward remove ${word}\`.`;
    const hint = [...(await readAllowThere(context, client, view)), kept].join('\n');
    throw new ProblemError(problem.code, problem.details, hint);
  }
  reporter.document(view);
  const peer = await readPeer(context, client, rule);
  const answer = peer === undefined || state !== 'ready' ? undefined : answerThere(rule, peer);
  const word = answer === undefined ? stateWord(view) : `${stateWord(view)} here`;
  reporter.lines(
    `${reporter.style.bold(printable(rule.name))}: ${modeWord(rule)}, ${remoteEndText(view)}, ${word}`,
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
  if (state === 'waiting' && problem !== null)
    reporter.note(
      ...describeProblem(problem, context.host.clock.now()),
      ...(await readAllowThere(context, client, view)),
    );
  else if (peer !== undefined) await explainPeer(context, client, { rule, peer, answer });
  if (view.hostKey === null) return EXIT.ok;
  const command = `clawreach forward trust ${nameWord(rule.name, view.id)} ${view.hostKey.fingerprint}`;
  reporter.note(`Compare the fingerprint, then run: \`${command}\``);
  // A forward that is ready also works without this SSH server.
  return state === 'ready' ? EXIT.ok : EXIT.authentication;
}

/** Returns the peer that a forward leads to; undefined if it leads to none. */
async function readPeer(
  { host }: CommandContext,
  client: AppApiClient,
  rule: ForwardRule,
): Promise<PeerView | undefined> {
  const id = 'peer' in rule ? (rule.peer ?? null) : null;
  return id === null ? undefined : await client.call('peers.get', { peer: id }, { signal: host.interrupted });
}

/**
 * Prints a warning if the peer is offline, with what happens to the port meanwhile, and what it answers when a program first uses the forward,
 * with the command that allows it there.
 */
async function explainPeer(
  { reporter, host }: CommandContext,
  client: AppApiClient,
  { rule, peer, answer }: Readonly<{ rule: ForwardRule; peer: PeerView; answer: string | undefined }>,
): Promise<void> {
  if (!peer.online && !peer.linked) {
    // A port over there can't be opened yet.
    const meanwhile = isAtPeer(rule)
      ? 'The port there is opened once it is.'
      : 'The port stays open; connections wait up to 15 seconds for it.';
    reporter.note(reporter.noteStyle.yellow(`${printable(peer.name)} isn't reachable right now. ${meanwhile}`));
  }
  if (answer === undefined) return;
  const { device } = await client.call('status.get', {}, { signal: host.interrupted });
  reporter.note(answer, allowThereLine(rule, device.shortId));
}

/** Tells whether the port of a forward is at the peer. */
function isAtPeer(rule: ForwardRule): boolean {
  return 'direction' in rule && rule.direction === 'remote';
}

/** Says what its machine does at the first connection through a forward; undefined if that is allowed, or already answered. */
function answerThere(rule: ForwardRule, { name, rightsThere }: PeerView): string | undefined {
  // A port over there or an SSH tunnel is ready only after an answer.
  if (rule.kind === 'ssh-tunnel' || isAtPeer(rule)) return undefined;
  const shown = printable(name);
  switch (rightsThere?.rights.forward) {
    case 'allow':
      return undefined;
    case 'deny':
      return `${shown} lets this machine reach only targets that it allows.`;
    default:
      return `${shown} asks its user when a program first connects, unless it allows that already.`;
  }
}
