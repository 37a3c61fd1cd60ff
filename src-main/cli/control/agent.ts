import type { AppApiClient } from '#shared/app-api/index.ts';
import { AgentError, InterruptedError, UsageError } from '../errors.ts';
import type { BackgroundOptions } from '../host/index.ts';
import type { CommandContext } from './context.ts';

/**
 * Longest wait for a new agent to answer, ms, as long as it runs. A start usually takes less than a second, but several
 * on a small computer with a slow disk, and minutes on a busy one.
 */
const START_TIMEOUT = 180_000;
/** Time after which the person is told that the agent still starts, ms. */
const SHOW_START_AFTER = 2000;
/** Interval between two attempts to connect to the new agent, ms. */
const POLL_INTERVAL = 40;
/** The same for an agent that takes long to start, ms. */
const SLOW_POLL_INTERVAL = 250;
/**
 * Longest further wait after our agent has ended, ms. It ends if another command started an agent at the same moment;
 * that one answers instead.
 */
const RIVAL_TIMEOUT = 1500;
/**
 * Connects to the running agent of this profile, for commands that only show something or make no sense without one: they don't
 * start what a person has stopped.
 * @throws {UsageError} `usage.no-profile`
 * @throws {AgentError} `control.not-running`
 */
export async function viewAgent(context: CommandContext): Promise<AppApiClient> {
  const running = await context.connect();
  if (running !== undefined) return running;
  const { host, profile } = context;
  if (!(await host.hasProfile(profile)))
    throw new UsageError('usage.no-profile', 'there is no such profile', { details: { path: profile } });
  throw new AgentError('control.not-running', 'no agent is running', { details: { path: profile } });
}

/**
 * Lets work read what this profile has recorded, also while no agent is running: after a crash or a stop, people look there. Starts no agent.
 * @throws {UsageError} `usage.no-profile`
 */
export async function readRecords<T>(context: CommandContext, work: (client: AppApiClient) => Promise<T>): Promise<T> {
  const running = await context.connect();
  if (running !== undefined) return await work(running);
  const { host, profile } = context;
  if (!(await host.hasProfile(profile)))
    throw new UsageError('usage.no-profile', 'there is no such profile', { details: { path: profile } });
  const idle = await host.createIdleAgent(profile);
  try {
    return await work(idle.client);
  } finally {
    await idle.close();
  }
}

/** Options for starting an agent. With `quiet`, no line about it is printed. */
export type StartOptions = Omit<BackgroundOptions, 'profile'> & Readonly<{ quiet?: boolean }>;

/**
 * Connects to the agent of this profile. If none is running, starts one in the background and prints a line about it on
 * stderr.
 * @param options.createsProfile true for commands that may create the profile; the others fail if it doesn't exist
 * @throws {UsageError} `usage.no-profile`
 * @throws {AgentError} `agent.start-failed`
 * @throws {InterruptedError}
 */
export async function ensureAgent(
  context: CommandContext,
  { createsProfile = false, ...options }: StartOptions & Readonly<{ createsProfile?: boolean }> = {},
): Promise<AppApiClient> {
  const running = await context.connect();
  if (running !== undefined) return running;
  const { host, profile } = context;
  if (!createsProfile && !(await host.hasProfile(profile)))
    throw new UsageError('usage.no-profile', 'there is no such profile', { details: { path: profile } });
  return (await startAgent(context, options)).client;
}

/**
 * Starts an agent as a process that outlives this command, creates its profile if needed, and connects to it.
 * @throws {AgentError} `agent.start-failed` with the details `log` and `reason`; `agent.starting` if it hasn't answered, but lives
 * @throws {InterruptedError}
 */
export async function startAgent(
  context: CommandContext,
  { quiet = false, ...options }: StartOptions = {},
): Promise<Readonly<{ client: AppApiClient; pid: number; logFile: string }>> {
  const { host, reporter, profile } = context;
  await host.prepareProfile(profile);
  const agent = await host.startAgent({ profile, ...options });
  let exit: number | null | undefined;
  const began = host.clock.monotonic();
  let deadline = began + START_TIMEOUT;
  void agent.exited.then((code) => {
    exit = code;
    deadline = host.clock.monotonic() + RIVAL_TIMEOUT;
  });
  for (;;) {
    const client = await context.connect();
    if (client !== undefined) {
      reporter.clearProgress();
      // If two commands start an agent at once, the second agent finds the first and ends. One of them answers in any
      // case.
      const how =
        exit === undefined
          ? `Started ClawReach in the background (pid ${agent.pid}, log ${agent.logFile}).`
          : 'Another command has just started ClawReach.';
      if (!quiet) reporter.note(reporter.noteStyle.dim(how));
      return { client, pid: agent.pid, logFile: agent.logFile };
    }
    if (host.interrupted.aborted) throw new InterruptedError();
    if (host.clock.monotonic() > deadline) {
      if (exit === undefined)
        throw new AgentError('agent.starting', 'the agent is still starting', {
          details: { pid: agent.pid, log: agent.logFile },
        });
      const reason = `it ended with code ${exit}`;
      throw new AgentError('agent.start-failed', 'the agent did not start', {
        details: { log: agent.logFile, reason },
      });
    }
    const isSlow = host.clock.monotonic() - began > SHOW_START_AFTER;
    if (isSlow) reporter.progress('Starting ClawReach…');
    await interruptibleDelay(context, isSlow ? SLOW_POLL_INTERVAL : POLL_INTERVAL);
  }
}

/** Waits for some milliseconds. Returns early, without an error, when the command is interrupted. */
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
