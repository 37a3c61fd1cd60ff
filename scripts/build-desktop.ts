/** Builds the application's main process and preload into `dist/desktop`. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type BuildOptions } from 'rolldown';
import { NATIVE_PACKAGES, OWN_MODULES } from './support/bundling.ts';
import { readDefaultRelay } from '../src-shared/app-api/index.ts';
import type { UsedPackages } from './support/used-packages.ts';

/** A preload in the sandbox, and a first file that is through before Electron is ready, have to be CommonJS; the rest is modules. */
const PARTS: readonly Readonly<{ input: Record<string, string>; output: BuildOptions['output'] }>[] = [
  { input: { start: 'src-main/desktop/start.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
  { input: { preload: 'src-main/desktop/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
  {
    input: { main: 'src-main/desktop/main.ts' },
    output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' },
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
 * parts stay outside. What is loaded before the window is made holds only what it uses: the schemas of all calls to the agent, which it doesn't, take
 * longer to set up than everything else in it.
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
  const files: { path: string; contents: string | Uint8Array }[] = [];
  for (const { input, output } of PARTS) {
    const built = await build({
      cwd: root,
      input,
      write: false,
      platform: 'node',
      // The first file loads the bundle of the others by its name.
      external: ['electron', ...NATIVE_PACKAGES].map((name) => new RegExp(`^${name}(?:/|$)`)).concat(/^\.\/main\.js$/),
      resolve: { alias },
      transform: {
        target: 'node20',
        define: {
          CLAWREACH_UPDATES: JSON.stringify(updates),
          CLAWREACH_DEFAULT_RELAY: JSON.stringify(suggested),
        },
      },
      treeshake: { moduleSideEffects: [OWN_MODULES] },
      output: {
        dir: folder,
        // Names stay, for the log; the rest is what a start would have to read.
        minify: { compress: true, mangle: false, codegen: true },
        sourcemap: true,
        ...output,
      },
      logLevel: 'warn',
    });
    for (const file of built.output) {
      files.push({ path: join(folder, file.fileName), contents: file.type === 'chunk' ? file.code : file.source });
      if (file.type === 'chunk') used.addFiles(file.moduleIds);
    }
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
