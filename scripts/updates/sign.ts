/**
 * Completes and signs the metadata of a release, so that installed applications take it:
 *
 *   node scripts/updates/sign.ts --base https://…/releases/download/v1.2.3 --out release/publish FOLDER...
 *
 * Each FOLDER has what one machine built. The key is in CLAWREACH_UPDATE_KEY (PEM, or DER as base64); while keys are being replaced the other one is in
 * CLAWREACH_UPDATE_KEY_NEXT. Files and metadata are compared first, and with `--keys build/updates.json` whether applications know a key. `--again` signs what
 * was published before for another while: its own signature is checked first.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { checkSignature } from '../../src-node/releases/index.ts';
import { completeMetadata, METADATA_FILE, publicKeyOf, readPrivateKey, signMetadata } from './metadata.ts';

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string' },
    page: { type: 'string' },
    out: { type: 'string' },
    days: { type: 'string', default: '180' },
    keys: { type: 'string', default: 'build/updates.json' },
    again: { type: 'boolean', default: false },
  },
});
const { base, out, page, again } = values;
if ((base === undefined) !== again || out === undefined || folders.length === 0) {
  throw new Error('usage: sign.ts (--base URL | --again) --out FOLDER [--page URL] [--days N] FOLDER...');
}

const keys = [process.env['CLAWREACH_UPDATE_KEY'], process.env['CLAWREACH_UPDATE_KEY_NEXT']]
  .filter((text) => text !== undefined && text.trim() !== '')
  .map((text) => readPrivateKey(String(text).trim()));
if (keys.length === 0) throw new Error('CLAWREACH_UPDATE_KEY is not set');
const { keys: known } = JSON.parse(readFileSync(values.keys, 'utf8')) as { keys: string[] };
if (!keys.some((key) => known.includes(publicKeyOf(key)))) {
  throw new Error(`${values.keys} has none of these keys: no application would take the release`);
}

mkdirSync(out, { recursive: true });
const names = new Set(folders.flatMap((folder) => readdirSync(folder)).filter((name) => METADATA_FILE.test(name)));
if (names.size === 0) throw new Error('there is no metadata in these folders');
for (const name of [...names].sort()) {
  const places = folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
  const parts = places.map((path) => readFileSync(path, 'utf8'));
  for (const [index, part] of parts.entries()) {
    if (again) checkSignature(Buffer.from(part), readFileSync(`${places[index]}.sig`, 'utf8'), known);
    else await compare(part);
  }
  const days = Number(values.days);
  const text = completeMetadata(name, parts, { base, page, now: new Date(), days });
  const bytes = Buffer.from(text);
  const signatures = signMetadata(bytes, keys);
  // As an application will.
  checkSignature(bytes, signatures, known);
  writeFileSync(join(out, name), bytes);
  writeFileSync(join(out, `${name}.sig`), signatures);
  console.log(`${name}: signed by ${keys.length === 1 ? 'one key' : 'two keys'}, holds for ${days} days`);
}

/** What is signed is what was built. */
async function compare(part: string): Promise<void> {
  const { files } = load(part) as { files: { url: string; sha512: string; size: number }[] };
  for (const { url, sha512, size } of files) {
    const path = folders.map((folder) => join(folder, decodeURIComponent(url))).find((place) => existsSync(place));
    if (path === undefined) throw new Error(`${url} is not there`);
    if (statSync(path).size !== size) throw new Error(`${url} has another size`);
    const hash = createHash('sha512');
    await pipeline(createReadStream(path), hash);
    if (hash.digest('base64') !== sha512) throw new Error(`${url} is another file`);
  }
}
