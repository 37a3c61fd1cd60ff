/**
 * Makes a key that signs releases. The public half goes into build/updates.json, beside one that is there already; the private half is printed once,
 * for the secret CLAWREACH_UPDATE_KEY of the release workflow and for a safe place.
 *
 *   node scripts/updates/create-key.ts
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { keyId, MAX_KEYS } from '../../src-node/releases/index.ts';
import { publicKeyOf } from './metadata.ts';

const file = new URL('../../build/updates.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8')) as { feeds: unknown; keys: string[] };
if (document.keys.length >= MAX_KEYS) {
  throw new Error(`build/updates.json has ${MAX_KEYS} keys; take the older one out once no application needs it`);
}
const { privateKey } = generateKeyPairSync('ed25519');
const key = publicKeyOf(privateKey);
writeFileSync(file, `${JSON.stringify({ ...document, keys: [...document.keys, key] }, null, 2)}\n`);
console.log(`key ${keyId(key)} is in build/updates.json. The private half, shown this once:\n`);
console.log(privateKey.export({ format: 'pem', type: 'pkcs8' }));
