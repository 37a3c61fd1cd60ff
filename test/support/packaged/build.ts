/**
 * Packages the application as a release does, up to the folder that installers are made of, with an Electron that is here: `node build.ts FOLDER
 * ELECTRON UPDATES`. What electron-builder would download for installers is not asked for.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { stage } from '../../../scripts/package/stage.ts';

const [to = '', electron = '', updates = ''] = process.argv.slice(2);
const root = fileURLToPath(new URL('../../..', import.meta.url));
await stage({ root, to, updates });
const committed = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Readonly<Record<string, unknown>>;
const config = join(to, 'electron-builder.json');
writeFileSync(
  config,
  JSON.stringify({
    ...committed,
    directories: { app: join(to, 'app'), output: join(to, 'artifacts'), buildResources: 'build' },
    extraResources: [{ from: join(to, 'command'), to: 'command' }],
    // The version that is here, instead of the one that is shipped.
    electronDist: electron,
    electronVersion: readFileSync(join(electron, 'version'), 'utf8').trim(),
  }),
);
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
execFileSync(process.execPath, [builder, '--linux', 'dir', '--publish', 'never', '--config', config], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const resources = join(to, 'artifacts', 'linux-unpacked', 'resources');
// What starts folders in the Electron of the tests; no installation has it.
for (const name of ['app', 'default_app.asar']) rmSync(join(resources, name), { recursive: true, force: true });
// It lies in the packaged application now.
for (const name of ['app', 'command']) rmSync(join(to, name), { recursive: true, force: true });
