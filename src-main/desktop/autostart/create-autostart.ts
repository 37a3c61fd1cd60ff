import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { app } from 'electron';
import { DesktopEntry } from './desktop-entry.ts';
import { LoginItem } from './login-item.ts';
import { startCommand } from './start-command.ts';
import type { Autostart } from './autostart.ts';

/**
 * Creates the autostart setting for this system: login items on macOS and Windows, a desktop entry elsewhere. Called once at the start of the
 * application. Reads and changes nothing itself.
 * @param profile the absolute path given on the command line; undefined for the default profile
 * @param root directory with `package.json` and `assets`
 */
export function createAutostart(profile: string | undefined, root: string): Autostart {
  const { platform, env } = process;
  const command = startCommand({
    execPath: process.execPath,
    sources: app.isPackaged ? undefined : root,
    variables: env,
    profile,
  });
  // Each profile has an entry of its own.
  const suffix = profile === undefined ? '' : `-${createHash('sha256').update(profile).digest('hex').slice(0, 8)}`;
  if (platform === 'darwin' || platform === 'win32')
    return new LoginItem({
      app,
      platform,
      command,
      electron: Number.parseInt(process.versions['electron'] ?? '0', 10),
      name: `ClawReach${suffix}`,
    });
  const configuration = env['XDG_CONFIG_HOME'] ?? '';
  const base = isAbsolute(configuration) ? configuration : join(homedir(), '.config');
  const icon = app.isPackaged ? 'clawreach' : join(root, 'assets', 'icon', '256.png');
  return new DesktopEntry({ file: join(base, 'autostart', `clawreach${suffix}.desktop`), command, icon });
}
