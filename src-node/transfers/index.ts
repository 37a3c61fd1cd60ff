export { createIncomingDisk } from './incoming-disk.ts';
export { createSourceDisk } from './source-disk.ts';
export { createTransferStore } from './transfer-store.ts';
