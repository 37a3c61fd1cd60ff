import {
  FilesError,
  type IncomingDisk,
  type IncomingFile,
  type IncomingFolder,
  type NameRules,
} from '#shared/files/index.ts';
import { MemoryDisk, MemoryJournal } from '#test/support/messages/memory-journal.ts';

type Write = Readonly<{ position: number; bytes: Uint8Array }> | Readonly<{ size: number }>;

/** File whose last writes a loss of power may undo, each by itself. */
class CrashFile {
  durable: Uint8Array | undefined;
  current = new Uint8Array(0);
  #unsynced: Write[] = [];

  do(write: Write): void {
    this.#unsynced.push(write);
    this.current = applied(this.current, write);
  }

  sync(): void {
    this.durable = this.current.slice();
    this.#unsynced = [];
  }

  /** Keeps a random part of what wasn't synced. @returns false if the file was never on the disk */
  lose(random: () => number): boolean {
    let left = this.durable;
    for (const write of this.#unsynced) if (random() < 0.5) left = applied(left ?? new Uint8Array(0), write);
    this.#unsynced = [];
    if (left === undefined) return false;
    this.durable = left.slice();
    this.current = left.slice();
    return true;
  }
}

function applied(bytes: Uint8Array, write: Write): Uint8Array<ArrayBuffer> {
  if ('size' in write) {
    const cut = new Uint8Array(write.size);
    cut.set(bytes.subarray(0, write.size));
    return cut;
  }
  const grown = new Uint8Array(Math.max(bytes.length, write.position + write.bytes.length));
  grown.set(bytes);
  grown.set(write.bytes, write.position);
  return grown;
}

/** Contents of a folder by paths; folders have null. */
export type Contents = ReadonlyMap<string, Uint8Array | null>;

/** Share of the new names that a loss of power takes away if their folder wasn't synced, also of files that were. */
const NAMES_LOST = 0.3;

/** Disk in memory on which transfers arrive, and that loses what wasn't synced: contents of files, new names, and moves. */
export class CrashDisk implements IncomingDisk {
  readonly target = new Map<string, CrashFile | null>();
  readonly tree = new Map<string, CrashFile | null>();
  readonly journal = new MemoryDisk();
  rules: NameRules = 'posix';
  folds = false;
  /** Moves into the target folder that a loss of power may undo. */
  #moves: (() => void)[] = [];
  /** New names in the tree whose folders weren't synced since. */
  readonly #newNames = new Set<string>();
  #journals: MemoryJournal[] = [];
  #generation = 0;
  free = 1e15;
  /** Called before each operation; may kill. */
  onOperation: () => void = () => undefined;

  async prepare(folder: string): Promise<string> {
    return folder;
  }

  async open(): Promise<IncomingFolder> {
    const generation = this.#generation;
    const journal = new MemoryJournal(this.journal);
    this.#journals.push(journal);
    /** Lets an operation through, unless the program was killed: then it never ends. */
    const step = async (): Promise<void> => {
      this.onOperation();
      if (this.#generation !== generation) await new Promise(() => undefined);
    };
    return {
      journal,
      rules: this.rules,
      home: '/inbox',
      identity: '1:1',
      target: '/inbox',
      folds: this.folds,
      makeFolder: async (path) => {
        await step();
        this.#name(path);
        this.tree.set(path.join('/'), null);
      },
      openFile: async (path, fresh) => {
        await step();
        const key = path.join('/');
        const known = this.tree.get(key);
        const file = known instanceof CrashFile ? known : new CrashFile();
        this.#name(path);
        this.tree.set(key, file);
        if (fresh) file.do({ size: 0 });
        return openFile(file, step);
      },
      sizeOf: async (path) => {
        await step();
        const file = this.tree.get(path.join('/'));
        return file instanceof CrashFile ? file.current.length : undefined;
      },
      removeFile: async (path) => {
        await step();
        this.tree.delete(path.join('/'));
      },
      finishFolder: async (path) => {
        await step();
        this.#syncNames(path.join('/'));
      },
      syncNames: async () => {
        await step();
        this.#syncNames('');
      },
      place: async (name, _kind, as) => {
        await step();
        if (this.target.has(as)) return false;
        const moved = this.#below(name);
        for (const [path, file] of moved) {
          this.tree.delete(path);
          this.target.set(`${as}${path.slice(name.length)}`, file);
        }
        this.#moves.push(() => {
          for (const [path, file] of moved) {
            this.target.delete(`${as}${path.slice(name.length)}`);
            this.tree.set(path, file);
          }
        });
        return true;
      },
      replace: async (name, _kind, signal) => {
        for (const [path, file] of this.#below(name)) {
          await step();
          signal.throwIfAborted();
          const before = this.target.get(path);
          // A folder that is there keeps what is in it.
          if (before === null) continue;
          this.tree.delete(path);
          this.target.set(path, file);
          this.#moves.push(() => {
            if (before === undefined) this.target.delete(path);
            else this.target.set(path, before);
            // What isn't empty isn't removed.
            for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
              this.tree.set(path.slice(0, end), null);
            this.tree.set(path, file);
          });
        }
        await step();
        for (const [path] of this.#below(name)) this.tree.delete(path);
        return name;
      },
      existing: async () => undefined,
      isPlaced: async (name, _kind, as) => {
        await step();
        return !this.tree.has(name) && this.target.has(as);
      },
      syncTarget: async () => {
        await step();
        this.#moves = [];
      },
      close: async () => undefined,
    };
  }

  async openShared(): Promise<IncomingFolder> {
    return await this.open();
  }

  async remove(): Promise<void> {
    this.tree.clear();
    this.journal.records = [];
  }

  async left(): Promise<readonly never[]> {
    return [];
  }

  async locate(): Promise<{ paths: readonly string[]; isFound: boolean }> {
    return { paths: [], isFound: false };
  }

  async space(): Promise<{ free: number; size: number }> {
    return { free: this.free, size: 1e15 };
  }

  /** Loses power: what wasn't synced is kept or lost, each by itself. */
  crash(random: () => number): void {
    this.#generation += 1;
    for (const journal of this.#journals) journal.crash(random());
    this.#journals = [];
    for (const undo of this.#moves.toReversed()) if (random() < 0.5) undo();
    this.#moves = [];
    for (const name of this.#newNames)
      if (random() < NAMES_LOST) for (const [path] of this.#below(name)) this.tree.delete(path);
    this.#newNames.clear();
    for (const files of [this.tree, this.target])
      for (const [path, file] of files) if (file !== null && !file.lose(random)) files.delete(path);
  }

  contents(): Contents {
    return new Map([...this.target].map(([path, file]) => [path, file?.current ?? null]));
  }

  /** Puts a file into the target folder, or a folder (null), as if it had been there long ago. */
  put(path: string, bytes: Uint8Array | null): void {
    const file = bytes === null ? null : new CrashFile();
    file?.do({ position: 0, bytes: bytes ?? new Uint8Array(0) });
    file?.sync();
    this.target.set(path, file);
  }

  /** An entry of the tree and all that is in it. */
  #below(name: string): readonly (readonly [string, CrashFile | null])[] {
    return [...this.tree].filter(([path]) => path === name || path.startsWith(`${name}/`));
  }

  /** Notes a name that is made now. */
  #name(path: readonly string[]): void {
    const folder = path.slice(0, -1).join('/');
    if (folder !== '' && this.tree.get(folder) !== null) throw new Error(`nothing is in ${folder}, which isn't there`);
    if (!this.tree.has(path.join('/'))) this.#newNames.add(path.join('/'));
  }

  #syncNames(folder: string): void {
    for (const name of this.#newNames)
      if (name.slice(0, Math.max(0, name.lastIndexOf('/'))) === folder) this.#newNames.delete(name);
  }
}

function openFile(file: CrashFile, step: () => Promise<void>): IncomingFile {
  return {
    write: async (bytes, position) => {
      // The caller may reuse the bytes afterwards.
      const copy = bytes.slice();
      await step();
      file.do({ position, bytes: copy });
    },
    truncate: async (size) => {
      await step();
      if (size > file.current.length) throw new FilesError('file.disk', 'the part is shorter than its journal says');
      file.do({ size });
    },
    sync: async () => {
      await step();
      file.sync();
    },
    finish: step,
    close: async () => undefined,
  };
}
