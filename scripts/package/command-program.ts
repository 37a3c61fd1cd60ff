/** The `clawreach` program of an installation: Node with our own first file inside, which runs nothing but ours. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As https://nodejs.org/api/single-executable-applications.html has it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** @param to path of the program; a build runs on the system that it is for */
export function buildCommandProgram(root: string, to: string): void {
  const windows = process.platform === 'win32';
  const mac = process.platform === 'darwin';
  const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  const folder = dirname(to);
  mkdirSync(folder, { recursive: true });
  const blob = `${to}.blob`;
  const config = `${to}.json`;
  writeFileSync(
    config,
    JSON.stringify({
      main: fileURLToPath(new URL('command-main.cjs', import.meta.url)),
      output: blob,
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS would make it run what is not ours.
      execArgvExtension: 'none',
    }),
  );
  run(node, ['--experimental-sea-config', config]);
  copyFileSync(node, to);
  chmodSync(to, 0o755);
  // Names of functions, which nobody looks up: a tenth of its size.
  if (process.platform === 'linux') run('strip', ['--strip-all', to]);
  // Node's own signature is of Node as it was.
  if (mac) run('codesign', ['--remove-signature', to]);
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  run(process.execPath, [
    postject,
    to,
    'NODE_SEA_BLOB',
    blob,
    '--sentinel-fuse',
    FUSE,
    ...(mac ? ['--macho-segment-name', 'NODE_SEA'] : []),
  ]);
  // For this machine; the release signs it again with everything else.
  if (mac) run('codesign', ['--sign', '-', to]);
  rmSync(blob);
  rmSync(config);
}

/** What a program says is part of the error when it fails, and of no interest when it does not. */
function run(program: string, words: readonly string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
}
