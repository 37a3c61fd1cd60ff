import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type DocumentFile } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';

/** Content of a document, with the migrations from older versions. */
export type DocumentDefinition<Value> = Readonly<{
  /** For people: `settings`. */
  name: string;
  /** Version written now, from 1. */
  version: number;
  schema: z.ZodType<Value>;
  /** `migrations[n]` makes version n + 1 of version n. */
  migrations: Readonly<Record<number, (data: unknown) => unknown>>;
  /** Contents of a document that has never been saved. */
  initial: () => Value;
}>;

const envelope = z.strictObject({ version: z.number().int().min(1), data: z.unknown() });

/**
 * A checked document in a file. A damaged file is never overwritten: the last good copy is used instead, a person is told, and the damaged
 * one is set aside before the next save. Without a good copy it begins as on the first day, which a person is told as well: a device that
 * does not start at all could not even say so. A file of a later version is refused.
 */
export class DocumentStore<Value> {
  readonly #file: DocumentFile;
  readonly #definition: DocumentDefinition<Value>;
  readonly #logger: Logger;
  #value: Value;
  #damaged = false;
  #copyDamaged = false;
  #hasCopy = false;

  /** Loads at once. @throws {StoreError} `store.newer`, `store.unreadable` */
  constructor(file: DocumentFile, definition: DocumentDefinition<Value>, logger: Logger) {
    this.#file = file;
    this.#definition = definition;
    this.#logger = logger;
    this.#value = this.#load();
  }

  /** The contents; never changed in place. */
  get value(): Value {
    return this.#value;
  }

  /**
   * Saves new contents; the old ones stay in force when that fails.
   * @throws {StoreError} `store.write`, `store.invalid` (contents that this version could not load again)
   */
  save(value: Value): void {
    const checked = this.#definition.schema.safeParse(value);
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
    // From the first save on there are two.
    if (!this.#hasCopy) this.#tryBackUp();
  }

  /** The copy before is the document of now, too: for what is to be nowhere any more. */
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
      // Only damage is answered with the copy: what cannot be read now, or is of a later version, is still there.
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
      this.#file.tell?.({ code: problem === undefined ? 'store.restored' : 'store.recovered', details: {} });
      return backup.value;
    }
    if (problem !== undefined || this.#copyDamaged) {
      this.#logger.error('a document is damaged and there is no good copy of it; it begins anew', {
        document: this.#definition.name,
        file: this.#file.location,
      });
      this.#file.tell?.({ code: 'store.lost', details: {} });
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

  /** Before a save: what the file holds becomes the copy if it is still good, and is set aside if something has damaged it. */
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
      // Somebody may still get something out of it.
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
      if (!isDeepStrictEqual(this.#peekBackup(), this.#file.read())) this.#file.backUp();
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
