/** Entry of a `PickedFolder`. */
type Entry = PickedFolder | PickedFile;

/** Double of a file in a folder of the File System Access API: what is written is there once its stream is closed. */
export class PickedFile {
  readonly kind = 'file';
  readonly #folder: PickedFolder;
  contents = new Uint8Array(0);
  /** Streams that are open. */
  open = 0;

  constructor(folder: PickedFolder) {
    this.#folder = folder;
  }

  getFile(): Promise<Readonly<{ size: number }>> {
    return Promise.resolve({ size: this.contents.length });
  }

  createWritable(): Promise<unknown> {
    let bytes = new Uint8Array(0);
    this.open += 1;
    this.#folder.opened(1);
    const end = (): void => {
      this.open -= 1;
      this.#folder.opened(-1);
    };
    const resize = (size: number): void => {
      const before = bytes;
      bytes = new Uint8Array(size);
      bytes.set(before.subarray(0, size));
    };
    return Promise.resolve({
      write: async ({ position, data }: Readonly<{ position: number; data: Uint8Array }>) => {
        if (position + data.length > bytes.length) resize(position + data.length);
        bytes.set(data, position);
      },
      truncate: async (size: number) => resize(size),
      close: async () => {
        end();
        this.contents = bytes;
      },
      abort: async () => end(),
    });
  }
}

/** Double of a folder that a person has picked, as the File System Access API gives it. */
export class PickedFolder {
  readonly kind = 'directory';
  readonly #entries = new Map<string, Entry>();
  readonly #above: PickedFolder | undefined;
  readonly #refuses: (name: string) => boolean;
  #open = 0;
  /** Most streams that were open at a time. */
  mostOpen = 0;

  /** @param refuses reports whether the browser takes no such name */
  constructor(refuses: (name: string) => boolean = () => false, above?: PickedFolder) {
    this.#refuses = refuses;
    this.#above = above;
  }

  /** Number of streams that are open. */
  get open(): number {
    return this.#open;
  }

  /** Paths of what is in it, folders with a slash at the end, in order. */
  get paths(): readonly string[] {
    const paths: string[] = [];
    for (const [name, entry] of this.#entries)
      if (entry instanceof PickedFile) paths.push(name);
      else paths.push(`${name}/`, ...entry.paths.map((path) => `${name}/${path}`));
    return paths.toSorted();
  }

  /** The same as the handle that a page has. */
  get handle(): FileSystemDirectoryHandle {
    return this as unknown as FileSystemDirectoryHandle;
  }

  /** Notes that streams were opened below it, or ended. */
  opened(count: number): void {
    this.#open += count;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    this.#above?.opened(count);
  }

  getFileHandle(name: string, options: Readonly<{ create?: boolean }> = {}): Promise<Entry> {
    return this.#get(name, 'file', options.create === true ? () => new PickedFile(this) : undefined);
  }

  getDirectoryHandle(name: string, options: Readonly<{ create?: boolean }> = {}): Promise<Entry> {
    return this.#get(
      name,
      'directory',
      options.create === true ? () => new PickedFolder(this.#refuses, this) : undefined,
    );
  }

  async removeEntry(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new DOMException('not there', 'NotFoundError');
    if (entry.open > 0) throw new DOMException('it is written', 'NoModificationAllowedError');
    if (entry instanceof PickedFolder && entry.paths.length > 0)
      throw new DOMException('not empty', 'InvalidModificationError');
    this.#entries.delete(name);
  }

  async #get(name: string, kind: Entry['kind'], create: (() => Entry) | undefined): Promise<Entry> {
    if (this.#refuses(name)) throw new TypeError('Name is not allowed.');
    const entry = this.#entries.get(name) ?? create?.();
    if (entry === undefined) throw new DOMException('not there', 'NotFoundError');
    if (entry.kind !== kind) throw new DOMException('another kind', 'TypeMismatchError');
    this.#entries.set(name, entry);
    return entry;
  }
}
