import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TransferStore } from '#shared/files/index.ts';
import { ensurePrivateDirectory, PrivateFolder } from '../files/index.ts';

const SPOOL = /^spool-[0-9a-f]{32}$/;

/** Keeps the lists of transfers in a private folder of the profile. Nothing else writes there. */
export function createTransferStore(folder: string): TransferStore {
  const lists = new PrivateFolder(folder);
  const nameOf = (id: string): string => `${id}.list`;
  const isSpool = (path: string): boolean => dirname(path) === folder && SPOOL.test(path.slice(folder.length + 1));
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
    spool: async () => {
      ensurePrivateDirectory(folder);
      const path = join(folder, `spool-${randomBytes(16).toString('hex')}`);
      await (await open(path, 'wx', 0o600)).close();
      return path;
    },
    removeSpool: async (path) => {
      if (isSpool(path)) await rm(path, { force: true });
    },
    isSpool,
  };
}
