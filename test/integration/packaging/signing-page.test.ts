import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRelayPackages } from '#node/releases/index.ts';
import { loadPage } from '#relay/site/index.ts';
import { PAGE_PATHS } from '#shared/relay-page/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import { VERSION, writeFixturePage } from '#test/support/relay-page/fixture-page.ts';
import { createReleaseKey } from '#test/support/releases.ts';

/** A built page, a key, and the script that signs it. */
async function scene() {
  const { folder, remove } = await writeFixturePage();
  onTestFinished(remove);
  const key = createReleaseKey();
  const keys = join(temporaryDirectory(), 'updates.json');
  writeFileSync(keys, JSON.stringify({ feeds: null, keys: [key.public] }));
  const sign = (by = key) =>
    spawnSync(NODE, [join(ROOT, 'scripts/updates/sign-page.ts'), folder, keys], {
      encoding: 'utf8',
      env: {
        ...process.env,
        CLAWREACH_UPDATE_KEY: String(by.private.export({ format: 'pem', type: 'pkcs8' })),
        CLAWREACH_UPDATE_KEY_NEXT: '',
      },
    });
  return { folder, key, sign };
}

describe('the script that signs the page', () => {
  it('signs what a relay then serves, and says how many files', async () => {
    const { folder, key, sign } = await scene();
    const { status, stdout, stderr } = sign();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^page \d+\.\d+\.\d+, [0-9a-f]{16}: \d+ files, signed by one key\n$/);
    expect(await loadPage({ folder, version: VERSION, keys: [key.public] })).toMatchObject({ signature: 'release' });
  });

  it('signs nothing when a file is not the one that was built, or no relay knows the key [S-PAGE-2]', async () => {
    const { folder, sign } = await scene();
    expect(sign(createReleaseKey()).stderr).toContain('has none of these keys');
    const file = join(folder, 'assets/worker-c3c3c3c3.js');
    writeFileSync(file, `${readFileSync(file, 'utf8')} `);
    const { status, stderr } = sign();
    expect(status).not.toBe(0);
    expect(stderr).toContain('/assets/worker-c3c3c3c3.js is not the file that the manifest names');
    expect(existsSync(join(folder, PAGE_PATHS.signature))).toBe(false);
  });
});

it('a package for a server, made of this checkout, has the page', async () => {
  const packages = createRelayPackages({ version: VERSION, commandFolder: undefined, checkout: ROOT });
  const { path, release } = await packages.open(process.arch, new AbortController().signal);
  onTestFinished(release);
  const { stdout } = spawnSync('tar', ['-tzf', path], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  expect(stdout).toContain(`./app/dist/page${PAGE_PATHS.manifest}\n`);
  expect(stdout).toContain('./app/dist/page/index.html\n');
}, 180_000);
