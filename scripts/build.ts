/**
 * Bundles our own sources into `dist/`, one file per command; libraries stay in node_modules. The window is built with all it needs. Runs at
 * `npm install` (prepare) and before the tests, takes seconds, and needs neither type checker nor linter.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { buildDesktop } from './build-desktop.ts';
import { buildWindow } from './build-window.ts';

const root = new URL('..', import.meta.url).pathname;
const entries = {
  clawreach: 'src-main/cli/main.ts',
  'pty-host': 'src-main/agent/terminals/pty-host-main.ts',
  'clawreach-relay': 'src-relay/main.ts',
} as const;

const alias = Object.fromEntries(
  Object.entries({
    '#shared': 'src-shared',
    '#node': 'src-node',
    '#agent': 'src-main/agent',
    '#cli': 'src-main/cli',
    '#local': 'src-main/local',
    '#relay': 'src-relay',
  }).map(([name, folder]) => [name, `${root}${folder}`]),
);
const dist = join(root, 'dist');
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: Object.entries(entries)
    .filter(([, source]) => existsSync(`${root}${source}`))
    .map(([out, source]) => ({ in: source, out })),
  outdir: 'dist',
  write: false,
  bundle: true,
  // The agent in a chunk of its own: a command that only talks to it starts in half the time without loading it.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  alias,
  sourcemap: true,
  logLevel: 'warning',
});

// Each file takes the place of the old one in one step: a command that starts meanwhile finds one or the other.
await mkdir(dist, { recursive: true });
for (const { path, contents } of outputFiles) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, contents);
  await rename(fresh, path);
}
const built = new Set([
  ...outputFiles.map(({ path }) => basename(path)),
  ...(await buildDesktop(root, alias)),
  ...(await buildWindow(root)),
]);
for (const name of await readdir(dist)) {
  // What another build is just writing has its process id at the end.
  if (!built.has(name) && !/\.\d+$/.test(name)) await rm(join(dist, name), { recursive: true });
}
