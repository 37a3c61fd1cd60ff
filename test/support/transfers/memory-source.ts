import {
  FilesError,
  type ListEntry,
  type OwnDisk,
  type SourceFile,
  type SourceRoot,
  type TransferStore,
} from '#shared/files/index.ts';

/** Files in memory that are sent; `tree` has their contents by path, null for a folder, folders before what is in them. */
export class MemorySource implements OwnDisk {
  readonly tree: Map<string, Uint8Array | null>;
  /** Called before each operation; may kill. */
  onOperation: () => void = () => undefined;
  #version = 0;
  readonly #versions = new Map<string, number>();

  constructor(tree: ReadonlyMap<string, Uint8Array | null>) {
    this.tree = new Map(tree);
  }

  /** Changes a file, as another program does. */
  change(path: string, bytes: Uint8Array): void {
    this.tree.set(path, bytes);
    this.#version += 1;
    this.#versions.set(path, this.#version);
  }

  async find(path: string): Promise<SourceRoot> {
    return { path, name: path.split('/').at(-1) ?? '' };
  }

  async grant(folder: string): Promise<string> {
    return folder;
  }

  async findBelow(_folder: string, path: string): Promise<SourceRoot> {
    return await this.find(path);
  }

  async list(
    roots: readonly SourceRoot[],
    each: (entry: ListEntry & { version: string }) => unknown,
  ): Promise<{ leftOut: number }> {
    const numbers = new Map<string, number>();
    for (const root of roots)
      for (const [path, bytes] of this.tree) {
        if (path !== root.path && !path.startsWith(`${root.path}/`)) continue;
        const at = path.lastIndexOf('/');
        await each({
          in: path === root.path ? -1 : (numbers.get(path.slice(0, at)) ?? -1),
          name: path.slice(at + 1),
          kind: bytes === null ? 'folder' : 'file',
          size: bytes?.length ?? 0,
          mtime: 1_700_000_000_000,
          exec: false,
          version: this.#versionOf(path),
        });
        numbers.set(path, numbers.size);
      }
    return { leftOut: 0 };
  }

  async open(root: string, names: readonly string[] = []): Promise<SourceFile> {
    const path = [root, ...names].join('/');
    this.onOperation();
    const bytes = this.tree.get(path);
    if (bytes === undefined || bytes === null) throw new FilesError('file.gone', 'no such file');
    const facts = () => ({
      size: this.tree.get(path)?.length ?? 0,
      mtime: 1_700_000_000_000,
      version: this.#versionOf(path),
    });
    return {
      opened: facts(),
      facts: async () => facts(),
      read: async (target, position) => {
        this.onOperation();
        const some = (this.tree.get(path) ?? bytes).subarray(position, position + target.length);
        target.set(some);
        return some.length;
      },
      close: async () => undefined,
    };
  }

  #versionOf(path: string): string {
    return String(this.#versions.get(path) ?? 0);
  }
}

/** Lists of transfers in memory. */
export class MemoryStore implements TransferStore {
  readonly #lists = new Map<string, string>();

  async writeList(id: string) {
    let text = '';
    return {
      append: async (lines: string) => {
        text += lines;
      },
      close: async () => void this.#lists.set(id, text),
    };
  }

  /** Numbers of characters of the lists. */
  get sizes(): readonly number[] {
    return [...this.#lists.values()].map(({ length }) => length);
  }

  async *readList(id: string): AsyncIterable<string> {
    yield* (this.#lists.get(id) ?? '').split('\n');
  }

  async remove(id: string): Promise<void> {
    this.#lists.delete(id);
  }

  async spool(): Promise<string> {
    throw new Error('not part of this double');
  }

  async removeSpool(): Promise<void> {}

  isSpool(): boolean {
    return false;
  }

  async removeOthers(): Promise<void> {}
}
