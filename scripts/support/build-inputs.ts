import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Files and folders of the project that decide what a build makes; installed libraries are in npm's own list of them. Any may be missing: the relay's
 * image is built of fewer, and other package managers keep no such list.
 */
const INPUTS = [
  'assets',
  'build/updates.json',
  'docs',
  'package.json',
  'scripts',
  'tsconfig.json',
  'vite.config.ts',
  'node_modules/.package-lock.json',
];

/**
 * Returns a digest of all files that a build reads, hexadecimal. Two builds of the same digest make the same files.
 * @param root Folder of the project.
 */
export function digestOfInputs(root: string): string {
  const sources = readdirSync(root).filter((name) => name.startsWith('src-'));
  const hash = createHash('sha256').update(process.version);
  for (const path of [...sources, ...INPUTS].toSorted()) addPath(join(root, path));
  return hash.digest('hex');

  function addPath(path: string): void {
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind === undefined) hash.update(`${path}\0missing\0`);
    else if (kind.isDirectory()) for (const name of readdirSync(path).toSorted()) addPath(join(path, name));
    else hash.update(`${path}\0${kind.size}\0`).update(readFileSync(path));
  }
}
