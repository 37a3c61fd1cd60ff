export { CommandInstaller } from './command.ts';
export { createCommandInstaller } from './create-command.ts';
