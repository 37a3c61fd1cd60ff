import type { AppApiClient } from '#shared/app-api/index.ts';
import { AgentError, InterruptedError, UsageError } from '../errors.ts';
import type { BackgroundOptions } from '../host/index.ts';
import type { CommandContext } from './context.ts';

/** A cold start takes well under a second; a small board with a cold disk several. Milliseconds. */
const START_TIMEOUT = 15_000;
const POLL_INTERVAL = 40;
/** How long another agent that was started at the same moment may take to answer, after ours has found it and ended. */
const RIVAL_TIMEOUT = 1500;

/**
 * The agent that runs for this profile.
 * @throws {AgentError} `control.not-running`
 */
export async function requireAgent(context: CommandContext): Promise<AppApiClient> {
  const client = await context.connect();
  if (client === undefined) {
    throw new AgentError('control.not-running', 'no agent is running', { details: { path: context.profile } });
  }
  return client;
}

/** How an agent is started; `quiet`: without a word. */
export type StartOptions = Omit<BackgroundOptions, 'profile'> & Readonly<{ quiet?: boolean }>;

/**
 * The agent of this profile, started in the background when none runs; says so in one line on stderr.
 * @param options.sets the command sets a device up: only then a profile is made where there is none
 * @throws {UsageError} `usage.no-profile`
 */
export async function ensureAgent(
  context: CommandContext,
  { sets = false, ...options }: StartOptions & Readonly<{ sets?: boolean }> = {},
): Promise<AppApiClient> {
  const running = await context.connect();
  if (running !== undefined) return running;
  const { host, profile } = context;
  if (!sets && !(await host.hasProfile(profile)))
    throw new UsageError('usage.no-profile', 'there is no such profile', { details: { path: profile } });
  return (await startAgent(context, options)).client;
}

/**
 * Starts an agent that outlives this command, and waits until it answers.
 * @throws {AgentError} `agent.start-failed` (details: log, reason)
 */
export async function startAgent(
  context: CommandContext,
  { quiet = false, ...options }: StartOptions = {},
): Promise<Readonly<{ client: AppApiClient; pid: number; logFile: string }>> {
  const { host, reporter, profile } = context;
  await host.prepareProfile(profile);
  const agent = await host.startAgent({ profile, ...options });
  let exit: number | null | undefined;
  let deadline = host.clock.monotonic() + START_TIMEOUT;
  void agent.exited.then((code) => {
    exit = code;
    deadline = host.clock.monotonic() + RIVAL_TIMEOUT;
  });
  for (;;) {
    const client = await context.connect();
    if (client !== undefined) {
      // Two commands at once may both have started one: the second agent found the first and ended. Either way one answers now.
      const how =
        exit === undefined
          ? `Started the agent in the background (pid ${agent.pid}, log ${agent.logFile}).`
          : 'Another command has just started the agent.';
      if (!quiet) reporter.note(reporter.noteStyle.dim(how));
      return { client, pid: agent.pid, logFile: agent.logFile };
    }
    if (host.interrupted.aborted) throw new InterruptedError();
    if (host.clock.monotonic() > deadline) {
      const reason = exit === undefined ? 'it did not answer in time' : `it ended with code ${exit}`;
      throw new AgentError('agent.start-failed', 'the agent did not start', {
        details: { log: agent.logFile, reason },
      });
    }
    await interruptibleDelay(context, POLL_INTERVAL);
  }
}

/** Waits `milliseconds`, or shorter when interrupted. */
export function interruptibleDelay(context: CommandContext, milliseconds: number): Promise<void> {
  const { clock, interrupted } = context.host;
  return new Promise((resolve) => {
    const timer = clock.setTimer(milliseconds, done);
    function done(): void {
      timer.cancel();
      interrupted.removeEventListener('abort', done);
      resolve();
    }
    interrupted.addEventListener('abort', done, { once: true });
    if (interrupted.aborted) done();
  });
}
