import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { interruptibleDelay } from '../../control/index.ts';
import { describeProblem } from './format.ts';
import type { CommandContext } from '../registry.ts';

/** What a rule waits for is waited for here so long, and then told, ms. */
const MOMENT = 5000;
const POLL = 100;

/** The rule as it is when it runs, has failed, waits for a person here, or has not done any of that for a moment. */
export async function waitForForward(
  context: CommandContext,
  client: AppApiClient,
  before: ForwardView,
): Promise<ForwardView> {
  const { clock, interrupted } = context.host;
  const deadline = clock.monotonic() + MOMENT;
  let view = before;
  while (isUnderWay(view) && clock.monotonic() < deadline && !interrupted.aborted) {
    context.reporter.progress(
      view.problem === null ? 'Starting…' : (describeProblem(view.problem, context.host.clock.now())[0] ?? ''),
    );
    await interruptibleDelay(context, POLL);
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
