import { isDeepStrictEqual } from 'node:util';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { Logger } from '#shared/logger.ts';
import { nameKeys, plainKey } from '#shared/visible-text/index.ts';
import { DocumentStore, type DocumentFile, type SecretBox } from '../../core/store/index.ts';
import {
  FORWARDS_DOCUMENT,
  MOST_RULES,
  type ForwardsDocument,
  type StoredAnswer,
  type StoredRule,
} from './document.ts';

/** Change of a forward's password: undefined keeps the saved one, null removes it. */
export type PasswordChange = string | null | undefined;

/** Rule to save, with its password in clear text. */
export type RuleToAdd = Readonly<{ rule: ForwardRule; password?: PasswordChange }>;

/** Saved rules of this device with their encrypted passwords; reads and writes the forwards document for `ForwardManager`. Names are unique, regardless of case. */
export class RuleBook {
  readonly #document: DocumentStore<ForwardsDocument>;
  readonly #box: SecretBox;
  readonly #createId: () => string;

  /**
   * Loads the document from disk.
   * @param options.box encrypts and decrypts passwords
   * @throws {StoreError} as `DocumentStore`
   */
  constructor(options: Readonly<{ file: DocumentFile; logger: Logger; box: SecretBox; createId: () => string }>) {
    this.#document = new DocumentStore(options.file, FORWARDS_DOCUMENT, options.logger);
    this.#box = options.box;
    this.#createId = options.createId;
  }

  /** Returns all rules in the order they were added. */
  list(): readonly StoredRule[] {
    return this.#document.value.rules;
  }

  /** @throws {ForwardError} `forward.unknown` */
  get(id: string): StoredRule {
    const found = this.list().find((stored) => stored.id === id);
    if (found === undefined) throw new ForwardError('forward.unknown', 'there is no such rule', { details: { id } });
    return found;
  }

  /** Decrypts the password of a rule; null if it has none or this device can't decrypt it. */
  password({ id, secret }: StoredRule): string | null {
    return secret === null ? null : this.#box.open(id, secret);
  }

  /**
   * Saves new rules, all or none.
   * @throws {ForwardError} `forward.name-taken`, `forward.too-many-rules`, `forward.no-password`; {StoreError} `store.write`
   */
  add(rules: readonly RuleToAdd[]): readonly StoredRule[] {
    const added = this.#make(rules);
    this.#save([...this.list(), ...added]);
    return added;
  }

  /**
   * Saves rules like `add`, but replaces saved rules of the same names. A replaced rule keeps its position and id. It keeps its password if none is
   * given and the login is the same.
   */
  put(rules: readonly RuleToAdd[]): readonly StoredRule[] {
    const { all, put } = this.#placed(rules);
    this.#save(all);
    return put;
  }

  /** Finds a rule by its name; undefined if there is none. */
  named(name: string): StoredRule | undefined {
    return this.list().find(({ rule }) => plainKey(rule.name) === plainKey(name));
  }

  /**
   * Checks whether `add` (with `replace`, `put`) would accept the rules; writes nothing.
   * @throws {ForwardError} as `add`
   */
  check(rules: readonly RuleToAdd[], replace = false): void {
    checkRules(replace ? this.#placed(rules).all : [...this.list(), ...this.#make(rules)], this.list());
  }

  /**
   * Replaces a rule.
   * @throws {ForwardError} `forward.unknown`, and as `add`
   */
  update(id: string, rule: ForwardRule, password: PasswordChange): StoredRule {
    const stored = this.get(id);
    const { secret, rule: former, formerPort } = stored;
    const unchanged = isProxyLogin(former) === isProxyLogin(rule) || former.kind !== 'auto' ? secret : null;
    const sealed = password === undefined ? unchanged : password === null ? null : this.#box.seal(id, password);
    const updated = { id, rule, secret: sealed, formerPort, ...keptAnswer(stored, rule) };
    this.#save(this.list().map((other) => (other.id === id ? updated : other)));
    return updated;
  }

  /**
   * Saves the port that a rule listens on if the rule takes any free port, so that it can take the same one after a restart.
   * @throws {ForwardError} `forward.unknown`; {StoreError} `store.write`
   */
  rememberPort(id: string, port: number): void {
    const { rule, formerPort } = this.get(id);
    if (rule.listen.port !== 0 || formerPort === port) return;
    this.#save(this.list().map((stored) => (stored.id === id ? { ...stored, formerPort: port } : stored)));
  }

  /**
   * Saves what connections say about a question at the target's machine, by the ids of rules; unknown ones are ignored. Writes only changes.
   * @returns the changed rules
   * @throws {StoreError} `store.write`
   */
  rememberAnswers(answers: ReadonlyMap<string, StoredAnswer>): readonly StoredRule[] {
    const next = this.list().map((stored) => {
      const answer = answers.get(stored.id);
      return answer === undefined || isDeepStrictEqual(answer, stored.answer) ? stored : { ...stored, answer };
    });
    const changed = next.filter((stored, index) => stored !== this.list()[index]);
    if (changed.length > 0) this.#save(next);
    return changed;
  }

  /** @throws {ForwardError} `forward.unknown`; {StoreError} `store.write` */
  remove(id: string): void {
    this.get(id);
    this.#save(this.list().filter((stored) => stored.id !== id));
  }

  #placed(rules: readonly RuleToAdd[]): Readonly<{ all: readonly StoredRule[]; put: readonly StoredRule[] }> {
    const put = this.#make(rules).map((made, index): StoredRule => {
      const former = this.named(made.rule.name);
      if (former === undefined) return made;
      const { rule, password } = rules[index] ?? { rule: made.rule };
      // Encrypted for the id of the former rule.
      const given = typeof password === 'string' ? this.#box.seal(former.id, password) : null;
      const secret = given ?? (isSameLogin(former.rule, rule) ? former.secret : null);
      return { id: former.id, rule, secret, formerPort: former.formerPort, ...keptAnswer(former, rule) };
    });
    const byId = new Map(put.map((stored) => [stored.id, stored]));
    const knownIds = new Set(this.list().map(({ id }) => id));
    return {
      // If two of the given rules have the same name, both are included, so that the check reports them.
      all: [
        ...this.list().flatMap((stored) => {
          const same = put.filter(({ id }) => id === stored.id);
          return same.length === 0 ? [stored] : same;
        }),
        ...[...byId.values()].filter(({ id }) => !knownIds.has(id)),
      ],
      put,
    };
  }

  #make(rules: readonly RuleToAdd[]): readonly StoredRule[] {
    return rules.map(({ rule, password }) => {
      const id = this.#createId();
      return { id, rule, secret: typeof password === 'string' ? this.#box.seal(id, password) : null, formerPort: 0 };
    });
  }

  #save(rules: readonly StoredRule[]): void {
    checkRules(rules, this.list());
    this.#document.save({ rules: rules.map((stored) => ({ ...stored })) });
  }
}

/**
 * Checks the rules that are to be saved.
 * @param known currently saved rules; names that stay the same are not checked again
 */
function checkRules(rules: readonly StoredRule[], known: readonly StoredRule[]): void {
  if (rules.length > MOST_RULES)
    throw new ForwardError('forward.too-many-rules', 'too many rules', { details: { most: MOST_RULES } });
  const before = new Map(known.map(({ id, rule }) => [id, rule.name]));
  const holders = new Map<string, number>();
  for (const { rule } of rules) for (const key of nameKeys(rule.name)) holders.set(key, (holders.get(key) ?? 0) + 1);
  const ids = new Set<string>();
  for (const { id, rule, secret } of rules) {
    const isNew = before.get(id) !== rule.name || ids.has(id);
    if (isNew && nameKeys(rule.name).some((key) => (holders.get(key) ?? 0) > 1))
      throw new ForwardError('forward.name-taken', 'another rule has that name', { details: { name: rule.name } });
    ids.add(id);
    if ('user' in rule && rule.user !== null && secret === null)
      throw new ForwardError('forward.no-password', 'a user needs a password', { details: { user: rule.user } });
    if (rule.kind === 'auto' && isProxyLogin(rule) && rule.server?.login.method === 'password')
      throw new ForwardError('forward.one-password', 'a rule has one password');
  }
}

/** Reports whether clients have to log in to the rule's proxy; the saved password is then the proxy's. */
function isProxyLogin(rule: ForwardRule): boolean {
  return 'user' in rule && rule.user !== null;
}

/** Returns what earlier connections say about a question, if the changed rule leads to the same target of the same machine. */
function keptAnswer({ rule: former, answer }: StoredRule, next: ForwardRule): Pick<StoredRule, 'answer'> {
  const [one, other] = [former, next].map((rule) => [
    rule.kind,
    'peer' in rule ? rule.peer : null,
    'to' in rule ? rule.to : null,
  ]);
  return answer !== undefined && isDeepStrictEqual(one, other) ? { answer } : {};
}

/** Reports whether a replacement has the login of the former rule: a saved password must not be used for another login. */
function isSameLogin(former: ForwardRule, next: ForwardRule): boolean {
  const [one, other] = [former, next].map((rule) =>
    'user' in rule && rule.user !== null ? rule.user : 'server' in rule ? rule.server : null,
  );
  return former.kind === next.kind && one !== null && one !== undefined && isDeepStrictEqual(one, other);
}
