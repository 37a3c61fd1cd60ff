import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { PAGE_PATHS } from '../../src-shared/relay-page/index.ts';
import type { PageContents } from './finish-page.ts';

/** Smallest file that is worth compressing, bytes. */
const SMALLEST = 1024;
const COMPRESSIBLE = /\.(?:css|html|js|json|md|svg|txt|wasm|webmanifest)$/;

/**
 * Writes the files of a page and what the relay sends of them compressed. Each takes the place of the old one in one step, the manifest last; what the page
 * no longer has goes.
 * @param effort `quick` for builds of developers, `best` for packages
 */
export async function writePage(folder: string, page: PageContents, effort: 'quick' | 'best'): Promise<void> {
  const files = new Map<string, Uint8Array>();
  await Promise.all(
    [...page].map(async ([path, content]) => {
      files.set(path, content);
      if (path === PAGE_PATHS.manifest || content.length < SMALLEST || !COMPRESSIBLE.test(path)) return;
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: effort === 'best' ? 11 : 5,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      files.set(`${path}.br`, await promisify(brotliCompress)(content, { params }));
      files.set(`${path}.gz`, await promisify(gzip)(content, { level: effort === 'best' ? 9 : 5 }));
    }),
  );
  const isLast = (path: string): boolean => path === PAGE_PATHS.manifest;
  for (const [path, content] of [...files].toSorted(([one], [other]) => Number(isLast(one)) - Number(isLast(other)))) {
    const target = join(folder, path);
    const fresh = `${target}.${process.pid}`;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(fresh, content);
    await rename(fresh, target);
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    // What another build is just writing has its process id at the end.
    if (entry.isFile() && !files.has(name) && !/\.\d+$/.test(name)) await rm(path, { force: true });
  }
}
