/**
 * Bundles the sources and the libraries they use into `dist/`, a file per command and the pieces that they share; native libraries stay in
 * node_modules. The window is built with all it needs. Runs at `npm install` (prepare) and before the tests, takes seconds, and needs neither type
 * checker nor linter. With `--if-changed`, does nothing where `dist/` was made of the same files. With `--relay`, makes only the relay and its page.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommands } from './build-commands.ts';
import { buildDesktop } from './build-desktop.ts';
import { buildPage } from './build-page.ts';
import { buildWindow } from './build-window.ts';
import { digestOfInputs } from './support/build-inputs.ts';
import { sourceAliases } from './support/bundling.ts';
import { manifestOf, UsedPackages } from './support/used-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Digest of the files that `dist/` was made of. */
const stamp = join(dist, 'inputs.sha256');
const inputs = digestOfInputs(root);
if (process.argv.includes('--if-changed') && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs)
  process.exit(0);
await rm(stamp, { force: true });

const isRelay = process.argv.includes('--relay');
const alias = sourceAliases(root);
const used = new UsedPackages();
const { dependencies = {}, optionalDependencies = {} } = manifestOf(root);
for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) used.addInstalled(name, root);

const built = new Set([
  ...(await buildCommands({
    root,
    alias,
    dist,
    form: 'readable',
    used,
    only: isRelay ? 'clawreach-relay' : undefined,
  })),
  ...(isRelay ? [] : await buildDesktop({ root, alias, dist, used })),
  ...(isRelay ? [] : await buildWindow({ root, dist, used, stories: true })),
  ...(await buildPage({ root, dist, used, effort: isRelay ? 'best' : 'quick' })),
  'licences.json',
  'inputs.sha256',
]);
const fresh = join(dist, `licences.json.${process.pid}`);
await writeFile(fresh, JSON.stringify(used.licences()));
await rename(fresh, join(dist, 'licences.json'));
for (const name of await readdir(dist)) {
  // What another build is just writing has its process id at the end.
  if (!built.has(name) && !/\.\d+$/.test(name)) await rm(join(dist, name), { recursive: true });
}
// Last: a build that was interrupted is made again.
await writeFile(stamp, inputs);
