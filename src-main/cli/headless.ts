import { fstatSync, statSync } from 'node:fs';
import type { AppTransport } from '#shared/app-api/index.ts';
import { controlKeyFile, controlSocketPath, listenControlSocket } from '#node/control-socket/index.ts';
import { createLocalAgent, endDetachedTerminals } from '#local/index.ts';
import { createLogger, LOG_LEVELS, watchUnexpected, type LogLevel } from '#node/logging/index.ts';
import { limitYoungGeneration } from '#node/memory/index.ts';
import type { ClosingMode } from '#agent/index.ts';
import { agentLogFile } from './agent-log.ts';
import { AgentError, InterruptedError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { HeadlessOptions } from './headless-options.ts';

/** Limits for log lines that other machines can cause: below 100 MB a day. */
const LOG_BUDGET = { burst: 2000, perSecond: 3 };
/** Largest size of `agent.log` in bytes, and number of older files that are kept. */
const LOG_ROTATION = { maxBytes: 4 * 1024 * 1024, olderFiles: 2 };
/** Longest time for closing the agent before the process exits anyway, ms. */
const CLOSE_TIMEOUT = 7000;

/**
 * Returns the log level for a foreground agent: only errors in a terminal, where `run` prints everything else in words.
 */
function foregroundLevel(): LogLevel {
  return process.stderr.isTTY ? 'error' : 'warn';
}

/**
 * Tells whether stderr is `agent.log`, as for a background agent or a LaunchAgent. Then this process rotates the file.
 */
function writesOwnLog(profile: string): boolean {
  try {
    const [ours, log] = [fstatSync(2), statSync(agentLogFile(profile))];
    return ours.isFile() && ours.ino === log.ino && ours.dev === log.dev;
  } catch {
    return false;
  }
}

/**
 * Runs the agent in this process, without a window, until it is told to stop. Opens the profile's control socket, through which commands and windows
 * use the agent. Logs to stderr, or to `agent.log`, which it rotates. Loaded by main.ts for `clawreach run`. If the agent doesn't close in time, ends
 * the process.
 * @throws {ControlError} `control.in-use` if another process uses the profile
 * @throws {StoreError} if the profile can't be read or written, or one of its files is damaged
 * @throws {AgentError} `agent.fault` after an unexpected error, once everything is saved
 */
export async function runHeadless(options: HeadlessOptions): Promise<void> {
  limitYoungGeneration();
  const { profile, background } = options;
  const logger = createLogger({
    name: 'clawreach',
    level:
      LOG_LEVELS.find((level) => level === process.env['CLAWREACH_LOG_LEVEL']) ??
      (background ? 'info' : foregroundLevel()),
    destination: writesOwnLog(profile) ? { file: agentLogFile(profile), rotation: LOG_ROTATION } : 'stderr',
    budget: LOG_BUDGET,
  });
  const fault = new AbortController();
  watchUnexpected(process, logger, () => {
    fault.abort();
    // After a fault the process exits in any case, even before the agent exists.
    setTimeout(() => process.exit(EXIT.fault), CLOSE_TIMEOUT);
  });
  // Listen first: a second agent on the same profile must fail before it touches a file.
  const waiting: AppTransport[] = [];
  let serve = (transport: AppTransport): void => void waiting.push(transport);
  const listener = await listenControlSocket(
    controlSocketPath(profile),
    (transport) => serve(transport),
    controlKeyFile(profile),
  );
  try {
    const agent = await createLocalAgent({ ...options, logger });
    serve = (transport) => agent.serve(transport);
    for (const transport of waiting.splice(0)) serve(transport);
    agent.start();
    options.onReady(agent.status());
    const { reason, terminals } = await Promise.race([
      agent.stopRequested.then((request) => ({ reason: 'stop', ...request })),
      aborted(options.signal),
      // As after a crash, the next agent takes the terminals over.
      faulty(fault.signal),
    ]);
    const timer = setTimeout(() => {
      logger.error('the agent did not end in time', { reason });
      process.exit(fault.signal.aborted ? EXIT.fault : 1);
    }, CLOSE_TIMEOUT);
    const kept = await agent.close(reason, terminals);
    clearTimeout(timer);
    if (kept > 0) {
      logger.info('terminals go on without this agent', { terminals: kept });
      options.onTerminalsKept?.(kept);
    }
  } finally {
    await listener.close();
  }
  if (fault.signal.aborted) throw new AgentError('agent.fault', 'an unexpected error');
}

/** Ends the terminals that an agent of this profile left running. Loaded by main.ts for `clawreach stop`. Returns their number. */
export function endTerminals(profile: string): Promise<number> {
  return endDetachedTerminals(profile, createLogger({ name: 'clawreach', level: 'error', destination: 'stderr' }));
}

/** Reason why the agent ends, and what happens to its terminals. */
type End = Readonly<{ reason: string; terminals: ClosingMode }>;

function aborted(signal: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const end = (): void => resolve({ reason: 'signal', terminals: wasOrderedEnd(signal.reason) ? 'keep' : 'end' });
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}

function faulty(signal: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    const end = (): void => resolve({ reason: 'fault', terminals: 'keep' });
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}

/** Tells whether a program ended the process, rather than a person with Ctrl-C. */
function wasOrderedEnd(reason: unknown): boolean {
  return reason instanceof InterruptedError && reason.signal !== 'SIGINT';
}
