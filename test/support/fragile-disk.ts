import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JournalDisk } from '#node/files/index.ts';

/** Calls that a test can let fail. */
type Call = 'write' | 'datasync' | 'rename' | 'sync directory';

/**
 * Real files of one directory, of which this knows what would be left after a power failure: the bytes of a file as of its last `datasync`, and names as of the
 * last `sync` of the directory. Writes down the calls that matter for that.
 */
export class FragileDisk implements JournalDisk {
  /** Calls so far, oldest first. Tests add what the journal tells them. */
  readonly calls: string[] = [];
  /** Calls that fail from now on, as without descriptors or on a failing disk. */
  readonly failing = new Set<Call>();
  readonly #directory: string;
  /** Files by name, and as of the last `sync`. A file is an object of its own, since it can be renamed. */
  #names = new Map<string, { synced: Buffer }>();
  #synced = new Map<string, { synced: Buffer }>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  readonly open: JournalDisk['open'] = async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    if (path === this.#directory) return this.#watched(handle, { sync: async () => this.#syncNames() });
    const name = basename(String(path));
    const file = this.#names.get(name) ?? { synced: Buffer.alloc(0) };
    this.#names.set(name, file);
    const write = handle.write.bind(handle) as (...given: unknown[]) => Promise<unknown>;
    return this.#watched(handle, {
      write: async (...given: unknown[]) => {
        this.#note('write', name);
        return await write(...given);
      },
      datasync: async () => {
        this.#note('datasync', name);
        const { size } = await handle.stat();
        const { buffer } = await handle.read(Buffer.alloc(size), 0, size, 0);
        file.synced = buffer;
      },
    });
  };

  readonly rename: JournalDisk['rename'] = async (from, to) => {
    this.#note('rename', basename(String(from)));
    await rename(from, to);
    const file = this.#names.get(basename(String(from)));
    this.#names.delete(basename(String(from)));
    if (file !== undefined) this.#names.set(basename(String(to)), file);
  };

  readonly rm: JournalDisk['rm'] = async (path, options) => {
    await rm(path, options);
    this.#names.delete(basename(String(path)));
  };

  /** Writes what a power failure at this moment would leave into another directory. */
  losePower(to: string): void {
    for (const [name, { synced }] of this.#synced) writeFileSync(join(to, name), synced, { mode: 0o600 });
  }

  #syncNames(): void {
    this.#note('sync directory');
    this.#synced = new Map(this.#names);
  }

  #note(call: Call, name?: string): void {
    this.calls.push(name === undefined ? call : `${call} ${name}`);
    if (this.failing.has(call)) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  }

  /** Returns a handle with some of its methods replaced. */
  #watched(
    handle: FileHandle,
    methods: Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>,
  ): FileHandle {
    return new Proxy(handle, {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name, target);
        return methods[String(name)] ?? (typeof own === 'function' ? own.bind(target) : own);
      },
    });
  }
}
