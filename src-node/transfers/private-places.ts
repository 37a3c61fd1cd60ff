import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { identityOf } from './safe-folder.ts';

/** Time for which the files of private folders are remembered, ms. */
const MEMORY = 60_000;
/** Most files of a private folder that are told apart from others. */
const MOST_FILES = 20_000;

/**
 * Folders that are never served, such as the profile, which holds this device's keys. They are known by device and inode, so that no other name, mount or
 * second name of one of their files leads to them.
 */
export class PrivatePlaces {
  readonly #paths: readonly string[];
  readonly #folders: ReadonlySet<string>;
  /** Folders around them. */
  readonly #around: ReadonlySet<string>;
  #files: Readonly<{ at: number; identities: Promise<ReadonlySet<string>> }> | undefined;

  private constructor(paths: readonly string[], folders: ReadonlySet<string>, around: ReadonlySet<string>) {
    this.#paths = paths;
    this.#folders = folders;
    this.#around = around;
  }

  static async open(folders: readonly string[]): Promise<PrivatePlaces> {
    const paths = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
    const around = paths.flatMap((path) => parentsOf(path));
    return new PrivatePlaces(paths, await identities(paths), await identities(around));
  }

  /** Reports whether a path lies in one of the folders. */
  hold(path: string): boolean {
    return this.#paths.some((folder) => isInside(folder, path));
  }

  /** Reports whether one of the folders lies in this one, by whatever name it is reached. */
  areIn(identity: string): boolean {
    return this.#folders.has(identity) || this.#around.has(identity);
  }

  /** Reports whether an open folder is one of them. */
  isFolder(identity: string): boolean {
    return this.#folders.has(identity);
  }

  /** Reports whether a file with several names is one of theirs. */
  async isFile(identity: string): Promise<boolean> {
    const now = performance.now();
    if (this.#files === undefined || now - this.#files.at > MEMORY)
      this.#files = { at: now, identities: this.#readFiles() };
    return (await this.#files.identities).has(identity);
  }

  async #readFiles(): Promise<ReadonlySet<string>> {
    const identities = new Set<string>();
    for (const folder of this.#paths) {
      const names = await readdir(folder, { recursive: true }).catch(() => []);
      for (const name of names.slice(0, MOST_FILES)) {
        const facts = await lstat(join(folder, name), { bigint: true }).catch(() => undefined);
        if (facts?.isFile() === true) identities.add(identityOf(facts));
      }
    }
    return identities;
  }
}

/** Returns the devices and inodes of what is at these paths. */
async function identities(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const facts = await Promise.all(paths.map((path) => lstat(path, { bigint: true }).catch(() => undefined)));
  return new Set(facts.flatMap((one) => (one === undefined ? [] : [identityOf(one)])));
}

/** Returns the folders around a path, up to the top. Pure. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

/** Reports whether a path is a folder's or lies in it. Pure. */
export function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
}
