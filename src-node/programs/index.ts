export { commandFor, createCommandNotifier, type Notice } from './command-notifier.ts';
export { listProcesses, type ProcessEntry } from './process-table.ts';
export { programPaths, type SearchPath } from './which.ts';
export { LocalPrograms, type LocalProgramsOptions } from './local-programs.ts';
export {
  ProgramError,
  type DirectoryListing,
  type FoundFile,
  type FoundPath,
  type FoundProgram,
  type HostStats,
  type ProgramEnd,
  type Programs,
  type ProgramStart,
} from './types.ts';
