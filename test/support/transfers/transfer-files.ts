import { join } from 'node:path';
import type { TransferFiles } from '#agent/files/index.ts';
import { createIncomingDisk, createSourceDisk, createTransferStore } from '#node/transfers/index.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

/** Files of the transfers of one device, in a folder that outlives its agent; what arrives is in `inbox` there. */
export function transferFiles(
  folder: string,
  given: Partial<TransferFiles> & Readonly<{ book?: MemoryDocumentFile }> = {},
): TransferFiles {
  return {
    book: new MemoryDocumentFile(),
    store: createTransferStore(join(folder, 'lists')),
    source: createSourceDisk(),
    disk: createIncomingDisk(),
    inbox: join(folder, 'inbox'),
    privateFolders: [join(folder, 'lists')],
    ...given,
  };
}
