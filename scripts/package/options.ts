/** Where a build of ours finds its releases: what `build/updates.json` says, or, on GitHub's machines, the releases of that very repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpdateSource } from '../../src-node/releases/index.ts';

export function updateSource(root: string, variables: Readonly<Record<string, string | undefined>>): string {
  const written = readFileSync(join(root, 'build', 'updates.json'), 'utf8');
  const { feeds, keys } = JSON.parse(written) as { feeds: UpdateSource['feeds'] | null; keys: string[] };
  const repository = variables['GITHUB_REPOSITORY'];
  if (feeds !== null || repository === undefined) return written;
  const releases = `https://github.com/${repository}/releases`;
  // "latest" is the newest that is neither draft nor for testers; those have a release of their own that is always there.
  return JSON.stringify({
    feeds: { stable: `${releases}/latest/download`, beta: `${releases}/download/beta` },
    keys,
  });
}
