/** Arguments beyond these are not looked at: others can start the application with what they like. */
const MOST_ARGUMENTS = 64;
/** UTF-16 units of a link or a path. */
const LONGEST_ARGUMENT = 4096;

export type ApplicationArguments = Readonly<{
  /** As it was given, not resolved. */
  profile: string | undefined;
  /** Start in the tray, without a window. */
  hidden: boolean;
  /** Makes this program the one that opens `clawreach:` links, also where it is not installed. */
  registerLinks: boolean;
  /** The first argument that is a `clawreach:` link, not checked any further. */
  link: string | undefined;
}>;

/** `--profile=DIR`, `--hidden`, `--register-links` and a link; what Chromium and the system add is passed over. */
export function parseArguments(arguments_: readonly string[]): ApplicationArguments {
  const known = arguments_.slice(0, MOST_ARGUMENTS).filter((argument) => argument.length <= LONGEST_ARGUMENT);
  const profile = known.find((argument) => argument.startsWith('--profile='))?.slice('--profile='.length);
  return {
    profile: profile === '' ? undefined : profile,
    hidden: known.includes('--hidden'),
    registerLinks: known.includes('--register-links'),
    link: known.find((argument) => /^clawreach:/i.test(argument)),
  };
}
