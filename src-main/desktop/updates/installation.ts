import type { UpdateMethod } from '#shared/app-api/index.ts';
import { ownImage } from '../app-image.ts';

export type InstallationFacts = Readonly<{
  packaged: boolean;
  platform: string;
  /** Of this process. */
  executable: string;
  variables: Readonly<Record<string, string | undefined>>;
  /** What the package has written beside the application: `deb`, `rpm`; undefined elsewhere. */
  packageType: string | undefined;
  /** Whether this process may replace a file or folder. */
  mayReplace(path: string): boolean;
}>;

/** How this installation gets a newer version. */
export function chooseUpdateMethod(facts: InstallationFacts): UpdateMethod {
  if (!facts.packaged) return 'source';
  switch (facts.platform) {
    case 'linux':
      return linuxWay(facts);
    case 'darwin':
      return isForAWhile(facts.executable) ? 'move' : 'self';
    case 'win32':
      return facts.variables['PORTABLE_EXECUTABLE_FILE'] === undefined ? 'self' : 'download';
    default:
      return 'download';
  }
}

function linuxWay({ variables, executable, packageType, mayReplace }: InstallationFacts): UpdateMethod {
  const image = ownImage(variables, executable);
  if (image !== undefined) return mayReplace(image) ? 'self' : 'download';
  return packageType === 'deb' || packageType === 'rpm' ? packageType : 'download';
}

/** macOS runs what was not moved out of its download from a place that nobody may write to; a disk image is one anyway. */
export function isForAWhile(executable: string): boolean {
  return executable.includes('/AppTranslocation/') || executable.startsWith('/Volumes/');
}
