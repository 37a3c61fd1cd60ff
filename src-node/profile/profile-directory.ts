import { posix, win32 } from 'node:path';

/** Facts of the process that determine the profile directory. */
export type ProfileFacts = Readonly<{
  platform: NodeJS.Platform;
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  workingDirectory: string;
}>;

/**
 * Returns the absolute path of the profile directory, the same for CLI and application: the option, else CLAWREACH_PROFILE, else the system's default
 * location. Pure.
 * @param option value of `--profile`, if given
 */
export function profileDirectory(option: string | undefined, facts: ProfileFacts): string {
  const path = facts.platform === 'win32' ? win32 : posix;
  const chosen = option ?? (facts.variables['CLAWREACH_PROFILE'] || undefined);
  return path.resolve(facts.workingDirectory, chosen ?? systemDirectory(facts));
}

function systemDirectory({ platform, variables, home }: ProfileFacts): string {
  if (platform === 'win32') {
    return win32.join(variables['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'ClawReach');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'ClawReach');
  // XDG Base Directory Specification: a relative path must be ignored.
  const configured = variables['XDG_CONFIG_HOME'];
  return posix.join(configured?.startsWith('/') === true ? configured : posix.join(home, '.config'), 'clawreach');
}
