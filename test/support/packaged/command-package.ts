/** Makes the package with the commands and its metadata, as a release does: `node command-package.ts FOLDER`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packCommand } from '../../../scripts/package/command-package.ts';
import { stage } from '../../../scripts/package/stage.ts';

const [to = ''] = process.argv.slice(2);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
await stage({ root, to, updates: readFileSync(join(root, 'build', 'updates.json'), 'utf8') });
packCommand({
  command: join(to, 'command'),
  artifacts: join(to, 'artifacts'),
  version,
  arch: process.arch,
  writesMetadata: true,
});
