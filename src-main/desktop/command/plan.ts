import { posix, win32 } from 'node:path';
import { currentAppImage } from '../app-image.ts';

/** Facts about this installation that determine the plan. */
export type CommandFacts = Readonly<{
  /** False when run from sources. */
  packaged: boolean;
  platform: string;
  /** Folder of the application's resources. */
  resources: string;
  home: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** Type of the Linux package that was installed, `deb` or `rpm`; undefined elsewhere. */
  packageType: string | undefined;
  /** True if the application's path is temporary, such as on a disk image. */
  isTemporary: boolean;
}>;

/** Plan for making terminals find the command of this installation. `CommandInstaller` carries it out. */
export type CommandPlan =
  /** Run from sources: there is no bundled command. */
  | Readonly<{ how: 'none' }>
  /** The system's package has installed the command. */
  | Readonly<{ how: 'package'; path: string }>
  /**
   * A link to this installation's program. With `ask`, the system asks for an administrator's password. With `refused`, installing fails, since the
   * application's path is temporary.
   */
  | Readonly<{ how: 'link'; program: string; path: string; ask: boolean; refused: boolean }>
  /** AppImage: a copy of the command, and a link to the copy, since an AppImage is mounted elsewhere each time. */
  | Readonly<{ how: 'copy'; from: string; to: string; path: string }>
  /** Windows: `folder` is added to PATH. The portable application copies the command there from `copyFrom`; null for an installed one. */
  | Readonly<{ how: 'path'; folder: string; copyFrom: string | null }>;

/** Plans the installation of the bundled command. Called by `createCommandInstaller`; changes nothing, and reads the disk only to resolve links. */
export function planCommand(facts: CommandFacts): CommandPlan {
  const { packaged, platform, resources, home, variables, packageType, isTemporary } = facts;
  if (!packaged) return { how: 'none' };
  switch (platform) {
    case 'win32': {
      const folder = win32.join(resources, 'command');
      const local = variables['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local');
      return variables['PORTABLE_EXECUTABLE_FILE'] === undefined
        ? { how: 'path', folder, copyFrom: null }
        : { how: 'path', folder: win32.join(local, 'ClawReach', 'command'), copyFrom: folder };
    }
    case 'darwin': {
      const program = posix.join(resources, 'command', 'clawreach');
      return { how: 'link', program, path: '/usr/local/bin/clawreach', ask: true, refused: isTemporary };
    }
    default: {
      if (packageType === 'deb' || packageType === 'rpm') return { how: 'package', path: '/usr/bin/clawreach' };
      const from = posix.join(resources, 'command');
      const path = posix.join(home, '.local', 'bin', 'clawreach');
      const data = variables['XDG_DATA_HOME'] ?? posix.join(home, '.local', 'share');
      return currentAppImage(variables, resources) === undefined
        ? { how: 'link', program: posix.join(from, 'clawreach'), path, ask: false, refused: false }
        : { how: 'copy', from, to: posix.join(data, 'clawreach', 'command'), path };
    }
  }
}
