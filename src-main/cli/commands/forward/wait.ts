import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { interruptibleDelay } from '../../control/index.ts';
import { describeProblem } from './format.ts';
import type { CommandContext } from '../registry.ts';

/** Longest wait for a forward to run or fail, ms. */
const MAX_WAIT = 5000;
/** Interval between two calls that read the forward's state, ms. */
const POLL_INTERVAL = 100;

/**
 * Asks the agent for the forward's state until it runs, fails or waits for an answer from this machine's user, for up to five seconds. Shows progress
 * meanwhile and returns the latest state. Used after every call that makes the agent start a forward.
 */
export async function waitForForward(
  context: CommandContext,
  client: AppApiClient,
  started: ForwardView,
): Promise<ForwardView> {
  const { clock, interrupted } = context.host;
  const deadline = clock.monotonic() + MAX_WAIT;
  let view = started;
  while (isUnderWay(view) && clock.monotonic() < deadline && !interrupted.aborted) {
    context.reporter.progress(
      view.problem === null ? 'Starting…' : (describeProblem(view.problem, context.host.clock.now())[0] ?? ''),
    );
    await interruptibleDelay(context, POLL_INTERVAL);
    const views = await client.call('forwards.list', {}, { signal: interrupted });
    const found = views.find(({ id }) => id === started.id);
    if (found === undefined) throw new ClawReachError('forward.unknown', 'the forward was removed');
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
