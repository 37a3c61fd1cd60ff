/** Dialogs that save commands and run them on machines. */
export { SavedCommandDialogs } from './saved-command-dialogs.tsx';
