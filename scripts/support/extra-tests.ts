import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Tests with a command of their own, since they need something from npm that the project does not depend on. */
export type ExtraTests = Readonly<{
  /** The root of the project. */
  root: string;
  /** Project of vitest.config.ts. */
  project: string;
  /** The variable that switches that project on. */
  variable: string;
}>;

export type ExtraPackage = Readonly<{
  /** Name and exact version, as npm takes them. */
  what: string;
  /** Outside the project. */
  folder: string;
  /** How much it is, for people. */
  size: string;
  /** Further words for npm. */
  words?: readonly string[];
}>;

/** Into a folder beside, so that one that was broken off is never taken for whole. Ends the process where that fails. */
export function installOnce({ what, folder, size, words = [] }: ExtraPackage): void {
  const partial = `${folder}.partial`;
  console.info(`Getting ${what} from npm into ${folder} (${size}, once) …`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
  const all = ['install', '--no-audit', '--no-fund', '--save-exact', ...words, what];
  const { status, error } = spawnSync('npm', all, { cwd: partial, stdio: 'inherit', env: environment() });
  if (error !== undefined || status !== 0)
    fail(
      `${what} could not be installed: ${error?.message ?? `npm ended with code ${String(status)}`}. ` +
        'These tests need the npm registry once (npm config get registry), or the same folder from another machine.',
    );
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** Builds, since the tests run what is built, and ends with the runner's own summary and exit code. Words after `--` go to the runner. */
export function buildAndTest({ root, project, variable }: ExtraTests): void {
  const env = { ...environment(), [variable]: '1' };
  run([join(root, 'scripts', 'build.ts')], root, env);
  const runner = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  run([runner, 'run', '--project', project, ...process.argv.slice(2)], root, env);
}

export function fail(message: string): never {
  console.info(message);
  process.exit(1);
}

/** npm and what it starts run on the Node of this process. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter) };
}

function run(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  const { status, signal } = spawnSync(process.execPath, words, { cwd, stdio: 'inherit', env });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}
