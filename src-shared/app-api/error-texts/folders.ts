import type { ErrorText } from './text.ts';

/** Folders that are shared by HTTP. */
export const FOLDERS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'folder.relative': {
    what: 'The folder is not named in full.',
    why: '{path} means another folder for each program.',
    next: 'Give the whole path from the root on, or one that begins with ~/.',
  },
  'folder.missing': {
    what: 'There is no folder {path}.',
    why: 'It was moved or removed, or the disk it is on is not there now.',
    next: 'Bring it back and restart the rule, or choose another folder.',
  },
  'folder.not-a-folder': {
    what: '{path} is not a folder.',
    why: 'It is a single file, or something else that cannot hold files.',
    next: 'Choose the folder that holds it.',
  },
  'folder.unreadable': {
    what: 'This cannot be read.',
    why: 'The system does not let ClawReach read what is in {path}.',
    next: 'Change who may read it, or share another folder.',
  },
  'folder.private': {
    what: 'This folder is not shared.',
    why: '{path} belongs to ClawReach itself and holds the keys of this device.',
    next: 'Choose another folder.',
  },
};
