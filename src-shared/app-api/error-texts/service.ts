import type { ErrorText } from './text.ts';

export const SERVICE_TEXTS: Readonly<Record<string, ErrorText>> = {
  'service.unsupported': {
    what: 'ClawReach cannot install a service on this system.',
    why: 'No service manager of {platform} is known to it.',
    next: 'Have your own service manager run `clawreach run` as you, and again when it ends with 70.',
  },
  'service.app-image': {
    what: 'No service was installed.',
    why: 'The AppImage is mounted at another place each time, so a service would not find its program.',
    next: 'Install the deb or rpm package for a service, or switch on “Start when you log in” in the settings of the application.',
  },
  'service.path': {
    what: 'No service was installed.',
    why: 'A path has a character that no service file can hold: {path}',
    next: 'Choose another folder with `--profile`.',
  },
  'service.no-tool': {
    what: 'No service was installed.',
    why: 'This system has no `{program}`, which ClawReach would need to ask.',
    next: 'See the file with `clawreach service install --dry-run`, and use it with the service manager that you have.',
  },
  'service.no-manager': {
    what: 'Your own service manager does not answer.',
    why: '`{command}` failed: {reason}',
    next: 'Log in as the person themselves (not with `su` or `sudo`), or run `loginctl enable-linger` for this account, then try again.',
  },
  'service.failed': {
    what: 'The service manager has refused.',
    why: '`{command}` failed: {reason}',
    next: 'See `clawreach service status`, and the log of the service manager.',
  },
  'service.foreign-file': {
    what: 'The file of the service was written by somebody else, so it is left alone.',
    why: '{file} is there, and ClawReach has not written it.',
    next: 'Move it away, then try again.',
  },
  'service.write': {
    what: 'The file of the service could not be changed.',
    why: '{file}: {reason}.',
    next: 'Check free space and permissions, then try again.',
  },
  'service.not-installed': {
    what: 'There is no service to remove.',
    why: '{file} is not there.',
    next: '`clawreach service install` makes one.',
  },
};
