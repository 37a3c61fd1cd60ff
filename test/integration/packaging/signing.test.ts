import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import { writtenMetadata } from '#test/support/releases.ts';
import { publicKeyOf } from '../../../scripts/updates/metadata.ts';
import { readMetadata } from '#node/releases/index.ts';
import { checkSignature } from '#node/releases/index.ts';

const BASE = 'https://example.org/releases/download/v2.0.0';

/** What two machines have built for macOS, a key, and the script that signs it. */
function scene() {
  const folder = temporaryDirectory();
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = join(folder, 'updates.json');
  writeFileSync(keys, JSON.stringify({ feeds: null, keys: [publicKeyOf(privateKey)] }));
  for (const arch of ['arm64', 'x64']) {
    const built = join(folder, `macos-${arch}`);
    const content = Buffer.from(`an application for ${arch}`);
    const name = `ClawReach-2.0.0-${arch}.zip`;
    mkdirSync(built);
    writeFileSync(join(built, name), content);
    writeFileSync(join(built, 'latest-mac.yml'), writtenMetadata('2.0.0', { [name]: content }, new Date()));
  }
  const sign = (words: readonly string[], pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }))) =>
    spawnSync(NODE, [join(ROOT, 'scripts/updates/sign.ts'), '--keys', keys, ...words], {
      encoding: 'utf8',
      env: { ...process.env, CLAWREACH_UPDATE_KEY: pem, CLAWREACH_UPDATE_KEY_NEXT: '' },
    });
  const built = ['macos-arm64', 'macos-x64'].map((name) => join(folder, name));
  return { folder, built, sign, out: join(folder, 'out'), key: publicKeyOf(privateKey) };
}

describe('the script that signs releases', () => {
  it('makes one file of what two machines have built, with whole addresses, that an application takes', () => {
    const { built, sign, out, key } = scene();
    const { status, stderr } = sign(['--base', BASE, '--out', out, ...built]);
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(['latest-mac.yml', 'latest-mac.yml.sig']);
    const bytes = readFileSync(join(out, 'latest-mac.yml'));
    checkSignature(bytes, readFileSync(join(out, 'latest-mac.yml.sig'), 'utf8'), [key]);
    const { version, files, clawreach } = readMetadata(bytes);
    expect([version, clawreach.channel, clawreach.system]).toEqual(['2.0.0', 'stable', 'darwin']);
    expect(files.map(({ url, sha512 }) => [url, sha512])).toEqual(
      ['arm64', 'x64'].map((arch) => [
        `${BASE}/ClawReach-2.0.0-${arch}.zip`,
        createHash('sha512').update(`an application for ${arch}`).digest('base64'),
      ]),
    );
  });

  it('signs nothing when a file is not the one that was built, or no application knows the key', () => {
    const { built, sign, out } = scene();
    writeFileSync(join(built[1] ?? '', 'ClawReach-2.0.0-x64.zip'), 'an application for x65');
    expect(sign(['--base', BASE, '--out', out, ...built]).stderr).toContain('is another file');
    const stranger = String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(sign(['--base', BASE, '--out', out, ...built], stranger).stderr).toContain('no application would take');
    expect(readdirSync(out)).toEqual([]);
  });

  it('signs what was published for another while, and only what it has signed itself', () => {
    const { folder, built, sign, out, key } = scene();
    sign(['--base', BASE, '--page', 'https://example.org/v2', '--out', out, '--days', '1', ...built]);
    const again = join(folder, 'again');
    expect(sign(['--again', '--out', again, out]).stderr).toBe('');
    const bytes = readFileSync(join(again, 'latest-mac.yml'));
    checkSignature(bytes, readFileSync(join(again, 'latest-mac.yml.sig'), 'utf8'), [key]);
    const [before, after] = [readMetadata(readFileSync(join(out, 'latest-mac.yml'))), readMetadata(bytes)];
    expect(after.files).toEqual(before.files);
    expect(after.clawreach.page).toBe('https://example.org/v2');
    expect(after.clawreach.expires).toBeGreaterThan(before.clawreach.expires);
    writeFileSync(
      join(out, 'latest-mac.yml'),
      readFileSync(join(out, 'latest-mac.yml'), 'utf8').replace('2.0.0', '3.0.0'),
    );
    expect(sign(['--again', '--out', join(folder, 'third'), out]).stderr).toContain('no signature is by a known key');
  });
});
