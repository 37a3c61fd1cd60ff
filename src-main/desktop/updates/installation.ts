import type { UpdateMethod } from '#shared/app-api/index.ts';
import { currentAppImage } from '../app-image.ts';

export type InstallationFacts = Readonly<{
  packaged: boolean;
  platform: string;
  /** Path of this process's executable. */
  executable: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** Type written by the package beside the application, `deb` or `rpm`; undefined elsewhere. */
  packageType: string | undefined;
  /** Tells whether this process may replace a file or folder. */
  mayReplace(path: string): boolean;
}>;

/**
 * Chooses the method by which this installation gets a newer version. Called by `createUpdates`. Touches the disk only through `mayReplace` and to
 * resolve links.
 */
export function chooseUpdateMethod(facts: InstallationFacts): UpdateMethod {
  if (!facts.packaged) return 'source';
  switch (facts.platform) {
    case 'linux':
      return linuxMethod(facts);
    case 'darwin':
      return isTemporaryPath(facts.executable) ? 'move' : 'self';
    case 'win32':
      return facts.variables['PORTABLE_EXECUTABLE_FILE'] === undefined ? 'self' : 'download';
    default:
      return 'download';
  }
}

function linuxMethod({ variables, executable, packageType, mayReplace }: InstallationFacts): UpdateMethod {
  const image = currentAppImage(variables, executable);
  if (image !== undefined) return mayReplace(image) ? 'self' : 'download';
  return packageType === 'deb' || packageType === 'rpm' ? packageType : 'download';
}

/**
 * Tells whether the application runs from a temporary path: macOS runs a download that wasn't moved from a read-only location, and a disk image is
 * one too. Also used by the installer of the command. Pure.
 */
export function isTemporaryPath(executable: string): boolean {
  return executable.includes('/AppTranslocation/') || executable.startsWith('/Volumes/');
}
