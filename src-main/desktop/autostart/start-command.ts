import { ownImage } from '../app-image.ts';

export type StartFacts = Readonly<{
  execPath: string;
  /** Of an application that runs from sources: the directory that Electron was started with; undefined where it is packaged. */
  sources: string | undefined;
  variables: Readonly<Record<string, string | undefined>>;
  /** As it was given on the command line; undefined where the usual one is meant. Absolute. */
  profile: string | undefined;
}>;

/** Program and arguments of a start at login: hidden, with the profile of now, and a path that is still there tomorrow. */
export function startCommand({ execPath, sources, variables, profile }: StartFacts): readonly [string, ...string[]] {
  const options = [...(profile === undefined ? [] : [`--profile=${profile}`]), '--hidden'];
  // An AppImage is mounted at another place each time; a portable application of Windows is unpacked anew each time.
  const program = ownImage(variables, execPath) || variables['PORTABLE_EXECUTABLE_FILE'] || execPath;
  return sources === undefined ? [program, ...options] : [execPath, sources, ...options];
}
