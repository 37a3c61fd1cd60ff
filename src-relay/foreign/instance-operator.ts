import type { Kysely } from 'kysely';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Sealer } from '../keys/index.ts';
import { recordAudit } from '../accounts/index.ts';
import type { Database, Store } from '../store/index.ts';
import { createKey } from './instance-keys.ts';
import { addInstance, findInstance, removeInstance, replaceKey } from './instance-rows.ts';

/** Project, as the operator sees it. The ID has 32 hexadecimal digits. One without a name is called `Project of OWNER`, as on the page. */
export type ListedProject = Readonly<{ id: string; name: string }>;

/** Foreign instance, as the operator sees it. */
export type ListedInstance = Readonly<{ id: string; name: string; project: ListedProject; lastHeard: number | null }>;

/** Administers foreign instances in the database, also while the relay runs. Used by `clawreach-relay instance`. */
export class InstanceOperator {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #crypto: CryptoBackend;

  constructor({ store, clock, crypto }: Readonly<{ store: Store; clock: Clock; crypto: CryptoBackend }>) {
    this.#store = store;
    this.#clock = clock;
    this.#crypto = crypto;
  }

  /** Lists the projects of accounts that have this ID or name. */
  async findProjects(idOrName: string): Promise<ListedProject[]> {
    const wanted = idOrName.replaceAll('-', '').toLowerCase();
    return (await this.projects()).filter(({ id, name }) => id === wanted || name === idOrName);
  }

  /** Lists the projects of accounts by name. */
  async projects(): Promise<ListedProject[]> {
    const rows = await this.#store.read((database) => ofAccounts(database).execute());
    return rows
      .map(({ id, name, owner }) => ({ id, name: shownName(name, owner) }))
      .toSorted((one, other) => compare(one.name, other.name) || compare(one.id, other.id));
  }

  /** Lists all instances by project and ID. */
  async list(): Promise<ListedInstance[]> {
    const rows = await this.#store.read((database) =>
      database
        .selectFrom('foreign_instances')
        .innerJoin('projects', 'projects.id', 'foreign_instances.project')
        .leftJoin('accounts', 'accounts.id', 'projects.owner_account')
        .select([
          'foreign_instances.id',
          'foreign_instances.name',
          'foreign_instances.last_heard',
          'projects.id as project',
          'projects.name as projectName',
          'accounts.name as owner',
        ])
        .orderBy('projects.name')
        .orderBy('foreign_instances.id')
        .execute(),
    );
    return rows.map(({ id, name, last_heard: lastHeard, project, projectName, owner }) => ({
      id,
      name,
      lastHeard,
      project: { id: project, name: shownName(projectName, owner) },
    }));
  }

  /**
   * Adds an instance to a project. Returns its key.
   * @throws {PlatformError} `platform.limit`, `project.instance-exists`
   */
  add(sealer: Sealer, { id, name, project }: Readonly<{ id: string; name: string; project: string }>): Promise<string> {
    const { key, sealed } = createKey(this.#crypto, sealer, id);
    return this.#store.transact(async (transaction) => {
      const now = this.#clock.now();
      await addInstance(transaction, { id, name, project, sealed }, now);
      await recordAudit(transaction, { event: 'instance.added', project, subject: id }, now);
      return key;
    });
  }

  /** Replaces the key of an instance. Returns the new one; undefined if there is no such instance. */
  renew(sealer: Sealer, id: string): Promise<string | undefined> {
    const { key, sealed } = createKey(this.#crypto, sealer, id);
    return this.#store.transact(async (transaction) => {
      const row = await findInstance(transaction, id);
      if (row === undefined) return undefined;
      const { project } = row;
      await replaceKey(transaction, { id, project, sealed });
      await recordAudit(transaction, { event: 'instance.key-created', project, subject: id }, this.#clock.now());
      return key;
    });
  }

  /** Removes an instance. Returns false if there is no such instance. */
  remove(id: string): Promise<boolean> {
    return this.#store.transact(async (transaction) => {
      const row = await findInstance(transaction, id);
      if (row === undefined) return false;
      const { project } = row;
      await removeInstance(transaction, { id, project });
      await recordAudit(transaction, { event: 'instance.removed', project, subject: id }, this.#clock.now());
      return true;
    });
  }
}

function ofAccounts(database: Kysely<Database>) {
  return database
    .selectFrom('projects')
    .innerJoin('accounts', 'accounts.id', 'projects.owner_account')
    .select(['projects.id', 'projects.name', 'accounts.name as owner']);
}

/** Returns the name under which the operator knows a project. One that a machine has given to an account has none. Pure. */
function shownName(name: string, owner: string | null): string {
  return name === '' ? `Project of ${owner ?? 'no one'}` : name;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
