export { COMPLETION_SHELLS, completeWords, type CompletionShell } from './complete-words.ts';
export { NO_NAMES, readNames, type Names } from './names.ts';
export { completionScript } from './script.ts';
