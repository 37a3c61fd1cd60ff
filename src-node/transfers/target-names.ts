import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { nameKey } from '#shared/files/index.ts';
import type { SafeFolder } from './safe-folder.ts';

/** Names that a folder has, and one of them for each name that means the same where upper and lower case do. */
type Names = Readonly<{ all: ReadonlySet<string>; byKey: ReadonlyMap<string, string> }>;

/** Names in a target folder. All of them are read once at most, and only if something there may have another name than the one that leads to it. */
export class TargetNames {
  readonly folder: SafeFolder;
  #names: Promise<Names> | undefined;

  constructor(folder: SafeFolder) {
    this.folder = folder;
  }

  /**
   * Returns the name under which the folder has what a name leads to: where upper and lower case are the same, that may be another one.
   * @param there facts of what the name leads to
   */
  async nameOf(name: string, there: Stats): Promise<string> {
    if (process.platform === 'linux') {
      if (!(await this.#leadsOther(name, there))) return name;
    } else if (!there.isSymbolicLink()) return basename(await realpath(this.folder.at(name)));
    this.#names ??= this.#read();
    const { all, byKey } = await this.#names;
    return all.has(name) ? name : (byKey.get(nameKey(name, true)) ?? name);
  }

  /** Reports whether another form of a name leads to the same. No name is looked for in the whole folder that has no other form, such as one of digits. */
  async #leadsOther(name: string, there: Stats): Promise<boolean> {
    const forms = [name.toUpperCase(), name.toLowerCase(), name.normalize('NFD'), name.normalize('NFC')];
    const form = forms.find((one) => one !== name);
    if (form === undefined) return false;
    const other = await lstat(this.folder.at(form)).catch(() => undefined);
    return other?.ino === there.ino && other.dev === there.dev;
  }

  async #read(): Promise<Names> {
    const names = await this.folder.names();
    return { all: new Set(names), byKey: new Map(names.map((one) => [nameKey(one, true), one])) };
  }
}
