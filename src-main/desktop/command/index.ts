export { CommandInstaller } from './command-installer.ts';
export { createCommandInstaller } from './create-command-installer.ts';
