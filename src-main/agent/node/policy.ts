import { isAbsolute } from 'node:path';
import { nodePolicy, type NodePolicy, type NodeRule } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../store/index.ts';
import { NodeError } from './errors.ts';
import { plainName, runsItsArguments } from './interpreters.ts';
import type { RunPlan } from './run-plan.ts';

const MOST_RULES = 512;
/** Characters of the document. */
const MOST_TEXT = 1_048_576;
/** A rule that is used all the time is not written each time, ms. */
const USE_INTERVAL = 3_600_000;

const DEFINITION: DocumentDefinition<NodePolicy> = {
  name: 'node policy',
  version: 1,
  schema: nodePolicy,
  migrations: {},
  initial: () => ({ default: 'ask', rules: [], folders: [] }),
};

/** What the person here lets gateways run, in `node-policy.json`. */
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

  get value(): NodePolicy {
    return this.#store.value;
  }

  /** @throws {NodeError} `node.any-arguments`, `node.rules-full`; {StoreError} */
  set(policy: NodePolicy): NodePolicy {
    for (const rule of policy.rules) checkRule(rule);
    if (policy.rules.length > MOST_RULES || JSON.stringify(policy).length > MOST_TEXT)
      throw new NodeError('node.rules-full', 'too many rules', { details: { most: MOST_RULES } });
    this.#store.save(policy);
    return this.value;
  }

  /** Puts it in the place of one that says the same. @throws as `set` */
  add(rule: Omit<NodeRule, 'addedAt' | 'lastUsedAt'>): NodeRule {
    const { rules } = this.value;
    const added: NodeRule = { ...rule, addedAt: this.#clock.now(), lastUsedAt: null };
    this.set({ ...this.value, rules: [...rules.filter((other) => !saysTheSame(other, added)), added] });
    return added;
  }

  /** The rule that lets a run be without a question. */
  find(plan: RunPlan, gateway: string): NodeRule | undefined {
    // Variables that were not looked at by anybody are not part of any rule.
    if (plan.environment.shown.length > 0) return undefined;
    return this.value.rules.find((rule) => allows(rule, plan, gateway));
  }

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

  forgetGateway(gateway: string): void {
    const rules = this.value.rules.filter((rule) => rule.gateway !== gateway);
    if (rules.length !== this.value.rules.length) this.#store.save({ ...this.value, rules });
  }
}

/** The rule that says exactly this run; undefined where one could not be sure that it is the same the next time. */
export function ruleFor(
  plan: RunPlan,
  gateway: string,
  id: string,
): Omit<NodeRule, 'addedAt' | 'lastUsedAt'> | undefined {
  if (plan.environment.shown.length > 0) return undefined;
  const files = plan.files.map(({ file }) => file);
  if (files.some(({ sha256 }) => sha256 === null)) return undefined;
  return {
    id,
    program: plan.program.path,
    ...(plan.calledAs === plainName(plan.program.path) ? {} : { calledAs: plan.calledAs }),
    arguments: plan.argv.slice(1),
    directory: plan.directory.path,
    ...(files.length === 0
      ? {}
      : { files: files.flatMap(({ path, sha256 }) => (sha256 === null ? [] : { path, sha256 })) }),
    gateway,
  };
}

function allows(rule: NodeRule, plan: RunPlan, gateway: string): boolean {
  if (rule.program !== plan.program.path || (rule.gateway !== null && rule.gateway !== gateway)) return false;
  if ((rule.calledAs ?? plainName(rule.program)) !== plan.calledAs) return false;
  if (rule.directory !== undefined && rule.directory !== plan.directory.path) return false;
  // Also where the document was changed by hand.
  if (rule.arguments === null) return !plan.isInterpreter;
  const given = plan.argv.slice(1);
  if (given.length !== rule.arguments.length || !given.every((word, index) => word === rule.arguments?.[index]))
    return false;
  // Where a relative word leads is up to the folder, which the gateway names: that file has to be one that was allowed.
  if (plan.files.some(({ index, file }) => !isWhole(plan.argv[index]) && !isKnown(rule, file))) return false;
  return (rule.files ?? []).every((known) =>
    plan.files.some(({ file }) => file.path === known.path && file.sha256 === known.sha256),
  );
}

function isKnown(rule: NodeRule, file: RunPlan['files'][number]['file']): boolean {
  return (rule.files ?? []).some(({ path, sha256 }) => path === file.path && sha256 === file.sha256);
}

/** The word names a file wherever it is said. */
function isWhole(word = ''): boolean {
  return isAbsolute(word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word);
}

/** @throws {NodeError} `node.any-arguments` */
function checkRule({ program, calledAs, arguments: words }: NodeRule): void {
  if (words === null && runsItsArguments(program, calledAs ?? ''))
    throw new NodeError('node.any-arguments', `${program} runs what its arguments say`, {
      details: { program: calledAs ?? program },
    });
}

function saysTheSame(one: NodeRule, other: NodeRule): boolean {
  const said = ({ program, calledAs, arguments: words, directory, gateway }: NodeRule): string =>
    JSON.stringify([program, calledAs ?? null, words, directory ?? null, gateway]);
  return said(one) === said(other);
}
