import type { AppApiClient, ServiceKind } from '#shared/app-api/index.ts';
import { interruptibleDelay, isConfirmed, viewAgent } from '../../control/index.ts';
import { AgentError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { keptLine } from './run.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/**
 * Longest wait for the agent to end, ms. The agent closes its links and terminals first, which takes up to five
 * seconds, and longer on a busy machine.
 */
const STOP_TIMEOUT = 15_000;
/** Longest wait for a call that the agent answers without any work, ms. */
const ANSWER_TIMEOUT = 10_000;
/** Interval between two checks whether the agent has ended, ms. */
const POLL_INTERVAL = 40;

/** Line with the command that keeps terminals. */
const KEEP = 'To keep them: `clawreach stop --keep-terminals`';

type StopOptions = CommonOptions & Readonly<{ keepTerminals?: boolean; yes?: boolean }>;

/**
 * Registers `clawreach stop`, which tells the running agent to end and waits until its control socket is gone. If no
 * agent is running, ends the terminals that a killed agent left.
 */
export const addStop: Registration = (program, run) => {
  const command = addCommand(program, 'stop', 'stop ClawReach on this machine', {
    description:
      'Stop the ClawReach that runs with this profile, and wait until it has stopped. This closes its connections and ends its terminals. With ' +
      '--keep-terminals, the terminals that run on this machine keep running for ten minutes, and the next start takes them over.',
    examples: [
      ['clawreach stop', ''],
      ['clawreach stop --keep-terminals', 'for an update; the next start takes them over'],
    ],
  });
  command
    .option('--keep-terminals', 'keep the terminals of this machine running')
    .option('-y, --yes', "don't ask whether terminals of other machines may end")
    .action((options: StopOptions) =>
      run(options, async (context) => {
        const { host, reporter } = context;
        const keepTerminals = options.keepTerminals === true;
        const client = keepTerminals ? await viewAgent(context) : await context.connect();
        if (client === undefined) {
          await endDetached(context);
          return EXIT.ok;
        }
        const { pid, terminals, service } = await inTime(context, (signal) =>
          client.call('status.get', {}, { signal }),
        );
        const ending =
          keepTerminals || terminals.serving === 0 ? undefined : await servedHere(context, client, terminals.serving);
        if (ending !== undefined && context.prompter.available) {
          const question = `${ending.words} here ${ending.count === 1 ? 'ends' : 'end'} too. Stop ClawReach?`;
          if (!(await isConfirmed(context, options, question, `Nothing was changed. ${KEEP}`))) return EXIT.failure;
        }
        // The agent may be gone before its answer arrives, which is fine.
        const input = keepTerminals ? { keepTerminals } : {};
        await inTime(context, (signal) => client.call('agent.stop', input, { signal })).catch((error: unknown) => {
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
          `ClawReach (pid ${pid}) has stopped.`,
          ...(kept > 0 ? [keptLine(kept)] : []),
          ...(ending === undefined ? [] : [`Ended ${ending.words}. ${KEEP}`]),
          ...serviceLines(service),
        );
        reporter.document({
          stopped: true,
          pid,
          ...(service === undefined ? {} : { service }),
          ...(keepTerminals ? { terminalsKept: kept } : {}),
        });
        return EXIT.ok;
      }),
    );
};

/** Returns how many terminals other machines have open here, in words that name the machines. */
async function servedHere(
  context: CommandContext,
  client: AppApiClient,
  count: number,
): Promise<Readonly<{ count: number; words: string }>> {
  const served = await inTime(context, (signal) => client.call('terminal.served', {}, { signal })).catch(() => []);
  const names = [...new Set(served.map(({ peerName }) => printable(peerName)))];
  const owners = names.length === 0 ? 'other machines' : names.join(', ');
  return { count, words: `${count === 1 ? '1 terminal' : `${count} terminals`} of ${owners}` };
}

/** Formats the hint that a service starts the agent again. */
function serviceLines(service: ServiceKind | undefined): readonly string[] {
  if (service === undefined) return [];
  return [
    'It was running as a service, which starts it again when you next sign in. Until then, start it with `clawreach run --detach`;',
    'any command that needs it starts it too. `clawreach service uninstall` removes the service.',
  ];
}

/**
 * Rejects if the agent doesn't answer within `ANSWER_TIMEOUT`: a hanging process still accepts connections.
 * @throws {AgentError} `agent.no-answer`
 */
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

/** Ends the terminals of an agent that was killed; they would otherwise wait for the next agent. */
async function endDetached({ host, profile, reporter }: CommandContext): Promise<void> {
  const terminalsEnded = await host.endTerminals(profile);
  reporter.lines(
    terminalsEnded === 0
      ? "ClawReach isn't running."
      : terminalsEnded === 1
        ? "ClawReach wasn't running. Ended the terminal it had left running."
        : `ClawReach wasn't running. Ended the ${terminalsEnded} terminals it had left running.`,
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
