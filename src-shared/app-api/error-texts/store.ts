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
  'store.secret-sealed': {
    what: 'The secret of this device is in the key store of the system, and a command cannot open it.',
    why: 'The application has sealed it into {file}. No new identity was made.',
    next: 'Start the ClawReach application and leave it running: commands use its agent. To run without it, choose in the application: Settings > Security > File only you can read. Or choose another profile with `--profile`.',
  },
  'store.secret-conflict': {
    what: 'This profile has two different secrets, so neither is used.',
    why: '{file} and {sealed} belong to two devices; one of them was copied here.',
    next: 'Move the one away that does not belong to this device, then start again.',
  },
  'store.key-store-locked': {
    what: 'The key store of this system is locked or does not run.',
    why: 'The secret of this device, {file}, was sealed with it ({backend}). Nothing was changed, and no new identity was made.',
    next: 'Unlock the key store, for example by logging in to the desktop again, and start ClawReach again.',
  },
  'store.key-store-missing': {
    what: 'The key store that holds the secret of this device is not there.',
    why: '{file} was sealed with {backend}, and this desktop offers no key store. Nothing was changed, and no new identity was made.',
    next: 'Start ClawReach in the desktop where it ran before, or with `--password-store={backend}`.',
  },
  'store.key-store-refused': {
    what: 'The key store does not open the secret of this device.',
    why: '{file} was sealed with {backend}; the key that {now} gives now is another one. Nothing was changed.',
    next: 'Restore the keyring, or move the file away to start as a new device; every peer has to be paired anew then.',
  },
  'store.secret-gone': {
    what: 'The secret of this device is not in its profile any more.',
    why: 'Somebody has removed it while the agent was running.',
    next: 'Put it back from a backup before you end ClawReach; else this device starts as a new one, and every peer has to be paired anew.',
  },
  'store.key-store-unavailable': {
    what: 'The key of this device was not moved.',
    why: 'The key store of this system is not there, is locked, or did not do its work. The key is where it was.',
    next: 'Unlock the key store, for example by logging in to the desktop again, and try again.',
  },
  'store.directory-permissions': {
    what: 'The folder of this profile is open to other users, so it is not used.',
    why: '{file} may be entered by others than you.',
    next: 'Run `{command}` and start again, or choose another folder with `--profile`.',
  },
  'store.malformed': {
    what: 'A file of this profile is damaged.',
    why: '{message}',
    next: 'Put the file back from a backup, or move it away to start without what it held.',
  },
  'store.recovered': {
    what: 'A file of this profile was damaged; its last good copy is used.',
    why: '{file} cannot be understood. The newest change in it may be missing. The damaged file is kept.',
    next: 'Look whether everything is as it should be. If files are damaged again, check the disk.',
  },
  'store.restored': {
    what: 'A file of this profile was missing; its last good copy is used.',
    why: '{file} is not there. The newest change in it may be missing.',
    next: 'Look whether everything is as it should be.',
  },
  'store.lost': {
    what: 'A file of this profile is damaged, and ClawReach has started without what it held.',
    why: '{file} cannot be understood, nor is there a good copy of it. The damaged file is kept and never overwritten.',
    next: 'End ClawReach and put the file back from a backup, or go on and set up anew what is missing.',
  },
  'store.disk-full': {
    what: 'The disk is full, so no change can be saved.',
    why: '{directory} has no space left ({reason}). What runs goes on.',
    next: 'Free some space; ClawReach notices by itself.',
  },
  'store.read-only': {
    what: 'The profile cannot be written, so no change can be saved.',
    why: '{directory} may only be read ({reason}). What runs goes on.',
    next: 'Check the permissions of the folder, and whether its disk is mounted for reading only.',
  },
  'store.not-writable': {
    what: 'The profile cannot be written, so no change can be saved.',
    why: 'Writing to {directory} failed ({reason}). What runs goes on.',
    next: 'Check the disk; ClawReach notices by itself when it can be written again.',
  },
  'store.newer': {
    what: 'A file of this profile was written by a later version of ClawReach.',
    why: '{file} has version {version}; this ClawReach knows up to {supported}.',
    next: 'Update ClawReach, or choose another profile.',
  },
  'store.unreadable': {
    what: 'A file of this profile cannot be read.',
    why: '{file}: {reason}.',
    next: 'Check owner and permissions of the file and its folder, then start again.',
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
