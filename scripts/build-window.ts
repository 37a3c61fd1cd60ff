/** Builds the window into `dist/renderer` and the page of all components and states into `dist/stories`. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'vite';
import type { UsedPackages } from './support/used-packages.ts';

const PARTS = [
  { mode: 'production', folder: 'renderer' },
  { mode: 'stories', folder: 'stories' },
] as const;

export type BuildWindowOptions = Readonly<{
  root: string;
  /** Folder, absolute. */
  dist: string;
  used: UsedPackages;
  /** The page of components and states as well. */
  stories: boolean;
}>;

/** @returns Names within `dist` that are the window's. */
export async function buildWindow(options: BuildWindowOptions): Promise<readonly string[]> {
  const { root, dist, used, stories } = options;
  // The image of the relay has no window.
  if (!existsSync(join(root, 'src-renderer', 'index.html'))) return [];
  // Who calls may have set it otherwise, as a test runner does; React's two builds do not go together.
  process.env['NODE_ENV'] = 'production';
  const parts = PARTS.filter(({ mode }) => stories || mode !== 'stories');
  for (const { mode, folder } of parts) {
    const output = await build({
      configFile: join(root, 'vite.config.ts'),
      mode,
      logLevel: 'warn',
      build: { write: false },
    });
    const results = Array.isArray(output) ? output : [output];
    const outputs = results.flatMap((result) => ('output' in result ? result.output : []));
    if (mode === 'production') {
      used.addFiles(
        outputs.flatMap((file) =>
          // An asset, such as a font, names its files relative to the folder of the sources.
          file.type === 'chunk'
            ? file.moduleIds
            : file.originalFileNames.map((name) => resolve(root, 'src-renderer', name)),
        ),
      );
    }
    const files = outputs.map((file) => ({
      path: file.fileName,
      contents: file.type === 'chunk' ? file.code : file.source,
    }));
    await place(join(dist, folder), files);
  }
  return parts.map(({ folder }) => folder);
}

type Built = Readonly<{ path: string; contents: string | Uint8Array }>;

/** Each file takes the place of the old one in one step, pages last: one that is loaded meanwhile finds all that it names. */
async function place(folder: string, files: readonly Built[]): Promise<void> {
  const isPage = ({ path }: Built): boolean => path.endsWith('.html');
  for (const { path, contents } of [...files.filter((file) => !isPage(file)), ...files.filter(isPage)]) {
    const target = join(folder, path);
    const fresh = `${target}.${process.pid}`;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(fresh, contents);
    await rename(fresh, target);
  }
  const built = new Set(files.map(({ path }) => path));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // What another build is just writing has its process id at the end.
    if (entry.isFile() && !built.has(relative(folder, path)) && !/\.\d+$/.test(path)) await rm(path, { force: true });
  }
}
