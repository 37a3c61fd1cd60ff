/**
 * Writes `install.sh` of a release, which knows where the releases of this build are and which keys sign them:
 *
 *   node scripts/updates/install-script.ts FILE
 *
 * `build/updates.json` has both; on GitHub's machines the server is the repository itself. There has to be a key.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headlessScript } from '../../src-node/install-script/index.ts';
import { readUpdateSource } from '../../src-node/releases/index.ts';
import { updateSource } from '../package/options.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: install-script.ts FILE');
const root = fileURLToPath(new URL('../..', import.meta.url));
const source = readUpdateSource(updateSource(root, process.env));
if (source === undefined) throw new Error('build/updates.json has no server or no key: nothing could be checked');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const feed = source.feeds.stable.replace(/\/*$/, '');
writeFileSync(file, headlessScript({ feed, keys: source.keys }, version));
chmodSync(file, 0o755);
