import { nodePolicy, type NodePolicy, type NodeRule, type OnceReason } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import { NodeError } from './errors.ts';
import { mayHaveAnyArguments } from './safe-programs.ts';
import type { RunPlan } from './run-plan.ts';

const MOST_RULES = 512;
/** Most files of a rule. */
const MOST_RULE_FILES = 64;
/** Most characters of the file. */
const MOST_TEXT = 1_048_576;
/** Shortest time between two saved uses of a rule, ms. */
const USE_INTERVAL = 3_600_000;

const DEFINITION: DocumentDefinition<NodePolicy> = {
  name: 'node policy',
  version: 1,
  schema: nodePolicy,
  migrations: {},
  initial: () => ({ default: 'ask', rules: [], folders: [] }),
};

/** Policy for what gateways may run on this machine: the default and the rules. Reads and writes `node-policy.json`. */
export class PolicyStore {
  readonly #store: DocumentStore<NodePolicy>;
  readonly #clock: Clock;
  readonly #logger: Logger;

  /** @throws {StoreError} */
  constructor(options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger }>) {
    this.#store = new DocumentStore(options.file, DEFINITION, options.logger);
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Current policy. */
  get value(): NodePolicy {
    return this.#store.value;
  }

  /**
   * Replaces the policy and saves it.
   * @throws {NodeError} `node.any-arguments`, `node.rules-full`; {StoreError}
   */
  set(policy: NodePolicy): NodePolicy {
    for (const rule of policy.rules) checkRule(rule);
    if (policy.rules.length > MOST_RULES || JSON.stringify(policy).length > MOST_TEXT)
      throw new NodeError('node.rules-full', 'too many rules', { details: { most: MOST_RULES } });
    this.#store.save(policy);
    return this.value;
  }

  /** Adds a rule, replacing one for the same command. @throws as `set` */
  add(rule: NewRule): NodeRule {
    const { rules } = this.value;
    const added: NodeRule = { ...rule, addedAt: this.#clock.now(), lastUsedAt: null };
    this.set({ ...this.value, rules: [...rules.filter((other) => !isSameCommand(other, added)), added] });
    return added;
  }

  /** Finds the rule that allows a run without a question. */
  find(plan: RunPlan, gateway: string): NodeRule | undefined {
    return this.value.rules.find((rule) => allows(rule, plan, gateway));
  }

  /** Explains why a rule for this command doesn't allow the run; undefined if there is no such rule. */
  missed(plan: RunPlan, gateway: string): MissedRule | undefined {
    const named = this.value.rules.filter((rule) => names(rule, plan, gateway));
    if (named.length === 0) return undefined;
    if (named.every((rule) => rule.name === undefined)) return 'old';
    return plan.environment.deciding.length > 0 ? 'variables' : plan.pinning.isPinned ? 'changed' : 'unproved';
  }

  /** Records the use of a rule; saved at intervals. */
  used(rule: NodeRule): void {
    const now = this.#clock.now();
    if (rule.lastUsedAt !== null && now - rule.lastUsedAt < USE_INTERVAL) return;
    const rules = this.value.rules.map((other) => (other.id === rule.id ? { ...other, lastUsedAt: now } : other));
    try {
      this.#store.save({ ...this.value, rules });
    } catch (error) {
      this.#logger.warn('the use of a rule was not written down', { errorCode: errorCode(error) });
    }
  }

  /** Removes the rules of a removed gateway. */
  forgetGateway(gateway: string): void {
    const rules = this.value.rules.filter((rule) => rule.gateway !== gateway);
    if (rules.length !== this.value.rules.length) this.#store.save({ ...this.value, rules });
  }
}

/** Reason why a rule doesn't apply: made by an older version, a file differs, variables are set, or the code that runs can't be proved. */
export type MissedRule = 'old' | 'changed' | 'variables' | 'unproved';

/** Rule before it is saved. */
export type NewRule = Omit<NodeRule, 'addedAt' | 'lastUsedAt'>;

/** Builds the rule for exactly this run; undefined without a proof that it runs the same code next time. */
export function ruleFor(plan: RunPlan, gateway: string | null, id: string): NewRule | undefined {
  const { pinning, program, argv, directory } = plan;
  const [name = ''] = argv;
  if (!pinning.isPinned || plan.environment.deciding.length > 0 || program.sha256 === null) return undefined;
  const files = pinnedFiles(plan);
  if (files === undefined) return undefined;
  return {
    id,
    program: program.path,
    name,
    sha256: program.sha256,
    arguments: argv.slice(1),
    directory: directory.path,
    ...(files.length === 0 ? {} : { files }),
    gateway,
  };
}

/** Explains why a run can only be allowed once; null if a rule can be made. */
export function onceReason(plan: RunPlan): OnceReason | null {
  if (plan.environment.deciding.length > 0) return 'environment';
  if (!plan.pinning.isPinned) return plan.pinning.reason;
  return ruleFor(plan, null, '') === undefined ? 'file' : null;
}

function pinnedFiles(plan: RunPlan): NonNullable<NodeRule['files']> | undefined {
  const files = plan.pinning.files.flatMap(({ file: { path, sha256 } }) => (sha256 === null ? [] : { path, sha256 }));
  return files.length === plan.pinning.files.length && files.length <= MOST_RULE_FILES ? files : undefined;
}

/** Reports whether a rule allows a run. Requires the proof again, unless the person chose a rule without one. */
function allows(rule: NodeRule, plan: RunPlan, gateway: string): boolean {
  if (rule.name === undefined || !names(rule, plan, gateway)) return false;
  // Rules don't cover variables that can change what the program does.
  if (plan.environment.deciding.length > 0) return false;
  if (rule.unpinned === true) return rule.arguments !== null && rule.directory !== undefined;
  const { pinning, program } = plan;
  if (!pinning.isPinned || (pinning.needsFolder && rule.directory === undefined)) return false;
  if (rule.arguments === null && !pinning.takesAny) return false;
  if (rule.sha256 === undefined || rule.sha256 !== program.sha256) return false;
  // An additional file counts as a change: it was missing or not read when the rule was made.
  return JSON.stringify(rule.files ?? []) === JSON.stringify(pinnedFiles(plan) ?? null);
}

/** Reports whether a rule is about this program, name, arguments, folder and gateway. */
function names(rule: NodeRule, plan: RunPlan, gateway: string): boolean {
  if (rule.program !== plan.program.path || (rule.gateway !== null && rule.gateway !== gateway)) return false;
  if (rule.name !== undefined && rule.name !== plan.argv[0]) return false;
  if (rule.directory !== undefined && rule.directory !== plan.directory.path) return false;
  return rule.arguments === null || isSame(rule.arguments, plan.argv.slice(1));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

/** @throws {NodeError} `node.any-arguments` */
function checkRule(rule: NodeRule): void {
  // A rule of an older version allows nothing.
  if (rule.arguments !== null || rule.name === undefined) return;
  if (rule.unpinned === true || !mayHaveAnyArguments(rule.name)) throw anyArguments(rule.name);
}

/** Creates the error for a rule with any arguments for a program that isn't known to be safe. */
export function anyArguments(program: string): NodeError {
  return new NodeError('node.any-arguments', `${program} is not known to load nothing, whatever its arguments are`, {
    details: { program },
  });
}

/** Reports whether two rules are about the same command; includes rules of older versions, so that new ones replace them. */
function isSameCommand(one: NodeRule, other: NodeRule): boolean {
  const commandOf = ({ program, arguments: words, directory, gateway }: NodeRule): string =>
    JSON.stringify([program, words, directory ?? null, gateway]);
  const isSameName = one.name === undefined || other.name === undefined || one.name === other.name;
  return isSameName && commandOf(one) === commandOf(other);
}
