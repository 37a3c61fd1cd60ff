/**
 * Builds the page of relays as packages have it, for the release to sign:
 *
 *   node scripts/updates/build-page.ts FOLDER
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../build-page.ts';
import { UsedPackages } from '../support/used-packages.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: build-page.ts FOLDER');
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = await buildPage({ root, dist: `${folder}.parts`, used: new UsedPackages(), effort: 'best' });
if (built.length === 0) throw new Error('there are no sources of a page here');
renameSync(join(`${folder}.parts`, 'page'), folder);
