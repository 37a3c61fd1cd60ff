import type { DocumentFile, StoredProblem } from '#shared/storage.ts';

/** Saves or removes (undefined) the value of a name, later. */
export type Save = (name: string, value: unknown) => void;

/**
 * Document of a page's agent. Its content is in memory from the start, since IndexedDB can't be read synchronously; changes are saved in the
 * background, in order.
 */
export class PageDocument implements DocumentFile {
  readonly location: string;
  readonly #save: Save;
  readonly #report: (problem: StoredProblem | undefined) => void;
  #current: unknown;
  #backup: unknown;

  /**
   * @param values content of the document and of its backup; undefined: none
   * @param report receives problems to show to the person; undefined: there is none any more
   */
  constructor(
    name: string,
    values: Readonly<{ current: unknown; backup: unknown }>,
    save: Save,
    report: (problem: StoredProblem | undefined) => void,
  ) {
    this.location = name;
    this.#report = report;
    this.#current = values.current;
    this.#backup = values.backup;
    this.#save = save;
  }

  reportProblem(problem: StoredProblem | undefined): void {
    this.#report(problem);
  }

  read(): unknown {
    return structuredClone(this.#current);
  }

  readBackup(): unknown {
    return structuredClone(this.#backup);
  }

  write(document: Readonly<Record<string, unknown>>): void {
    this.#current = structuredClone(document);
    this.#save(this.location, this.#current);
  }

  backUp(): void {
    this.#backup = structuredClone(this.#current);
    this.#save(`${this.location}.backup`, this.#backup);
  }

  setAside(): string {
    const name = `${this.location}.damaged`;
    this.#save(name, this.#current);
    this.#current = undefined;
    this.#save(this.location, undefined);
    return name;
  }

  setBackupAside(): string {
    const name = `${this.location}.backup.damaged`;
    this.#save(name, this.#backup);
    this.#backup = undefined;
    this.#save(`${this.location}.backup`, undefined);
    return name;
  }
}
