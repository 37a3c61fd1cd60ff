/**
 * Signs the manifest of a built page, after every file was compared with it (ADR 47):
 *
 *   node scripts/updates/sign-page.ts FOLDER
 *
 * The keys are those of `sign.ts`: CLAWREACH_UPDATE_KEY, and CLAWREACH_UPDATE_KEY_NEXT while keys are being replaced.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPage } from '../../src-relay/site/index.ts';
import { PAGE_PATHS, pageSignatureBytes } from '../../src-shared/relay-page/index.ts';
import { publicKeyOf, readPrivateKey, signMetadata } from './metadata.ts';

const [folder, known = 'build/updates.json'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: sign-page.ts FOLDER [KEYS]');
const keys = [process.env['CLAWREACH_UPDATE_KEY'], process.env['CLAWREACH_UPDATE_KEY_NEXT']]
  .filter((text) => text !== undefined && text.trim() !== '')
  .map((text) => readPrivateKey(String(text).trim()));
if (keys.length === 0) throw new Error('CLAWREACH_UPDATE_KEY is not set');
const { keys: publicKeys } = JSON.parse(readFileSync(known, 'utf8')) as { keys: string[] };
if (!keys.some((key) => publicKeys.includes(publicKeyOf(key))))
  throw new Error(`${known} has none of these keys: no relay would serve the page`);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const page = await loadPage({ folder, version, keys: [] });
writeFileSync(join(folder, PAGE_PATHS.signature), signMetadata(pageSignatureBytes(page.manifestBytes), keys));
// As a relay will.
const { hash } = await loadPage({ folder, version, keys: publicKeys });
console.log(
  `page ${version}, ${hash}: ${page.manifest.files.length} files, signed by ${keys.length === 1 ? 'one key' : 'two keys'}`,
);
