/** Most arguments read, since any program can start the application with any number. */
const MAX_ARGUMENTS = 64;
/** Longest link or path, in UTF-16 code units. */
const LONGEST_ARGUMENT = 4096;

/** Options of the application's command line. */
export type ApplicationArguments = Readonly<{
  /** Path as given, not resolved. */
  profile: string | undefined;
  /** True starts in the tray, without a window. */
  hidden: boolean;
  /** True registers for `clawreach:` links, even if the program isn't installed. */
  registerLinks: boolean;
  /** First argument that is a `clawreach:` link, unchecked. */
  link: string | undefined;
}>;

/**
 * Parses `--profile=DIR`, `--hidden`, `--register-links` and a link; ignores what Chromium and the system add. Used by `start.ts` for its own command
 * line and that of a second start. Pure.
 */
export function parseArguments(arguments_: readonly string[]): ApplicationArguments {
  const known = arguments_.slice(0, MAX_ARGUMENTS).filter((argument) => argument.length <= LONGEST_ARGUMENT);
  const profile = known.find((argument) => argument.startsWith('--profile='))?.slice('--profile='.length);
  return {
    profile: profile === '' ? undefined : profile,
    hidden: known.includes('--hidden'),
    registerLinks: known.includes('--register-links'),
    link: known.find((argument) => /^clawreach:/i.test(argument)),
  };
}
