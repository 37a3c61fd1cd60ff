import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the type of the installed Linux package, `deb` or `rpm`, from a file that the package wrote among the application's resources; undefined
 * elsewhere. Used for updates and the installation of the command.
 */
export function packageType(): string | undefined {
  try {
    return readFileSync(join(process.resourcesPath, 'package-type'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
