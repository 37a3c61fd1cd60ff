import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `deb` or `rpm`, as the package has written it beside the application; undefined elsewhere. */
export function packageType(): string | undefined {
  try {
    return readFileSync(join(process.resourcesPath, 'package-type'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
