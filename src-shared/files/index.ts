export type {
  FileFacts,
  IncomingDisk,
  IncomingFile,
  IncomingFolder,
  LeftParts,
  SharedTarget,
  OwnDisk,
  SourceDisk,
  SourceEntry,
  SourceFile,
  SourceRoot,
  SourceRules,
  TransferStore,
} from './disk.ts';
export { FilesError, FolderError } from './errors.ts';
export {
  entryLines,
  folderName,
  folderNames,
  FOLDERS_PARAMS,
  foldersParams,
  parseFolderAnswer,
  parseFolderRequest,
  PUT_MODES,
  putMode,
  type FolderAnswer,
  type FolderRequest,
  type ListedEntry,
  type PutMode,
  type ServedRoot,
} from './folder-wire.ts';
export { chunkCount, chunkLength, entryText, fileRoot, HASH_BYTES, type Sha256 } from './hashes.ts';
export * from './limits.ts';
export {
  cleanFileName,
  isHiddenName,
  NAME_RULES,
  nameKey,
  NameTable,
  numberedName,
  type NameRules,
  type PlacedName,
} from './names.ts';
export { isOver, mayStartAgain, TRANSFER_STATES, type TransferState } from './states.ts';
export {
  contentParams,
  encodeFilesLine,
  FILES_PARAMS,
  filesParams,
  isResumable,
  parseReceiverLine,
  parseSenderLine,
  transferId,
  type ContentParams,
  type ListEntry,
  type Offer,
  type ReceiverLine,
  type SenderLine,
  type TransferInto,
} from './wire.ts';
