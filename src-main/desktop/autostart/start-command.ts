import { currentAppImage } from '../app-image.ts';

export type StartFacts = Readonly<{
  execPath: string;
  /** Directory with which Electron was started, if run from sources; undefined in a package. */
  sources: string | undefined;
  variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path given on the command line; undefined for the default profile. */
  profile: string | undefined;
}>;

/**
 * Returns program and arguments for a hidden start at login with the current profile, for `createAutostart`. Chooses a path that remains valid after
 * this run, also for an AppImage or a portable application.
 */
export function startCommand({ execPath, sources, variables, profile }: StartFacts): readonly [string, ...string[]] {
  const options = [...(profile === undefined ? [] : [`--profile=${profile}`]), '--hidden'];
  // An AppImage is mounted, and a portable application of Windows unpacked, at a different path each time.
  const program = currentAppImage(variables, execPath) || variables['PORTABLE_EXECUTABLE_FILE'] || execPath;
  return sources === undefined ? [program, ...options] : [execPath, sources, ...options];
}
