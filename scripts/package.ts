/**
 * Builds the installers of this system: `npm run package`. Words after `--` go to electron-builder, such as `--dir` for the unpacked application alone;
 * `--command` builds only the package with the commands, for Linux machines without a screen.
 *
 *   node scripts/package.ts [--command | words of electron-builder]
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packCommand } from './package/command-package.ts';
import { updateSource } from './package/options.ts';
import { stage } from './package/stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const isCommandOnly = words.includes('--command');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

await stage({ root, to: join(root, 'release'), updates: updateSource(root, process.env) });
if (!isCommandOnly) build();
if (process.platform === 'linux' && !words.includes('--dir') && process.exitCode === undefined) {
  const artifacts = join(root, 'release', 'artifacts');
  const command = join(root, 'release', 'command');
  packCommand({ command, artifacts, version, arch: process.arch, writesMetadata: isCommandOnly });
}

function build(): void {
  const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
  const { status } = spawnSync(process.execPath, [builder, '--publish', 'never', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
