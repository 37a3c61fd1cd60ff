import { cleanLine, cleanName, cleanProse, NAME_LIMIT } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Programs } from '#node/programs/index.ts';
import { InvokeError } from './errors.ts';
import { Budget } from './budget.ts';
import type { NodeLimits } from './limits.ts';
import type { PolicyStore } from './policy.ts';
import { PARAMS, readParams, type NotifyParams } from './run-params.ts';
import { describePlan, planRun } from './run-plan.ts';
import type { NodeCommand } from './declared-commands.ts';
import type { RunCall, SystemRun } from './system-run.ts';

/** Shows a notification to the person at this machine, or logs it where that isn't possible. */
export type ShowNotification = (notice: Readonly<{ title: string; body: string; isUrgent: boolean }>) => Promise<void>;

const MOST_BODY = 1000;
/** Node policy in the terms of OpenClaw, for gateways that ask before their own runs. */
const EXEC_POLICY = {
  ask: { security: 'allowlist', ask: 'on-miss' },
  deny: { security: 'allowlist', ask: 'off' },
  allow: { security: 'full', ask: 'off' },
} as const;

type Parts = Readonly<{
  programs: Programs;
  policy: PolicyStore;
  systemRun: SystemRun;
  notifier: ShowNotification;
  clock: Clock;
  limits: NodeLimits;
}>;

/**
 * Executor of the commands that this machine offers to gateways as a node. Runs programs through `SystemRun`, which asks the person where no rule or
 * policy decides, adds to the list of runs and writes the audit log. Also inspects programs and files, finds programs, lists folders and shows
 * notifications. Only inspections, with which each run begins, and notifications have a rate limit per gateway here. `Invocations` calls it.
 */
export class NodeCommands {
  readonly #parts: Parts;
  readonly #notices = new Map<string, Budget>();
  readonly #inspections = new Map<string, Budget>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Runs a command. @returns the reply's payload @throws {InvokeError} */
  async run(command: NodeCommand, params: unknown, call: RunCall): Promise<unknown> {
    const { programs, policy, systemRun } = this.#parts;
    switch (command) {
      case 'system.run':
        this.#countInspection(call);
        return await systemRun.run(readParams(PARAMS[command], params), call);
      case 'system.run.prepare': {
        this.#countInspection(call);
        const request = readParams(PARAMS[command], params);
        const plan = await planRun(request, programs);
        return { plan: describePlan(plan, request), execPolicy: EXEC_POLICY[policy.value.default] };
      }
      case 'system.which': {
        const { bins } = readParams(PARAMS[command], params);
        const found = await Promise.all(
          [...new Set(bins)].map(async (name) => [name, await programs.which(name)] as const),
        );
        return { bins: Object.fromEntries(found.filter(([, path]) => path !== undefined)) };
      }
      case 'system.notify':
        return await this.#notify(readParams(PARAMS[command], params), call);
      case 'fs.listDir': {
        const { path } = readParams(PARAMS[command], params);
        try {
          return await programs.listFolders(path === undefined || path === '' ? null : path, policy.value.folders);
        } catch (error) {
          if (!(error instanceof ClawReachError)) throw error;
          throw new InvokeError('INVALID_REQUEST', 'this folder is not shown by this machine', error);
        }
      }
      default:
        throw new InvokeError('INVALID_REQUEST', 'no such command');
    }
  }

  /** Drops the counters of a removed gateway. */
  forgetGateway(gateway: string): void {
    this.#notices.delete(gateway);
    this.#inspections.delete(gateway);
  }

  /** Counts an inspection, for which this machine may read megabytes. @throws {InvokeError} if there were too many */
  #countInspection({ gateway }: RunCall): void {
    const { clock, limits } = this.#parts;
    const budget = this.#inspections.get(gateway) ?? new Budget(limits.inspections, clock.monotonic());
    this.#inspections.set(gateway, budget);
    if (!budget.take(clock.monotonic())) throw new InvokeError('UNAVAILABLE', 'too many runs, one after the other');
  }

  async #notify(
    { title, body, priority }: NotifyParams,
    { gateway, gatewayName }: RunCall,
  ): Promise<Readonly<{ delivered: true }>> {
    const { clock, limits, notifier } = this.#parts;
    const budget = this.#notices.get(gateway) ?? new Budget(limits.notices, clock.monotonic());
    this.#notices.set(gateway, budget);
    if (!budget.take(clock.monotonic())) throw new InvokeError('UNAVAILABLE', 'too many notifications');
    const heading = cleanLine(title ?? '', NAME_LIMIT);
    const text = (body ?? '')
      .slice(0, 4 * MOST_BODY)
      .split(/\r?\n/)
      .map((line) => cleanProse(line, MOST_BODY))
      .join('\n');
    // The gateway's name always comes first, so that no text can pretend to come from another source.
    await notifier({
      title: `${cleanName(gatewayName)}: ${heading}`,
      body: cleanBody(text),
      isUrgent: priority === 'timeSensitive',
    });
    return { delivered: true };
  }
}

function cleanBody(text: string): string {
  return text.length <= MOST_BODY ? text : `${text.slice(0, MOST_BODY - 1).toWellFormed()}…`;
}
