export { isServedName } from './served-names.ts';
export { ServedFolder, type ServedEntry, type ServedFile, type ServedPage } from './served-folder.ts';
