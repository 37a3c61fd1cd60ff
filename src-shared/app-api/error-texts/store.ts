import type { ErrorText } from './text.ts';

export const STORE_TEXTS: Readonly<Record<string, ErrorText>> = {
  'store.secret-permissions': {
    what: 'The secret of this device can be read by others, so it is not used.',
    why: '{file} is open to other users of this machine, or belongs to one of them.',
    next: 'Run `{command}`. If somebody else may have read it, remove the profile and pair this device anew.',
  },
  'store.secret-length': {
    what: 'The secret of this device is damaged.',
    why: '{file} has {length} bytes and not 32.',
    next: 'Put the file back from a backup, or move it away and pair this device anew.',
  },
  'store.secret-exists': {
    what: 'The secret of this device was not replaced.',
    why: '{file} exists, and a secret is never overwritten.',
    next: 'To start with a new identity, move the file away first; every peer has to be paired anew then.',
  },
  'store.secret-lost': {
    what: 'The secret of this device could not be kept.',
    why: 'The key store took it and did not give it back.',
    next: 'Unlock the key store of your system, or use the file store, and start again.',
  },
  'store.directory-permissions': {
    what: 'The directory of this profile is open to other users, so it is not used.',
    why: '{file} may be entered by others than you.',
    next: 'Run `{command}` and start again, or choose another directory with `--profile`.',
  },
  'store.malformed': {
    what: 'A file of this profile is damaged.',
    why: '{message}',
    next: 'Put the file back from a backup, or move it away to start without what it held.',
  },
  'store.corrupt': {
    what: 'A file of this profile is damaged, and there is no good copy of it.',
    why: '{file} cannot be understood, nor can the copy beside it. Nothing was overwritten.',
    next: 'Put the file back from a backup, or move it away to start without what it held.',
  },
  'store.newer': {
    what: 'A file of this profile was written by a later version of ClawReach.',
    why: '{file} has version {version}; this ClawReach knows up to {supported}.',
    next: 'Update ClawReach, or choose another profile.',
  },
  'store.unreadable': {
    what: 'A file of this profile cannot be read.',
    why: '{file}: {reason}.',
    next: 'Check owner and permissions of the file and its directory, then start again.',
  },
  'store.write': {
    what: 'A change could not be saved, so it was not made.',
    why: '{file}: {reason}.',
    next: 'Check free space and permissions, then try again.',
  },
  'store.invalid': {
    what: 'A change was not made because it could not be read back later.',
    why: '{message}',
    next: 'Try again with other values; if it stays, report it with the log of the agent.',
  },
};
