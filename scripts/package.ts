/**
 * Builds the installers of this system: `npm run package`. Words after `--` go to electron-builder, such as `--dir` for the unpacked application alone.
 *
 *   node scripts/package.ts [words of electron-builder]
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { updateSource } from './package/options.ts';
import { stage } from './package/stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await stage({ root, to: join(root, 'release'), updates: updateSource(root, process.env) });
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
const { status } = spawnSync(process.execPath, [builder, '--publish', 'never', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
