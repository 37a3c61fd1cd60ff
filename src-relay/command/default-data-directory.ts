import { posix, win32 } from 'node:path';

/** Facts of the process that determine the directory. */
export type DataFacts = Readonly<{
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  home: string;
}>;

/** Returns the default of `--data`, the directory for the relay's keys and database, by the conventions of the system. Pure. */
export function defaultDataDirectory({ platform, environment, home }: DataFacts): string {
  if (platform === 'win32')
    return win32.join(environment['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'clawreach-relay');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'clawreach-relay');
  // XDG Base Directory Specification: a relative path must be ignored.
  const configured = environment['XDG_DATA_HOME'];
  const base = configured?.startsWith('/') === true ? configured : posix.join(home, '.local', 'share');
  return posix.join(base, 'clawreach-relay');
}
