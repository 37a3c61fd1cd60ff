import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { TransferJourney } from '#test/support/e2e/transfer-journey.ts';
import { until } from '#test/support/e2e/until.ts';

type Transfer = Readonly<{ id: string; state: string; code: string | null; folder: string | null }>;

describe.runIf(HAS_PROCESS_TABLE)('files from laptop to office', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let folder: string;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    await office.ok('rights', 'laptop', '--allow', 'send');
    folder = mkdtempSync(join(tmpdir(), 'clawreach-send-'));
    mkdirSync(join(folder, 'photos'));
    writeFileSync(join(folder, 'photos', 'one.raw'), randomBytes(3_000_000));
    writeFileSync(join(folder, 'report.pdf'), randomBytes(1000));
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are sent with one command, and lie in the inbox folder', { timeout: 120_000 }, async () => {
    const text = await laptop.ok('send', join(folder, 'report.pdf'), join(folder, 'photos'), 'office');
    expect(text).toContain('Sent report.pdf and 1 more to office: 2 files, 2.9 MiB.');
    const [received] = (await office.json('transfers')) as readonly Transfer[];
    expect(received).toMatchObject({ state: 'done' });
    const inbox = received?.folder ?? '';
    expect(readFileSync(join(inbox, 'report.pdf'))).toEqual(readFileSync(join(folder, 'report.pdf')));
    expect(readFileSync(join(inbox, 'photos', 'one.raw'))).toEqual(readFileSync(join(folder, 'photos', 'one.raw')));
    expect(await laptop.ok('transfers')).toContain('[done]');
  });

  it('can be cancelled and never go on', { timeout: 120_000 }, async () => {
    await office.ok('rights', 'laptop', '--ask', 'send');
    const queued = (await laptop.json('send', join(folder, 'report.pdf'), 'office', '--detach')) as Transfer;
    await until('the question', async () => {
      const all = (await laptop.json('transfers')) as readonly (Transfer & { waitsFor: string | null })[];
      return all.find(({ id }) => id === queued.id)?.waitsFor === 'approval' ? true : undefined;
    });
    expect(await laptop.ok('transfers', 'cancel', queued.id.slice(0, 8))).toContain('[cancelled');
    expect((await laptop.run(['transfers', 'go', queued.id])).code).not.toBe(0);
    await office.ok('rights', 'laptop', '--deny', 'send');
    const denied = await laptop.run(['send', join(folder, 'report.pdf'), 'office']);
    expect([denied.code, denied.stderr]).toEqual([5, expect.stringContaining('`clawreach rights NAME --allow send`')]);
    await office.ok('rights', 'laptop', '--allow', 'send');
  });

  it('go into the folder that the receiver names, also those that were offered before', async () => {
    await office.ok('rights', 'laptop', '--ask', 'send');
    const sending = laptop.start(['send', join(folder, 'report.pdf'), 'office']);
    await until('the question', async () =>
      ((await office.json('approvals')) as unknown[]).length > 0 ? true : undefined,
    );
    const into = join(folder, 'its place');
    const receiving = office.start(['receive', '--once', '--into', into]);
    const [, number = ''] = await receiving.said(/--accept (\d+) --into '.*its place'/);
    await office.ok('receive', '--accept', number, '--into', into);
    expect((await sending.ended).code).toBe(0);
    expect((await receiving.ended).stdout).toContain('Received report.pdf from laptop: 1 file');
    expect(readFileSync(join(into, 'report.pdf'))).toEqual(readFileSync(join(folder, 'report.pdf')));
    await office.ok('rights', 'laptop', '--allow', 'send');
  });

  it('leave the list when they are over, and their files stay', async () => {
    const [last, ...others] = (await office.json('transfers')) as readonly Transfer[];
    expect((await office.ok('transfers', 'remove', (last?.id ?? '').slice(0, 8))).toLowerCase()).toContain('removed');
    expect(((await office.json('transfers')) as readonly Transfer[]).map(({ id }) => id)).toEqual(
      others.map(({ id }) => id),
    );
    expect(await office.json('transfers', 'clear')).toEqual({ removed: others.map(({ id }) => id) });
    expect(await office.ok('transfers')).toContain('No transfers yet.');
    expect(await office.ok('transfers', 'clear')).toContain('No transfer is over.');
    expect((await office.run(['transfers', 'remove', last?.id ?? ''])).stderr).toContain('transfer');
    const inbox = others.find(({ folder: path }) => path !== undefined && path !== '')?.folder ?? last?.folder ?? '';
    expect(readFileSync(join(inbox, 'report.pdf'))).toEqual(readFileSync(join(folder, 'report.pdf')));
  });

  it('that are missing are told at once', async () => {
    expect((await laptop.run(['send', join(folder, 'nothing'), 'office'])).code).toBe(2);
    expect((await laptop.run(['send', 'office'])).code).toBe(2);
  });

  it(
    'arrive byte by byte although both machines and the relay are killed and the path moves [S-FILE-8]',
    { timeout: 300_000 },
    async () => {
      const journey = new TransferJourney({ from: laptop, to: office, relay, patience: 120_000 });
      await journey.prepare();
      const large = randomBytes(320_000_000);
      writeFileSync(join(folder, 'disk.img'), large);
      const many = join(folder, 'many');
      const textOf = (number: number): string => `${number}\n`.repeat(number % 300);
      mkdirSync(many);
      for (let number = 0; number < 3000; number += 1) writeFileSync(join(many, `${number}.txt`), textOf(number));
      await journey.move('relay');
      await journey.begin(join(folder, 'disk.img'), many);
      await journey.reaches(0.1);
      await journey.kill('receiver');
      await journey.reaches(0.25);
      await journey.kill('sender');
      await journey.reaches(0.4);
      await journey.kill('relay');
      await journey.reaches(0.55);
      await journey.move('direct');
      await journey.reaches(0.75);
      await journey.move('relay');
      const inbox = await journey.end();
      expect(readFileSync(join(inbox, 'disk.img')).equals(large)).toBe(true);
      expect(readdirSync(join(inbox, 'many'))).toHaveLength(3000);
      for (let number = 0; number < 3000; number += 1)
        expect(readFileSync(join(inbox, 'many', `${number}.txt`), 'utf8')).toBe(textOf(number));
      expect(existsSync(join(inbox, '.incoming'))).toBe(false);
    },
  );
});
