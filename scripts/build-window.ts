/** Builds the window into `dist/renderer` and the page of its components and states into `dist/stories`. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'vite';

const PARTS = [
  { mode: 'production', folder: 'renderer' },
  { mode: 'stories', folder: 'stories' },
] as const;

/** @returns Names within `dist` that are the window's. */
export async function buildWindow(root: string): Promise<readonly string[]> {
  // The image of the relay has no window.
  if (!existsSync(join(root, 'src-renderer', 'index.html'))) return [];
  // Who calls may have set it otherwise, as a test runner does; React's two builds do not go together.
  process.env['NODE_ENV'] = 'production';
  for (const { mode, folder } of PARTS) {
    const output = await build({
      configFile: join(root, 'vite.config.ts'),
      mode,
      logLevel: 'warn',
      build: { write: false },
    });
    const results = Array.isArray(output) ? output : [output];
    const files = results
      .flatMap((result) => ('output' in result ? result.output : []))
      .map((file) => ({ path: file.fileName, contents: file.type === 'chunk' ? file.code : file.source }));
    await place(join(root, 'dist', folder), files);
  }
  return PARTS.map(({ folder }) => folder);
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
