import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files and folders of the project that decide what a build makes; installed libraries are in npm's own list of them. */
const INPUTS = [
  'assets',
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
    const entries = entriesOf(path);
    if (entries === undefined) hash.update(`${path}\0`).update(readFileSync(path));
    else for (const name of entries.toSorted()) addPath(join(path, name));
  }
}

/** Lists a folder; undefined for a file. */
function entriesOf(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
