import type { ServiceKind } from '#shared/app-api/index.ts';
import { interruptibleDelay, requireAgent } from '../../control/index.ts';
import { AgentError } from '../../errors.ts';
import { keptLine } from './run.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Longest wait for the agent to end, ms. It closes its links and terminals first, within about five seconds; a busy
 * machine needs longer.
 */
const STOP_TIMEOUT = 15_000;
/** Longest wait for an answer that takes the agent no time, ms. */
const ANSWER_TIMEOUT = 10_000;
const POLL_INTERVAL = 40;

type StopOptions = CommonOptions & Readonly<{ keepTerminals?: boolean }>;

export const addStop: Registration = (program, run) => {
  const command = addCommand(program, 'stop', 'end the agent of this profile', {
    description:
      'End the agent of this profile and wait until it is gone. Links and terminals that go through it end too, unless they are to be kept: ' +
      'then what peers run here goes on for ten minutes, and the next agent takes it over.',
    examples: [
      ['clawreach stop', ''],
      ['clawreach stop --keep-terminals', 'for an update; clawreach run takes them over'],
    ],
  });
  command.option('--keep-terminals', 'leave the terminals of this machine running').action((options: StopOptions) =>
    run(options, async (context) => {
      const { host, reporter } = context;
      const keepTerminals = options.keepTerminals === true;
      const client = keepTerminals ? await requireAgent(context) : await context.connect();
      if (client === undefined) return endDetached(context);
      const { pid, terminals, service } = await inTime(context, (signal) => client.call('status.get', {}, { signal }));
      // The agent may be gone before its answer arrives, which is fine.
      const wish = keepTerminals ? { keepTerminals } : {};
      await inTime(context, (signal) => client.call('agent.stop', wish, { signal })).catch((error: unknown) => {
        if (!isLost(error)) throw error;
      });
      const deadline = host.clock.monotonic() + STOP_TIMEOUT;
      for (;;) {
        if (!(await answers(context))) break;
        if (host.clock.monotonic() > deadline) {
          throw new AgentError('agent.stop-timeout', 'the agent did not end in time', { details: { pid } });
        }
        await interruptibleDelay(context, POLL_INTERVAL);
      }
      const kept = keepTerminals ? terminals.serving : 0;
      reporter.lines(
        `The agent (pid ${pid}) has stopped.`,
        ...(kept > 0 ? [keptLine(kept)] : []),
        ...serviceLines(service),
      );
      reporter.document({
        stopped: true,
        pid,
        ...(service === undefined ? {} : { service }),
        ...(keepTerminals ? { terminalsKept: kept } : {}),
      });
    }),
  );
};

/** Warns that a service will start its agent again. */
function serviceLines(service: ServiceKind | undefined): readonly string[] {
  if (service === undefined) return [];
  return [
    'It was the agent of a service, which starts it again at the next login. Until then `clawreach run --detach`, or any command that needs',
    'it, starts one. `clawreach service uninstall` removes the service.',
  ];
}

/** Rejects if the agent doesn't answer in time: its process hangs, but still accepts connections. @throws {AgentError} `agent.no-answer` */
async function inTime<Result>(
  { host, profile }: CommandContext,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const expired = new AbortController();
  const timer = host.clock.setTimer(ANSWER_TIMEOUT, () => expired.abort());
  try {
    return await call(AbortSignal.any([expired.signal, host.interrupted]));
  } catch (error) {
    if (!expired.signal.aborted) throw error;
    const seconds = ANSWER_TIMEOUT / 1000;
    throw new AgentError('agent.no-answer', 'the agent does not answer', { details: { seconds, path: profile } });
  } finally {
    timer.cancel();
  }
}

/** Ends terminals of an agent that was killed, which otherwise wait for the next one. */
async function endDetached({ host, profile, reporter }: CommandContext): Promise<void> {
  const terminalsEnded = await host.endTerminals(profile);
  if (terminalsEnded === 0)
    throw new AgentError('control.not-running', 'no agent is running', { details: { path: profile } });
  reporter.lines(
    terminalsEnded === 1
      ? 'No agent ran; the terminal that it had left has ended.'
      : `No agent ran; the ${terminalsEnded} terminals that it had left have ended.`,
  );
  reporter.document({ stopped: false, terminalsEnded });
}

async function answers({ host, profile }: CommandContext): Promise<boolean> {
  try {
    const client = await host.connect(profile);
    client?.close();
    return client !== undefined;
  } catch {
    // It is closing its socket right now.
    return true;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'control.lost';
}
