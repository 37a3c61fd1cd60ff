import type { AppApiClient, CallInput, ForwardView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { pause } from '../control/index.ts';
import { RuleError } from '../errors.ts';
import { describeProblem } from './relay-describe.ts';
import type { CommandContext } from './registry.ts';

/** What a rule waits for is waited for here so long, and then told, ms. */
const MOMENT = 5000;
const POLL = 100;
/** A new rule that fails for these is not kept: the person tries again with something else. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'forward.port-in-use',
  'forward.port-privileged',
  'forward.port-unavailable',
  'forward.address',
  'forward.listen-failed',
]);

/** The rule as it is when it runs, has failed, waits for a person here, or has not done any of that for a moment. */
export async function settled(
  context: CommandContext,
  client: AppApiClient,
  before: ForwardView,
): Promise<ForwardView> {
  const { clock, interrupted } = context.host;
  const deadline = clock.monotonic() + MOMENT;
  let view = before;
  while (isUnderWay(view) && clock.monotonic() < deadline && !interrupted.aborted) {
    context.reporter.progress(view.problem === null ? 'Starting…' : (describeProblem(view.problem)[0] ?? ''));
    await pause(context, POLL);
    const views = await client.call('forwards.list', {}, { signal: interrupted });
    const found = views.find(({ id }) => id === before.id);
    if (found === undefined) throw new ClawReachError('forward.unknown', 'the rule was removed');
    view = found;
  }
  context.reporter.clearProgress();
  return view;
}

function isUnderWay({ state, hostKey, auto }: ForwardView): boolean {
  if (state === 'starting') return true;
  if (state === 'waiting') return hostKey === null;
  return state === 'ready' && auto !== null && auto.way === null && auto.probes.some(({ works }) => works === null);
}

export type AddOptions = Readonly<{
  /** How the person says another port on the command line, for the message where the wanted one is taken. */
  otherPort(port: number): string;
}>;

/**
 * Adds a rule and waits a moment for it. A port that is taken is asked about on a terminal; without one the rule is not kept.
 * @throws {RuleError} why it cannot listen
 */
export async function addRule(
  context: CommandContext,
  client: AppApiClient,
  input: CallInput<'forwards.add'>,
  { otherPort }: AddOptions,
): Promise<ForwardView> {
  const added = await client.call('forwards.add', input, { signal: context.host.interrupted });
  let kept = false;
  try {
    const view = await settled(context, client, added);
    const { problem } = view;
    if (view.state !== 'failed' || problem === null || !NOT_KEPT.has(problem.code)) {
      kept = true;
      return view;
    }
    const free = Number(problem.details['free'] ?? 0);
    const isAsked = free > 0 && context.prompter.available;
    if (isAsked && (await context.prompter.confirm(`Port ${input.rule.listen.port} is taken. Use ${free} instead?`))) {
      const rule = { ...input.rule, listen: { ...input.rule.listen, port: free } };
      const changed = await settled(context, client, await client.call('forwards.update', { id: view.id, rule }));
      kept = true;
      return changed;
    }
    const hint = free > 0 ? `Port ${free} is free: \`${otherPort(free)}\`. Nothing was added.` : 'Nothing was added.';
    throw new RuleError(problem.code, problem.details, hint);
  } finally {
    // Interrupted, or refused: what was not kept does not come back with the next start either.
    if (!kept) await client.call('forwards.remove', { id: added.id }).catch(() => undefined);
  }
}
