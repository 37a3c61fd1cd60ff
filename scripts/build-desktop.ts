/** Builds the application's main process and preload into `dist/desktop`. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type BuildOptions, type OutputFile } from 'esbuild';

const FOLDER = 'dist/desktop';

/** A preload in the sandbox, and a first file that is through before Electron is ready, have to be CommonJS; the rest is modules. */
const PARTS: readonly BuildOptions[] = [
  { entryPoints: { start: 'src-main/desktop/start.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  { entryPoints: { preload: 'src-main/desktop/preload.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } },
  {
    entryPoints: { main: 'src-main/desktop/main.ts' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // Libraries that are CommonJS themselves ask for Node's modules this way.
    banner: {
      js: "import { createRequire as createRequireOf } from 'node:module';\nconst require = createRequireOf(import.meta.url);",
    },
  },
];

/**
 * Libraries are in the bundles, because reading hundreds of small files is what a start of the application would wait for; those with native
 * parts stay outside, and `ssh2`, which most starts do not need and which finds a program of its own beside its files.
 * @returns Names within `dist` that are the application's.
 */
export async function buildDesktop(root: string, alias: Readonly<Record<string, string>>): Promise<readonly string[]> {
  // The image of the relay has no application.
  if (!existsSync(join(root, 'src-main/desktop/main.ts'))) return [];
  const files: OutputFile[] = [];
  for (const part of PARTS) {
    const { outputFiles } = await build({
      absWorkingDir: root,
      outdir: FOLDER,
      write: false,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['electron', 'node-pty', 'bufferutil', 'utf-8-validate', 'ssh2'],
      alias,
      // Names stay, for the log; the rest is what a start would have to read.
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: true,
      logLevel: 'warning',
      ...part,
    });
    files.push(...(outputFiles ?? []));
  }
  const folder = join(root, FOLDER);
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
