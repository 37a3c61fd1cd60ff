import type { GatewayRequestDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RunApprover } from '../operator/index.ts';
import { InvokeError } from './errors.ts';
import { Budget } from './budget.ts';
import type { NodeLimits } from './limits.ts';
import { onceReason, ruleFor, type MissedRule, type PolicyStore } from './policy.ts';
import { commandText } from './run-plan.ts';
import type { RunPlan } from './run-plan.ts';

/** Source of a run's permission. */
export type AllowedBy = 'policy' | 'rule' | 'person';
/**
 * Reason of a denial. `limit`: a limit of this machine; `gone`: the gateway no longer waited; `changed`: a file
 * changed after the inspection.
 */
export type DeniedBy = 'policy' | 'person' | 'limit' | 'gone' | 'changed';

/** Error of a run that may not start. */
export class RunDenied extends InvokeError {
  readonly by: DeniedBy;

  constructor(by: DeniedBy, message: string, code: 'SYSTEM_RUN_DENIED' | 'UNAVAILABLE' = 'SYSTEM_RUN_DENIED') {
    super(code, message);
    this.by = by;
  }
}

/** Gateway, and its agent if known, that requests a run. `expiresAt`: Unix ms. */
export type RunRequester = Readonly<{ gateway: string; gatewayName: string; agent: string | null; expiresAt: number }>;

const MISSED: Readonly<Record<MissedRule, string>> = {
  old: 'The rule for this command was made by an older version, which checked less: it does not count any more.',
  changed: 'There is a rule for this command, but the program or a file has changed since.',
  variables: 'There is a rule for this command, but without variables.',
  unproved: 'There is a rule for this command, but it is no longer clear which files it loads.',
};

/**
 * Decides for `SystemRun` whether a run may start: by policy or rule, else by asking the person here, through `OperatorService`, which saves the
 * request and writes it to the audit log. Nothing that a gateway sends grants it. Saves a rule if the person always allows the run, and the time at
 * which a rule was last used.
 */
export class Permission {
  readonly #policy: PolicyStore;
  readonly #inbox: RunApprover;
  readonly #clock: Clock;
  readonly #limits: NodeLimits;
  readonly #createId: () => string;
  readonly #user: string;
  readonly #waiting = new Map<string, number>();
  readonly #questions = new Map<string, Budget>();

  constructor(
    options: Readonly<{
      policy: PolicyStore;
      inbox: RunApprover;
      clock: Clock;
      limits: NodeLimits;
      createId: () => string;
      /** Account under which programs run. */
      user: string;
    }>,
  ) {
    this.#policy = options.policy;
    this.#inbox = options.inbox;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#createId = options.createId;
    this.#user = options.user;
  }

  /** Waits until the run is allowed. @throws {RunDenied} */
  async require(plan: RunPlan, requester: RunRequester, signal: AbortSignal): Promise<AllowedBy> {
    const rule = this.#policy.find(plan, requester.gateway);
    if (rule !== undefined) {
      this.#policy.used(rule);
      return 'rule';
    }
    switch (this.#policy.value.default) {
      case 'allow':
        return 'policy';
      case 'deny':
        throw new RunDenied('policy', 'this machine runs nothing that it has no rule for');
      default:
        return await this.#ask(plan, requester, signal);
    }
  }

  /** Drops the counters of a removed gateway. */
  forgetGateway(gateway: string): void {
    this.#questions.delete(gateway);
  }

  async #ask(plan: RunPlan, requester: RunRequester, signal: AbortSignal): Promise<'person'> {
    const { gateway } = requester;
    const waiting = this.#waiting.get(gateway) ?? 0;
    if (waiting >= this.#limits.waiting)
      throw new RunDenied('limit', 'too many runs wait for the person at this machine', 'UNAVAILABLE');
    const budget = this.#questions.get(gateway) ?? new Budget(this.#limits.questions, this.#clock.monotonic());
    this.#questions.set(gateway, budget);
    if (!budget.take(this.#clock.monotonic()))
      throw new RunDenied('limit', 'the person at this machine was asked too often', 'UNAVAILABLE');
    this.#waiting.set(gateway, waiting + 1);
    let decision: GatewayRequestDecision;
    try {
      decision = await this.#inbox.ask(this.#question(plan, requester), signal);
    } catch {
      throw new RunDenied('gone', 'no one at this machine has answered');
    } finally {
      this.#waiting.set(gateway, (this.#waiting.get(gateway) ?? 1) - 1);
    }
    // Too late: the gateway no longer waits for this run.
    if (signal.aborted) throw new RunDenied('gone', 'no one at this machine has answered in time');
    if (decision === 'reject') throw new RunDenied('person', 'the person at this machine has refused it');
    budget.refill();
    const rule = decision === 'approve-always' ? ruleFor(plan, gateway, this.#createId()) : undefined;
    if (rule !== undefined) this.#policy.add(rule);
    return 'person';
  }

  #question(
    plan: RunPlan,
    { gateway, gatewayName, agent, expiresAt }: RunRequester,
  ): Parameters<RunApprover['ask']>[0] {
    const { environment, files, claimed } = plan;
    const missed = this.#policy.missed(plan, gateway);
    // One line each, shown in full; a run that can't be shown in full can only be rejected.
    const notes = [
      ...(claimed === null ? [] : [`The gateway calls it: ${claimed}`]),
      ...(missed === undefined ? [] : [MISSED[missed]]),
      ...programNotes(plan),
      ...files.map(({ isInterpreter, file }) => {
        const hash = file.sha256 === null ? '' : ` (SHA-256 ${file.sha256})`;
        return `${isInterpreter ? 'Interpreter' : 'File'}: ${commandText([file.path])}${hash}`;
      }),
      ...(plan.isCut ? ['It names more files than are looked at.'] : []),
      ...(environment.refused.length === 0 ? [] : [`Not set, though asked for: ${environment.refused.join(', ')}`]),
    ];
    const reason = onceReason(plan);
    const isStrange = claimed !== null || environment.refused.length > 0;
    return {
      gateway,
      gatewayName,
      who: agent ?? gatewayName,
      command: plan.text,
      argv: [...plan.argv],
      directory: plan.directory.path,
      environment: Object.entries(environment.variables).map(([name, value]) => `${name}=${shownValue(value)}`),
      program: plan.program.path,
      user: this.#user,
      agent,
      title: null,
      text: notes.length === 0 ? null : notes.join('\n'),
      severity: isStrange ? 'critical' : plan.isCodeRunner || plan.isCut ? 'warning' : 'info',
      decisions: reason === null ? ['approve', 'approve-always', 'reject'] : ['approve', 'reject'],
      ...(reason === null ? {} : { onceReason: reason }),
      expiresAt,
    };
  }
}

/** Returns a note about the path by which a program is called, which can determine the files it uses, if nothing else shows it. */
function programNotes({ argv, program: { path, namedAs } }: RunPlan): readonly string[] {
  if (namedAs === path || namedAs === argv[0]) return [];
  return [`Program: ${commandText([path])}, called as ${commandText([namedAs])}`];
}

function shownValue(value: string): string {
  return value === '' ? '' : commandText([value]);
}
