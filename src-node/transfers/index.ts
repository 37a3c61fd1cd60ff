export { createIncomingDisk } from './incoming-disk.ts';
export { createSourceDisk } from './source-disk.ts';
export { createTransferStore } from './transfer-store.ts';
export { isServedName } from './served-names.ts';
export { ServedFolder, type ServedEntry, type ServedFile, type ServedPage } from './served-folder.ts';
