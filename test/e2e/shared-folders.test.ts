import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLAWREACH, runCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

type Transfer = Readonly<{ id: string; state: string; bytes: Readonly<{ done: number }> }>;

const LIMIT = 120_000;

describe.runIf(HAS_PROCESS_TABLE)('a folder of office that is shared with laptop', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let folder: string;
  let photos: string;
  let here: string;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    folder = mkdtempSync(join(tmpdir(), 'clawreach-shared-'));
    photos = join(folder, 'photos');
    here = join(folder, 'here');
    mkdirSync(join(photos, '2026'), { recursive: true });
    mkdirSync(here);
    writeFileSync(join(photos, 'a.jpg'), randomBytes(3_000_000));
    writeFileSync(join(photos, '2026', 'b c.txt'), 'hello');
    writeFileSync(join(photos, '.hidden'), 'secret');
    symlinkSync('/etc', join(photos, 'etc'));
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is used with commands as far as it is shared', { timeout: LIMIT }, async () => {
    expect((await laptop.run(['files', 'ls', 'office:'])).code).toBe(5);
    expect(await office.ok('files', 'shared')).toContain('No folders are shared.');
    expect(await office.ok('files', 'share', 'laptop', photos)).toContain(`photos  read  ${photos}`);
    expect(await laptop.ok('files', 'ls', 'office:')).toContain('photos/  read-only');
    const shown = await laptop.ok('files', 'ls', 'office:photos');
    expect(shown).toMatch(/2026\/\n.*a\.jpg\n/);
    expect(shown).not.toMatch(/hidden|etc/);
    expect(await laptop.ok('files', 'get', 'office:photos', here)).toContain('Copied photos from office: 2 files');
    expect(readFileSync(join(here, 'photos', 'a.jpg'))).toEqual(readFileSync(join(photos, 'a.jpg')));
    await laptop.ok('files', 'get', 'office:photos/2026/b c.txt', join(here, 'new name'));
    expect(readFileSync(join(here, 'new name'), 'utf8')).toBe('hello');
    writeFileSync(join(here, 'up.txt'), 'one');
    expect((await laptop.run(['files', 'put', join(here, 'up.txt'), 'office:photos/'])).code).toBe(5);
    expect((await laptop.run(['files', 'rm', 'office:photos/a.jpg'])).code).toBe(5);

    await office.ok('files', 'share', 'laptop', photos, '--write');
    expect(await laptop.ok('files', 'put', join(here, 'up.txt'), 'office:photos/')).toContain('Sent up.txt to office');
    writeFileSync(join(here, 'up.txt'), 'two');
    expect((await laptop.run(['files', 'put', join(here, 'up.txt'), 'office:photos/'])).code).toBe(1);
    expect(readFileSync(join(photos, 'up.txt'), 'utf8')).toBe('one');
    await laptop.ok('files', 'put', join(here, 'up.txt'), 'office:photos/', '--replace');
    expect(readFileSync(join(photos, 'up.txt'), 'utf8')).toBe('two');
    await laptop.ok('files', 'put', join(here, 'up.txt'), 'office:photos/other.txt');
    expect(readFileSync(join(photos, 'other.txt'), 'utf8')).toBe('two');
    await laptop.ok('files', 'mkdir', 'office:photos/new');
    await laptop.ok('files', 'mv', 'office:photos/other.txt', 'office:photos/new/');
    expect(readdirSync(join(photos, 'new'))).toEqual(['other.txt']);
    await laptop.ok('files', 'rm', 'office:photos/new');
    expect(existsSync(join(photos, 'new'))).toBe(false);
    for (const path of ['..', '.hidden', 'etc/passwd', '../here/up.txt'])
      expect((await laptop.run(['files', 'get', `office:photos/${path}`, here])).code).not.toBe(0);
    expect((await laptop.run(['files', 'ls', 'office:nothing'])).code).toBe(5);
    expect((await laptop.run(['files', 'ls', 'office:photos/nothing'])).code).toBe(2);
    expect((await laptop.run(['files', 'ls', 'office'])).code).toBe(2);
    expect(await office.ok('audit')).toMatch(/changed a shared folder/);
  });

  it('is completed in a shell', { timeout: LIMIT }, async () => {
    // As the script of the shell runs it, without options.
    const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
      const environment = { ...process.env, CLAWREACH_PROFILE: laptop.profile };
      const { stdout } = await runCommand([CLAWREACH, 'complete', '--', 'files', ...words], { environment });
      return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
    };
    await until('what laptop may do there', async () => {
      const shown = await complete('ls', 'office:');
      return shown.length > 0 ? shown : undefined;
    });
    expect(await complete('ls', 'off')).toEqual(['office:']);
    expect(await complete('ls', 'office:')).toEqual(['office:photos/']);
    expect(await complete('ls', 'office:photos/2')).toEqual(['office:photos/2026/']);
    // bash splits words at colons.
    expect(await complete('ls', 'office', ':', 'photos/a')).toEqual(['photos/a.jpg']);
  });

  it.each(['office', 'laptop'] as const)(
    'is copied whole although %s is killed in the middle',
    { timeout: LIMIT },
    async (name) => {
      const bytes = randomBytes(120_000_000);
      writeFileSync(join(photos, 'large'), bytes);
      const source = join(here, `source-${name}`);
      writeFileSync(source, bytes);
      for (const copy of ['get', 'put'] as const) {
        const line =
          copy === 'get'
            ? ['get', 'office:photos/large', join(here, `from-${name}`)]
            : ['put', source, `office:photos/to-${name}`];
        const { id } = (await laptop.json('files', ...line, '--detach')) as Transfer;
        const transfer = async (): Promise<Transfer | undefined> =>
          ((await laptop.json('transfers')) as readonly Transfer[]).find((one) => one.id === id);
        await until('some bytes', async () => (((await transfer())?.bytes.done ?? 0) > 0 ? true : undefined));
        const device = name === 'office' ? office : laptop;
        await device.agent?.end('SIGKILL');
        await device.runAgent(relay);
        await until('the end', async () => ((await transfer())?.state === 'done' ? true : undefined), 90_000);
        const arrived = copy === 'get' ? join(here, `from-${name}`) : join(photos, `to-${name}`);
        expect(readFileSync(arrived).equals(bytes)).toBe(true);
      }
    },
  );
});
