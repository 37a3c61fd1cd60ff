import type { NodeRun } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { ProgramEnd, Programs } from '#node/programs/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import { InvokeError } from './errors.ts';
import type { NodeLimits } from './limits.ts';
import { RunDenied, type AllowedBy, type Permission } from './permission.ts';
import type { RunParams } from './run-params.ts';
import { checkPrepared, planRun, type RunPlan } from './run-plan.ts';
import type { RunLog } from './run-log.ts';

/** Most characters of a command in the audit log, and of output in an event. */
const AUDITED = 2048;
const EVENT_OUTPUT = 20_000;

/** Reason why a run is ended before its program exits. */
export type EndReason = 'cancelled' | 'deadline' | 'disconnected' | 'person' | 'run-timeout';

/** Call of a command by a gateway. */
export type RunCall = Readonly<{
  gateway: string;
  gatewayName: string;
  /** Aborted with an `EndReason` as its reason. */
  signal: AbortSignal;
  /** Ends the run. */
  end: (reason: EndReason) => void;
  /** Time after which the gateway no longer waits, Unix ms. */
  expiresAt: number;
  /** Sends an event to the gateway; never fails. */
  event: (event: string, payload: Readonly<Record<string, unknown>>) => void;
}>;

type Parts = Readonly<{
  programs: Programs;
  permission: Permission;
  runs: RunLog;
  audit: Pick<AuditLog, 'record'>;
  clock: Clock;
  limits: NodeLimits;
}>;

/**
 * Handles `system.run`: starts exactly what was inspected and then allowed by the policy, a rule or a person here. Reads the files of a run, starts
 * one program for each, sends the gateway events about it, adds started and denied runs to the list of runs, and writes them to the audit log.
 */
export class SystemRun {
  readonly #parts: Parts;
  readonly #running = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Inspects, asks for permission, and runs. @returns the reply's payload @throws {InvokeError} */
  async run(params: RunParams, call: RunCall): Promise<Readonly<Record<string, unknown>>> {
    const { permission, programs } = this.#parts;
    const about = eventFields(params);
    let plan: RunPlan | undefined;
    try {
      plan = await planRun(params, programs);
      checkPrepared(plan, params.systemRunPlan);
      const requester = { ...call, agent: shown(params.agentId) };
      const by = await permission.require(plan, requester, call.signal);
      call.signal.throwIfAborted();
      return await this.#start(plan, params, call, by);
    } catch (error) {
      if (error instanceof InvokeError && error.invokeCode !== 'INVALID_REQUEST' && plan !== undefined) {
        this.#denied(plan, params, call, error);
        call.event('exec.denied', { ...about, command: plan.text, reason: error.message });
      }
      throw error;
    }
  }

  async #start(plan: RunPlan, params: RunParams, call: RunCall, by: AllowedBy): Promise<Record<string, unknown>> {
    const { programs, limits, runs, audit, clock } = this.#parts;
    const { gateway, gatewayName: name } = call;
    const running = this.#running.get(gateway) ?? 0;
    if (running >= limits.runs)
      throw new RunDenied('limit', 'too many programs of this gateway run here', 'UNAVAILABLE');
    this.#running.set(gateway, running + 1);
    const run = runs.add(runFields(plan, params, call), () => call.end('person'));
    const startedAt = clock.monotonic();
    audit.record('node.run.started', {
      gateway,
      name,
      run,
      command: cleanDetail(plan.text, AUDITED),
      program: plan.program.path,
      directory: plan.directory.path,
      variables: Object.keys(plan.environment.variables).join(' '),
      by,
    });
    const timer =
      params.timeoutMs === undefined
        ? undefined
        : clock.setTimer(Math.min(params.timeoutMs, limits.longestTimeout), () => call.end('run-timeout'));
    let end: ProgramEnd | undefined;
    let failure: unknown;
    try {
      const about = { ...eventFields(params), command: plan.text };
      call.event('exec.started', about);
      end = await programs.run(
        {
          program: plan.program,
          argv: plan.argv,
          directory: plan.directory,
          files: plan.files.map(({ file }) => file),
          environment: { ...programs.environment, ...plan.environment.variables },
          outputLimit: limits.output,
        },
        call.signal,
      );
      const result = resultOf(end, call.signal);
      call.event('exec.finished', { ...about, ...result, output: tail(end) });
      return result;
    } catch (error) {
      failure = error;
      const isChanged = error instanceof ClawReachError && error.code === 'program.changed';
      if (isChanged) throw new RunDenied('changed', 'what was to be run has changed since it was looked at');
      if (call.signal.aborted) throw new InvokeError('UNAVAILABLE', 'it was cancelled', error);
      throw new InvokeError('UNAVAILABLE', 'the program could not be started', error);
    } finally {
      timer?.cancel();
      this.#running.set(gateway, (this.#running.get(gateway) ?? 1) - 1);
      const outcome = outcomeOf(end, call.signal);
      runs.end(run, { outcome, exitCode: end?.exitCode ?? null, outputLength: end?.outputLength ?? 0 });
      audit.record('node.run.ended', {
        gateway,
        name,
        run,
        outcome,
        exitCode: end?.exitCode ?? null,
        signal: end?.signal ?? null,
        code: failure instanceof ClawReachError ? failure.code : null,
        seconds: Math.round((clock.monotonic() - startedAt) / 1000),
      });
    }
  }

  #denied(plan: RunPlan, params: RunParams, call: RunCall, error: InvokeError): void {
    // A run that had started is in the list already.
    const by = error instanceof RunDenied ? error.by : 'prepared';
    if (by === 'changed') return;
    if (!(error instanceof RunDenied) && error.invokeCode !== 'SYSTEM_RUN_DENIED') return;
    const { gateway, gatewayName: name } = call;
    this.#parts.runs.add(runFields(plan, params, call));
    this.#parts.audit.record('node.run.denied', { gateway, name, command: cleanDetail(plan.text, AUDITED), by });
  }
}

/** Returns the fields of a run that the list shows. */
function runFields(
  plan: RunPlan,
  params: RunParams,
  call: RunCall,
): Pick<NodeRun, 'gateway' | 'gatewayName' | 'command' | 'directory' | 'agent'> {
  return {
    gateway: call.gateway,
    gatewayName: call.gatewayName,
    command: plan.text,
    directory: plan.directory.path,
    agent: shown(params.agentId),
  };
}

function shown(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : cleanDetail(text, 256);
}

function eventFields(params: RunParams): Readonly<Record<string, unknown>> {
  const hasSession = params.sessionKey !== undefined && params.sessionKey !== '';
  return {
    ...(hasSession ? { sessionKey: params.sessionKey } : {}),
    runId: params.runId ?? '',
    host: 'node',
    // Without a session no one waits for the end. Without this flag the end would wake the gateway's agent, which costs a call of its model.
    suppressNotifyOnExit: params.suppressNotifyOnExit === true || !hasSession,
  };
}

function resultOf(end: ProgramEnd, signal: AbortSignal): Record<string, unknown> {
  const isTimeout = signal.aborted && signal.reason === 'run-timeout';
  const isSuccess = end.exitCode === 0 && !signal.aborted;
  const how = end.signal === null ? null : `ended by ${end.signal}`;
  return {
    exitCode: end.exitCode,
    timedOut: isTimeout,
    success: isSuccess,
    stdout: end.stdout,
    stderr: end.stderr,
    error: signal.aborted ? (ENDED[signal.reason as EndReason] ?? how) : how,
  };
}

const ENDED: Readonly<Record<EndReason, string>> = {
  cancelled: 'it was cancelled',
  deadline: 'it took longer than the command may',
  disconnected: 'the connection was lost',
  person: 'the person at this machine has ended it',
  'run-timeout': 'it took longer than it may',
};

function outcomeOf(end: ProgramEnd | undefined, signal: AbortSignal): NodeRun['outcome'] {
  if (signal.aborted)
    return signal.reason === 'deadline' || signal.reason === 'run-timeout' ? 'timed-out' : 'cancelled';
  return end === undefined ? 'failed' : 'finished';
}

function tail({ stdout, stderr }: ProgramEnd): string {
  const whole = stderr === '' ? stdout : `${stdout}\n${stderr}`;
  const cut = whole.slice(-EVENT_OUTPUT);
  // Never starts with the second half of a surrogate pair.
  const first = cut.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? cut.slice(1) : cut;
}
