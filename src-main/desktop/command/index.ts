export { Command } from './command.ts';
export { createCommand } from './create-command.ts';
