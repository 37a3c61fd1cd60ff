import { randomBytes } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemCode } from '#shared/errors.ts';
import type { TransferStore } from '#shared/files/index.ts';
import { StoreError } from '#shared/storage.ts';
import { ensurePrivateDirectory, PrivateFolder } from '../files/index.ts';

const SPOOL = /^spool-[0-9a-f]{32}$/;
const LIST = /^[0-9a-f]{32}\.list$/;

/** Keeps the lists of transfers in a private folder of the profile. Nothing else writes there. */
export function createTransferStore(folder: string): TransferStore {
  const lists = new PrivateFolder(folder);
  const nameOf = (id: string): string => `${id}.list`;
  /** Spools of this run, whose contents may be on their way. */
  const made = new Set<string>();
  // Transfers have real paths.
  const isHere = (path: string): boolean => path === folder || path === realOf(folder);
  const isSpool = (path: string): boolean => SPOOL.test(basename(path)) && isHere(dirname(path));
  return {
    writeList: async (id) => {
      await lists.remove(nameOf(id));
      const file = await lists.create(nameOf(id));
      return {
        append: async (lines) => await file.append(Buffer.from(lines)),
        close: async () => await file.close(),
      };
    },
    readList: (id) => createInterface({ input: createReadStream(join(folder, nameOf(id))), crlfDelay: Infinity }),
    remove: async (id) => await lists.remove(nameOf(id)),
    spool: async (contents) => {
      ensurePrivateDirectory(folder);
      const name = `spool-${randomBytes(16).toString('hex')}`;
      const path = join(folder, name);
      made.add(name);
      const file = await open(path, 'wx', 0o600);
      try {
        if (contents !== undefined) {
          await file.writeFile(contents);
          await file.sync();
        }
      } catch (error) {
        await rm(path, { force: true });
        throw new StoreError('store.write', 'a file for contents could not be written', { cause: error });
      } finally {
        await file.close();
      }
      return path;
    },
    removeSpool: async (path) => {
      if (isSpool(path)) await rm(path, { force: true });
    },
    isSpool,
    removeOthers: async (ids, paths) => {
      const kept = new Set([...[...ids].map(nameOf), ...[...paths].filter(isSpool).map((path) => basename(path))]);
      for (const name of await namesIn(folder))
        if ((LIST.test(name) || SPOOL.test(name)) && !kept.has(name) && !made.has(name))
          await rm(join(folder, name), { force: true });
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
}

function realOf(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
