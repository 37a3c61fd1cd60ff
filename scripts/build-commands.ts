/** Builds the commands into `dist`, one file each with the pieces they share. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { NATIVE_PACKAGES, REQUIRE_BANNER } from './support/bundling.ts';
import type { UsedPackages } from './support/used-packages.ts';

const ENTRIES = {
  clawreach: 'src-main/cli/main.ts',
  'pty-host': 'src-main/agent/terminals/pty-host-main.ts',
  'clawreach-relay': 'src-relay/main.ts',
} as const;

export type CommandsOptions = Readonly<{
  root: string;
  alias: Readonly<Record<string, string>>;
  /** Folder, absolute. */
  dist: string;
  /** With lines and a map as in the sources, for who develops; or as small as can be. */
  form: 'readable' | 'small';
  used: UsedPackages;
}>;

/**
 * Libraries are in the bundles, with what is native outside: two fifths of a command's start were spent on finding and reading four hundred files.
 * @returns Names within the folder.
 */
export async function buildCommands({ root, alias, dist, form, used }: CommandsOptions): Promise<readonly string[]> {
  const isSmall = form === 'small';
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(ENTRIES)
      .filter(([, source]) => existsSync(join(root, source)))
      .map(([out, source]) => ({ in: source, out })),
    outdir: dist,
    write: false,
    metafile: true,
    bundle: true,
    // The agent in a chunk of its own: a command that only talks to it starts in half the time without loading it.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [...NATIVE_PACKAGES],
    banner: { js: REQUIRE_BANNER },
    minifyWhitespace: isSmall,
    minifySyntax: isSmall,
    sourcemap: !isSmall,
    alias,
    logLevel: 'warning',
  });
  used.addFiles(Object.keys(metafile.inputs).map((path) => join(root, path)));
  // Each file takes the place of the old one in one step: a command that starts meanwhile finds one or the other.
  await mkdir(dist, { recursive: true });
  for (const { path, contents } of outputFiles) {
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, contents);
    await rename(fresh, path);
  }
  return outputFiles.map(({ path }) => basename(path));
}
