/** Commands that the person has saved, to run them on machines. */
export { createSavedCommands } from './module.ts';
