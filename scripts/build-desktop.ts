/** Builds the application's main process and preload into `dist/desktop`. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type BuildOptions, type OutputFile } from 'esbuild';
import { NATIVE_PACKAGES, REQUIRE_BANNER } from './support/bundling.ts';
import { readDefaultRelay } from '../src-shared/app-api/index.ts';
import type { UsedPackages } from './support/used-packages.ts';

/** A preload in the sandbox, and a first file that is through before Electron is ready, have to be CommonJS; the rest is modules. */
const PARTS: readonly BuildOptions[] = [
  { entryPoints: { start: 'src-main/desktop/start.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  { entryPoints: { preload: 'src-main/desktop/preload.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  {
    entryPoints: { main: 'src-main/desktop/main.ts' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    banner: { js: REQUIRE_BANNER },
  },
];

export type DesktopOptions = Readonly<{
  root: string;
  alias: Readonly<Record<string, string>>;
  /** Folder, absolute. */
  dist: string;
  used: UsedPackages;
  /** What the application knows of its releases, as `build/updates.json` has it; that file unless it is given. */
  updates?: string | undefined;
}>;

/**
 * Libraries are in the bundles, because reading hundreds of small files is what a start of the application would wait for; those with native
 * parts stay outside.
 * @returns Names within `dist` that are the application's.
 */
export async function buildDesktop(options: DesktopOptions): Promise<readonly string[]> {
  const { root, alias, dist, used } = options;
  // The image of the relay has no application.
  if (!existsSync(join(root, 'src-main/desktop/main.ts'))) return [];
  const updates = options.updates ?? readFileSync(join(root, 'build', 'updates.json'), 'utf8');
  const suggested = readFileSync(join(root, 'build', 'default-relay.json'), 'utf8');
  // A build with an invalid one fails.
  readDefaultRelay(suggested);
  const folder = join(dist, 'desktop');
  const files: OutputFile[] = [];
  for (const part of PARTS) {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      outdir: folder,
      write: false,
      metafile: true,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['electron', ...NATIVE_PACKAGES],
      define: {
        CLAWREACH_UPDATES: JSON.stringify(updates),
        CLAWREACH_DEFAULT_RELAY: JSON.stringify(suggested),
      },
      alias,
      // Names stay, for the log; the rest is what a start would have to read.
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: true,
      logLevel: 'warning',
      ...part,
    });
    files.push(...(outputFiles ?? []));
    used.addFiles(Object.keys(metafile?.inputs ?? {}).map((path) => join(root, path)));
  }
  await mkdir(folder, { recursive: true });
  // Each file takes the place of the old one in one step.
  for (const { path, contents } of files) {
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, contents);
    await rename(fresh, path);
  }
  const built = new Set(files.map(({ path }) => relative(folder, path)));
  for (const name of await readdir(folder)) {
    // What another build is just writing has its process id at the end.
    if (!built.has(name) && !/\.\d+$/.test(name)) await rm(join(folder, name), { force: true });
  }
  return ['desktop'];
}
