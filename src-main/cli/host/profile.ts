import { posix, win32 } from 'node:path';
import type { Variables } from './host.ts';

export type ProfileFacts = Readonly<{
  platform: NodeJS.Platform;
  variables: Variables;
  home: string;
  workingDirectory: string;
}>;

/**
 * Where this device's keys, settings and log live: the option, else CLAWREACH_PROFILE, else the place of the system. Absolute.
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

/**
 * The profile that a connector's `--config FILE` means: a directory is one itself; for a file it is the directory of the same name beside it,
 * so that keys never end up among foreign files (`~/.relay-connector.json` gives `~/.relay-connector`). The settings file of a profile means
 * that profile.
 */
export function profileOfConfig(path: string, isFile: boolean): string {
  const withoutExtension = path.replace(/\.json$/i, '');
  if (/(?:^|[\\/])settings\.json$/i.test(path)) return path.slice(0, -'settings.json'.length) || '.';
  if (withoutExtension !== path) return withoutExtension;
  return isFile ? `${path}.clawreach` : path;
}
