export { remotePaths, remoteWord } from './remote-paths.ts';
export { COMPLETION_SHELLS, completeWords, type CompletionShell } from './complete-words.ts';
export { NO_NAMES, readNames, type Names } from './names.ts';
export { completionScript } from './script.ts';
