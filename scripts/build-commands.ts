/** Builds the commands into `dist`, one file each with the pieces they share. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import { NATIVE_PACKAGES, OWN_MODULES } from './support/bundling.ts';
import type { UsedPackages } from './support/used-packages.ts';

const ENTRIES = {
  clawreach: 'src-main/cli/main.ts',
  'pty-host': 'src-main/agent/terminals/pty-host/pty-host-main.ts',
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
  /** The one command that is built; all unless it is given. */
  only?: keyof typeof ENTRIES | undefined;
  /** What the relay knows of releases, as `build/updates.json` has it; that file unless it is given. */
  updates?: string | undefined;
}>;

/**
 * Libraries are in the bundles, with what is native outside: two fifths of a command's start were spent on finding and reading four hundred files.
 * Each entry and each module that is imported when it is needed loads what it uses and nothing else: what a command has to read is most of what its
 * start takes.
 * @returns Names within the folder.
 */
export async function buildCommands(options: CommandsOptions): Promise<readonly string[]> {
  const { root, alias, dist, form, used } = options;
  const updates = options.updates ?? readFileSync(join(root, 'build', 'updates.json'), 'utf8');
  const isSmall = form === 'small';
  const { output } = await build({
    cwd: root,
    input: Object.fromEntries(
      Object.entries(ENTRIES).filter(
        ([name, source]) => existsSync(join(root, source)) && (options.only ?? name) === name,
      ),
    ),
    write: false,
    platform: 'node',
    external: NATIVE_PACKAGES.map((name) => new RegExp(`^${name}(?:/|$)`)),
    resolve: { alias },
    transform: { target: 'node20', define: { CLAWREACH_UPDATES: JSON.stringify(updates) } },
    treeshake: { moduleSideEffects: [OWN_MODULES] },
    output: {
      dir: dist,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunk-[hash].js',
      // Names stay, for who reads a log.
      minify: isSmall && { compress: true, mangle: false, codegen: true },
      sourcemap: !isSmall,
    },
    logLevel: 'warn',
  });
  used.addFiles(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])));
  // Each file takes the place of the old one in one step: a command that starts meanwhile finds one or the other.
  await mkdir(dist, { recursive: true });
  for (const file of output) {
    const path = join(dist, file.fileName);
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, file.type === 'chunk' ? file.code : file.source);
    await rename(fresh, path);
  }
  return output.map(({ fileName }) => fileName);
}
