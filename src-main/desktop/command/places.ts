import { posix, win32 } from 'node:path';
import { ownImage } from '../app-image.ts';

export type CommandFacts = Readonly<{
  packaged: boolean;
  platform: string;
  /** Folder of the application's resources. */
  resources: string;
  home: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** What the package has written: `deb`, `rpm`; undefined elsewhere. */
  packageType: string | undefined;
  /** The application runs from a place that is gone after it ends, such as a disk image. */
  isForAWhile: boolean;
}>;

/** How the command of this installation gets to where a terminal looks. */
export type CommandPlan =
  | Readonly<{ how: 'none' }>
  /** The package has put it there. */
  | Readonly<{ how: 'package'; path: string }>
  /** A link to the program of this installation. With `ask`, the system asks for the password of an administrator. */
  | Readonly<{ how: 'link'; program: string; path: string; ask: boolean; refused: boolean }>
  /** The installation is not where it was at its next start: a copy, and a link to that. */
  | Readonly<{ how: 'copy'; from: string; to: string; path: string }>
  /** Windows: its folder is one of those that a terminal looks into. */
  | Readonly<{ how: 'path'; folder: string; copyFrom: string | null }>;

export function planCommand(facts: CommandFacts): CommandPlan {
  const { packaged, platform, resources, home, variables, packageType, isForAWhile } = facts;
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
      return { how: 'link', program, path: '/usr/local/bin/clawreach', ask: true, refused: isForAWhile };
    }
    default: {
      if (packageType === 'deb' || packageType === 'rpm') return { how: 'package', path: '/usr/bin/clawreach' };
      const from = posix.join(resources, 'command');
      const path = posix.join(home, '.local', 'bin', 'clawreach');
      const data = variables['XDG_DATA_HOME'] ?? posix.join(home, '.local', 'share');
      return ownImage(variables, resources) === undefined
        ? { how: 'link', program: posix.join(from, 'clawreach'), path, ask: false, refused: false }
        : { how: 'copy', from, to: posix.join(data, 'clawreach', 'command'), path };
    }
  }
}
