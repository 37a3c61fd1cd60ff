import * as z from 'zod';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type DocumentFile } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Format of one of the profile's documents: schema, version, and migrations from older versions. */
export type DocumentDefinition<Value> = Readonly<{
  /** Name shown to people, such as `settings`. */
  name: string;
  /** Version that is written, from 1. */
  version: number;
  schema: z.ZodType<Value>;
  /** `migrations[n]` turns data of version n into version n + 1. */
  migrations: Readonly<Record<number, (data: unknown) => unknown>>;
  /** Returns the contents of a document that has never been saved. */
  initial: () => Value;
}>;

const envelope = z.strictObject({ version: z.number().int().min(1), data: z.unknown() });

/**
 * Store of one document of the profile: a JSON file with a backup copy, checked by a schema. The modules of the agent store their state in such
 * documents, for example the peer book in `peers`. If the file is damaged or missing, its backup copy is used. If there is no good copy either, the
 * document starts with its initial contents, so that the agent can run. Each case is reported as a problem of the profile, except a document that
 * has neither file yet. Damaged files are renamed before the next save. A file that a later version has written is rejected. Reads and writes the
 * disk through `DocumentFile`.
 */
export class DocumentStore<Value> {
  readonly #file: DocumentFile;
  readonly #definition: DocumentDefinition<Value>;
  readonly #logger: Logger;
  #value: Value;
  #damaged = false;
  #copyDamaged = false;
  #hasCopy = false;

  /**
   * Loads the document, and updates the backup copy if the file is good.
   * @throws {StoreError} `store.newer`, `store.unreadable`
   */
  constructor(file: DocumentFile, definition: DocumentDefinition<Value>, logger: Logger) {
    this.#file = file;
    this.#definition = definition;
    this.#logger = logger;
    this.#value = this.#load();
  }

  /** Contents as last loaded or saved. Immutable. */
  get value(): Value {
    return this.#value;
  }

  /**
   * Saves new contents. If that fails, `value` and the file keep the old ones.
   * @throws {StoreError} `store.write`; `store.invalid` if the contents don't fit the schema, so that they couldn't be loaded again
   */
  save(value: Value): void {
    const checked = safeParse(this.#definition.schema, value);
    if (!checked.success)
      throw new StoreError(
        'store.invalid',
        `${this.#definition.name} would not be valid: ${z.prettifyError(checked.error)}`,
        {
          details: { file: this.#file.location },
        },
      );
    this.#rotate();
    this.#file.write({ version: this.#definition.version, data: checked.data });
    this.#value = checked.data;
    // The first save also creates the backup copy.
    if (!this.#hasCopy) this.#tryBackUp();
  }

  /**
   * Overwrites the backup copy with the current contents, so that deleted data is in neither file. Never throws: if the copy can't be written, that
   * is logged and the old copy stays.
   */
  forgetBackup(): void {
    this.#tryBackUp();
  }

  #load(): Value {
    let problem: unknown;
    try {
      const document = this.#file.read();
      if (document !== undefined) {
        const value = this.#check(document);
        this.#tryBackUp();
        return value;
      }
    } catch (error) {
      // The copy replaces a damaged file only. A file that can't be read now, or is of a later version, is intact.
      if (!isDamage(error)) throw error;
      problem = error;
      this.#damaged = true;
    }
    const backup = this.#loadBackup();
    if (backup !== undefined) {
      this.#logger.warn('a document was damaged or missing; its last good copy is used', {
        document: this.#definition.name,
        file: this.#file.location,
        problem: problem === undefined ? 'missing' : errorCode(problem),
      });
      this.#hasCopy = true;
      this.#file.reportProblem?.({ code: problem === undefined ? 'store.restored' : 'store.recovered', details: {} });
      return backup.value;
    }
    if (problem !== undefined || this.#copyDamaged) {
      this.#logger.error('a document is damaged and there is no good copy of it; it starts empty', {
        document: this.#definition.name,
        file: this.#file.location,
      });
      this.#file.reportProblem?.({ code: 'store.lost', details: {} });
    }
    return this.#definition.schema.parse(this.#definition.initial());
  }

  #loadBackup(): { value: Value } | undefined {
    try {
      const document = this.#file.readBackup();
      return document === undefined ? undefined : { value: this.#check(document) };
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#copyDamaged = true;
      return undefined;
    }
  }

  #check(document: unknown): Value {
    const { name, version: newest, migrations, schema } = this.#definition;
    const outer = envelope.safeParse(document);
    if (!outer.success) throw new StoreError('store.malformed', `${name} has no version`, { cause: outer.error });
    let { version, data } = outer.data;
    if (version > newest)
      throw new StoreError('store.newer', `${this.#file.location} was written by a later version of ClawReach`, {
        details: { file: this.#file.location, version, supported: newest },
      });
    for (; version < newest; version += 1) {
      const migrate = migrations[version];
      if (migrate === undefined) throw new TypeError(`${name} has no migration from version ${version}`);
      try {
        data = migrate(data);
      } catch (error) {
        throw new StoreError('store.malformed', `${name} of version ${version} cannot be migrated`, { cause: error });
      }
    }
    const inner = schema.safeParse(data);
    if (!inner.success)
      throw new StoreError('store.malformed', `${name} does not fit its schema`, { cause: inner.error });
    return inner.data;
  }

  /** Turns the file's contents into the backup copy before a save if they are valid; otherwise sets the damaged file aside. */
  #rotate(): void {
    try {
      const document = this.#damaged ? undefined : this.#file.read();
      if (document !== undefined) {
        this.#check(document);
        this.#tryBackUp();
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#damaged = true;
    }
    if (this.#copyDamaged) {
      // A person may still recover something from the file.
      this.#file.setBackupAside();
      this.#copyDamaged = false;
    }
    if (!this.#damaged) return;
    const aside = this.#file.setAside();
    this.#damaged = false;
    this.#logger.warn('a damaged document was set aside', { document: this.#definition.name, file: aside });
  }

  #tryBackUp(): void {
    try {
      // Both are JSON that the same code wrote, so equal documents have equal texts.
      if (JSON.stringify(this.#peekBackup()) !== JSON.stringify(this.#file.read())) this.#file.backUp();
      this.#hasCopy = true;
    } catch (error) {
      this.#logger.warn('a document could not be copied', {
        document: this.#definition.name,
        errorCode: errorCode(error),
      });
    }
  }

  #peekBackup(): unknown {
    try {
      return this.#file.readBackup();
    } catch {
      return undefined;
    }
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'store.malformed';
}
