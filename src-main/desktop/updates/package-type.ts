import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the type that the package wrote beside the application, `deb` or `rpm`; undefined elsewhere. */
export function packageType(): string | undefined {
  try {
    return readFileSync(join(process.resourcesPath, 'package-type'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
