import type { ErrorText } from './text.ts';

/** Updates of the application, the command that comes with it, and its licences. */
export const UPDATES_TEXTS: Readonly<Record<string, ErrorText>> = {
  'shell.updates-elsewhere': {
    what: 'Updates are not looked for here.',
    why: 'Only the ClawReach application updates itself; a browser shows what the agent of this machine has.',
    next: 'Update ClawReach the way it was installed.',
  },
  'shell.command-elsewhere': {
    what: 'The command was not installed.',
    why: 'Only the ClawReach application can install it.',
    next: 'Open the settings in the application.',
  },
  'shell.command-source': {
    what: 'The command was not installed.',
    why: 'ClawReach runs from its sources here.',
    next: 'Run `npm link` in the folder of the sources.',
  },
  'shell.command-failed': {
    what: 'The command was not installed.',
    why: 'The system says {reason}.',
    next: 'Try again; where it asks for a password, this has to be one of an administrator.',
  },
  'shell.command-taken': {
    what: 'The command was not installed.',
    why: 'There is another program at {path}.',
    next: 'Remove or rename it if you do not need it, then try again.',
  },
  'shell.command-moved': {
    what: 'The command was not installed.',
    why: 'The application runs from a place that is gone after it ends.',
    next: 'Move ClawReach into the Applications folder, start it there, then try again.',
  },
  'shell.licences-missing': {
    what: 'The licences cannot be shown.',
    why: 'Their file is missing or damaged.',
    next: 'Install ClawReach again, or run `npm run build` where its sources are.',
  },
  'update.not-set-up': {
    what: 'Updates are not looked for.',
    why: 'This build of ClawReach does not know where new versions are told.',
    next: 'Get a release, or update this build the way you have made it.',
  },
  'update.unreachable': {
    what: 'Whether there is a newer version could not be found out.',
    why: 'The server of the releases did not answer: {reason}.',
    next: 'Check again later. ClawReach goes on as it is.',
  },
  'update.none': {
    what: 'Whether there is a newer version could not be found out.',
    why: 'The server of the releases tells of none for this channel and this system.',
    next: 'Choose the other channel, or check again later.',
  },
  'update.unsigned': {
    what: 'The update was refused.',
    why: 'What the server says about it is not signed.',
    next: 'Check again later. If it stays, get ClawReach from its own page, and tell its makers.',
  },
  'update.wrong-signature': {
    what: 'The update was refused.',
    why: 'What the server says about it is not signed by a key of ClawReach: it was changed on its way, or somebody else made it.',
    next: 'Check again later, from another network. If it stays, tell the makers of ClawReach.',
  },
  'update.malformed': {
    what: 'The update was refused.',
    why: 'What the server says about it cannot be read.',
    next: 'Check again later. If it stays, get ClawReach from its own page.',
  },
  'update.wrong-channel': {
    what: 'The update was refused.',
    why: 'The server offered a version of the channel {offered} instead of {wanted}.',
    next: 'Check again later. If it stays, tell the makers of ClawReach.',
  },
  'update.wrong-system': {
    what: 'The update was refused.',
    why: 'The server offered a version for {offered}; this is {wanted}.',
    next: 'Check again later. If it stays, tell the makers of ClawReach.',
  },
  'update.expired': {
    what: 'The update was refused.',
    why: 'What the server says is out of date: it was true until {until}. Or the clock of this machine is wrong.',
    next: 'Compare the date of this machine, then check again.',
  },
  'update.rolled-back': {
    what: 'The update was refused.',
    why: 'What the server says is older than what it has said before, so somebody may be hiding a newer version.',
    next: 'Check again later, from another network. If it stays, tell the makers of ClawReach.',
  },
  'update.not-offered': {
    what: 'There is nothing to download.',
    why: 'No newer version is known, or this installation does not update itself.',
    next: 'Check for a newer version first.',
  },
  'update.download': {
    what: 'The update was not downloaded.',
    why: 'The download broke off: {reason}.',
    next: 'Try again. What runs now is not touched.',
  },
  'update.checksum': {
    what: 'The update was thrown away.',
    why: 'The file that came is not the one that was signed.',
    next: 'Try again, from another network if it stays.',
  },
  'update.install': {
    what: 'The update was not installed.',
    why: 'The system says {reason}.',
    next: 'Try again, or install the new version by hand.',
  },
};
