export { createWindowFiles } from './create-window-files.ts';
export { WindowFiles } from './window-files.ts';
