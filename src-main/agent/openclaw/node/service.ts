import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { NodeCapability, NodePolicy, NodeRule, NodeRun } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { Programs } from '#node/programs/index.ts';
import type { GatewayDirectory, NodeDeclaration } from '../gateways/index.ts';
import type { RunApprover } from '../operator/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { NodeCommands, type ShowNotification } from './commands.ts';
import { NodeError } from './errors.ts';
import { Invocations } from './invocations.ts';
import { NODE_LIMITS, type NodeLimits } from './limits.ts';
import { NodeLink } from './node-link.ts';
import { Permission } from './permission.ts';
import { anyArguments, PolicyStore, ruleFor, type NewRule } from './policy.ts';
import { RunLog } from './run-log.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import { declaredCommands } from './declared-commands.ts';
import { SystemRun } from './system-run.ts';

/** Options of `NodeService`. */
export type NodeServiceOptions = Readonly<{
  /** `node-policy.json` of the profile. */
  file: DocumentFile;
  programs: Programs;
  inbox: RunApprover;
  notifier: ShowNotification;
  audit: Pick<AuditLog, 'record'>;
  clock: Clock;
  logger: Logger;
  /** Returns the capabilities switched on for a gateway. */
  capabilities: (gateway: string) => readonly NodeCapability[];
  /** Called after the list of runs has changed. */
  onChange: () => void;
  limits?: Partial<NodeLimits>;
}>;

/**
 * This machine as a node of gateways: declares commands, handles them, and keeps the policy and, in memory, the list of runs. Reads and writes
 * `node-policy.json`; reads files and lists folders; asks the person here; runs programs; shows notifications; reports this machine's statistics to
 * gateways. Writes runs, and changes of the policy by the person's calls, to the audit log.
 */
export class NodeService {
  readonly #options: NodeServiceOptions;
  readonly #limits: NodeLimits;
  readonly #policy: PolicyStore;
  readonly #runs: RunLog;
  readonly #permission: Permission;
  readonly #commands: NodeCommands;
  readonly #invocations = new Map<string, Invocations>();
  readonly #unsubscribe: (() => void)[] = [];

  /** Loads the policy. @throws {StoreError} */
  constructor(options: NodeServiceOptions) {
    const { clock, programs, audit, inbox, notifier } = options;
    const limits = { ...NODE_LIMITS, ...options.limits };
    this.#options = options;
    this.#limits = limits;
    this.#policy = new PolicyStore(options);
    this.#runs = new RunLog({ clock, history: limits.history, changed: options.onChange });
    this.#permission = new Permission({
      policy: this.#policy,
      inbox,
      clock,
      limits,
      createId: randomUUID,
      user: programs.user,
    });
    const systemRun = new SystemRun({
      programs,
      permission: this.#permission,
      runs: this.#runs,
      audit,
      clock,
      limits,
    });
    this.#commands = new NodeCommands({ programs, policy: this.#policy, systemRun, notifier, clock, limits });
  }

  /** Returns what this machine declares when it connects to a gateway as its node. */
  declaration(gateway: string): NodeDeclaration {
    return declaredCommands(this.#options.capabilities(gateway));
  }

  /** Serves every connection of the role `node`. */
  attach(gateways: Pick<GatewayDirectory, 'onChannel' | 'onRemoved'>): void {
    const { clock, programs, logger, capabilities } = this.#options;
    this.#unsubscribe.push(
      gateways.onChannel('node', (channel) => {
        const gateway = channel.gatewayId;
        const invocations =
          this.#invocations.get(gateway) ??
          new Invocations({ commands: this.#commands, clock, logger, limits: this.#limits });
        this.#invocations.set(gateway, invocations);
        const commands = () => declaredCommands(capabilities(gateway)).commands;
        void new NodeLink({ channel, invocations, commands, programs, clock, logger });
      }),
      gateways.onRemoved((gateway) => this.#forget(gateway)),
    );
  }

  /** Current policy. */
  get policy(): NodePolicy {
    return this.#policy.value;
  }

  /** Replaces the policy. @throws {NodeError} `node.any-arguments`, `node.rules-full`; {StoreError} */
  setPolicy(policy: NodePolicy): NodePolicy {
    const now = this.#policy.set(policy);
    this.#options.audit.record('node.policy.changed', { default: now.default, rules: now.rules.length });
    return now;
  }

  /** Adds a rule for a program as found now, pinning the files that it loads: reads them, saves the rule and writes the audit log.
   * @param wanted.arguments null for any arguments
   * @param wanted.directory if omitted, any folder; or the home folder if the command depends on the folder or `unpinned` is set
   * @param wanted.unpinned allows a command that may load other files without pinning them; the person accepts the risk
   * @throws {NodeError} `node.program-unknown`, `node.any-arguments`, `node.unpinned`, `node.rules-full`; {StoreError}
   */
  async allow(
    wanted: Readonly<{
      program: string;
      arguments: readonly string[] | null;
      gateway: string | null;
      directory?: string | undefined;
      unpinned?: boolean | undefined;
    }>,
  ): Promise<NodeRule> {
    const { programs, audit } = this.#options;
    const { program: name, gateway, directory } = wanted;
    const isPath = /[/\\]/.test(name);
    if (isPath && !isAbsolute(name))
      throw new NodeError('node.program-unknown', 'a path has to be whole', { details: { program: name } });
    const plan = await planRun({ command: [name, ...(wanted.arguments ?? [])], cwd: directory }, programs).catch(
      (error: unknown) => {
        throw new NodeError('node.program-unknown', `${name} is not found`, {
          cause: error,
          details: { program: name },
        });
      },
    );
    const added = this.#policy.add(newRule(plan, wanted));
    audit.record('node.rule.added', {
      gateway,
      program: added.program,
      any: added.arguments === null,
      unpinned: added.unpinned === true,
    });
    return added;
  }

  /** Returns the runs, newest first. */
  runs(): readonly NodeRun[] {
    return this.#runs.list();
  }

  /** Cancels a run. @throws {NodeError} `node.run-over` if it isn't running */
  cancel(run: number): void {
    this.#runs.cancel(run);
  }

  /** Stops serving new connections. Running programs end with their connections. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }

  #forget(gateway: string): void {
    this.#invocations.delete(gateway);
    this.#permission.forgetGateway(gateway);
    this.#commands.forgetGateway(gateway);
    try {
      this.#policy.forgetGateway(gateway);
    } catch (error) {
      this.#options.logger.warn('the rules of a gateway stay', { errorCode: errorCode(error) });
    }
  }
}

/** Builds the rule that a person has asked for. @throws {NodeError} `node.any-arguments`, `node.unpinned` */
function newRule(
  plan: RunPlan,
  { arguments: words, gateway, directory, unpinned }: Parameters<NodeService['allow']>[0],
): NewRule {
  const [name = ''] = plan.argv;
  const { pinning, program } = plan;
  if (words === null && (unpinned === true || !pinning.isPinned || !pinning.takesAny)) throw anyArguments(name);
  if (unpinned === true) {
    const exactly = { program: program.path, name, arguments: plan.argv.slice(1), directory: plan.directory.path };
    return { id: randomUUID(), ...exactly, unpinned: true, gateway };
  }
  const rule = ruleFor(plan, gateway, randomUUID());
  if (rule === undefined || !pinning.isPinned)
    throw new NodeError('node.unpinned', `${name} may load files that no rule can cover`, {
      details: { command: cleanDetail(plan.text, 200) },
    });
  const { directory: folder, ...anywhere } = rule;
  const isBound = directory !== undefined || pinning.needsFolder;
  return { ...anywhere, arguments: words === null ? null : rule.arguments, ...(isBound ? { directory: folder } : {}) };
}
