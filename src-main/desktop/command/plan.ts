import { posix, win32 } from 'node:path';
import { currentAppImage } from '../app-image.ts';

export type CommandFacts = Readonly<{
  packaged: boolean;
  platform: string;
  /** Folder of the application's resources. */
  resources: string;
  home: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** Type written by the package, `deb` or `rpm`; undefined elsewhere. */
  packageType: string | undefined;
  /** True if the application's path is temporary, such as on a disk image. */
  isTemporary: boolean;
}>;

/** Plan for making terminals find the command of this installation. */
export type CommandPlan =
  | Readonly<{ how: 'none' }>
  /** The system's package has installed the command. */
  | Readonly<{ how: 'package'; path: string }>
  /** A link to this installation's program. With `ask`, the system asks for an administrator's password. */
  | Readonly<{ how: 'link'; program: string; path: string; ask: boolean; refused: boolean }>
  /** A copy of the command, and a link to the copy, since the installation's path is temporary. */
  | Readonly<{ how: 'copy'; from: string; to: string; path: string }>
  /** Windows: the command's folder is added to PATH. */
  | Readonly<{ how: 'path'; folder: string; copyFrom: string | null }>;

/** Plans the installation of the bundled command, from facts about this installation. */
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
