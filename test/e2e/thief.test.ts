import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLineWatcher } from '#test/support/command-line-watcher.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { until } from '#test/support/e2e/until.ts';

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}/;

/** Another user of the machine, who sees every command line and is quicker than the one a code was meant for. */
describe.runIf(process.platform === 'linux')('another user of the machine', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
  });
  afterEach(async () => {
    await stage.restore();
    await forgetAll();
  });
  afterAll(() => stage.close());

  async function forgetAll(): Promise<void> {
    for (const { peerId } of (await office.json('list')) as { peerId: string }[])
      await office.ok('forget', peerId, '--yes');
  }

  /** What a command line of this process shows of a code, a link or a token. */
  const showing = (lines: readonly string[], ...secrets: readonly string[]): readonly string[] =>
    lines.filter((line) => secrets.some((secret) => line.includes(secret)));

  it('sees a code, a link and a token in no command line, by whichever way they are given [S-PAIR-11]', async () => {
    const desk = stage.device('desk');
    const phone = stage.device('phone');
    const tablet = stage.device('tablet');
    const watcher = await CommandLineWatcher.start();
    const token = join(dirname(tablet.profile), 'token');
    writeFileSync(token, relay.token, { mode: 0o600 });

    // A token by the environment (office), the standard input, a file, and a question.
    await phone.run(['config', 'relay', relay.url, '--admission-stdin'], { input: relay.token });
    await tablet.ok('run', '--detach', '--relay', relay.url, '--admission-file', token);
    const asked = desk.window(['config', 'relay', relay.url]);
    await asked.until('the question', (text) => text.includes('Admission token:'));
    asked.type(`${relay.token}\r`);
    expect(await asked.ended()).toMatchObject({ code: 0 });

    const secrets: string[] = [relay.token, relay.token.toLowerCase()];
    const invite = async (...words: readonly string[]): Promise<string> => {
      const inviting = office.start(['pair', '--allow', 'terminal', ...words]);
      const [said] = await inviting.said(words.includes('--link') ? /clawreach:\/\/pair\?\S+(?=\n)/ : CODE);
      secrets.push(said, said.replace('-', ''), /secret=([^&]+)/.exec(said)?.[1] ?? said);
      return said;
    };
    // A code by the standard input, the environment and a question; a link.
    expect((await phone.join(await invite())).code).toBe(0);
    expect((await tablet.run(['pair'], { environment: { CLAWREACH_PAIR_CODE: await invite() } })).code).toBe(0);
    const typed = desk.window(['pair', '-']);
    await typed.until('the question', (text) => text.includes('Code or link of the other machine:'));
    typed.type(`${await invite()}\r`);
    await typed.until('the comparison', (text) => text.includes('Does the other screen show the same words?'));
    typed.type('n\r');
    expect(await typed.ended()).toMatchObject({ code: 7 });
    expect((await desk.join(await invite('--link'))).code).toBe(0);

    const lines = await watcher.stop();
    expect(lines.filter((line) => /clawreach\.js pair /.test(line)).length).toBeGreaterThan(4);
    expect(showing(lines, ...secrets)).toEqual([]);
    for (const device of [desk, phone, tablet]) await device.run(['stop']);
  });

  it('sees one that a script gives as an argument, against which that script is warned [S-PAIR-11]', async () => {
    const watcher = await CommandLineWatcher.start();
    const { code, stderr } = await office.run(['pair', 'ZZZZ-ZZZZ']);
    expect(showing(await watcher.stop(), 'ZZZZ-ZZZZ')).not.toEqual([]);
    expect(stderr).toMatch(/^Warning: other users of this machine can read the code/);
    expect(stderr).toContain('[relay.nameplate]');
    expect(code).toBe(7);
    const connector = await office.run(['--pair', 'ZZZZ-ZZZZ', '--config', office.profile]);
    expect(connector.stderr).toMatch(/^Warning: other users of this machine can read the code/);
  });

  it('who uses the code first gets no terminal, before and after a restart, and none once the words were found to differ [S-PAIR-8]', async () => {
    const thief = stage.device('thief');
    const inviting = office.start(['pair', '--allow', 'terminal,forward,prompt,relay,view']);
    const [code] = await inviting.said(CODE);
    expect((await thief.join(code, '--name', 'laptop', '--relay', relay.url)).code).toBe(0);
    expect((await inviting.ended).stdout).toContain(
      'After that it gets: terminal, forward, prompt, pass-through, view.',
    );
    const undecided = async (): Promise<unknown> => {
      const [peer] = (await office.json('list')) as { rights: Record<string, { decision: string }> }[];
      const { files, ...rights } = peer?.rights ?? {};
      // Folders are denied until they are shared.
      expect(files?.decision).toBe('deny');
      return new Set(Object.values(rights).map(({ decision }) => decision));
    };
    expect(await undecided()).toEqual(new Set(['ask']));

    /** The thief wants a shell; the person here is asked, and told that nobody has compared the words. */
    const stealing = async (): Promise<void> => {
      const shell = thief.start(['connect', 'office', '--', 'sh', '-c', 'echo inside']);
      const asked = await until('the question', async () => {
        const [approval] = (await office.json('approvals')) as { id: number; uncompared?: boolean }[];
        return approval;
      });
      expect(asked.uncompared).toBe(true);
      expect(await office.ok('approvals')).toContain('clawreach confirm laptop');
      for (const words of [[], ['--remember']]) {
        const yes = await office.run(['approvals', 'approve', String(asked.id), ...words]);
        expect(yes.stderr).toContain('[peer.uncompared]');
        expect(yes.stderr).toMatch(/clawreach confirm [0-9A-Z]{7}`/);
        expect(yes.code).toBe(8);
      }
      expect(shell.stdout).toBe('');
      await office.ok('approvals', 'decline', String(asked.id));
      const { code: exit, stdout } = await shell.ended;
      expect([exit, stdout]).toEqual([255, '']);
    };
    await stealing();
    // A right that is set by its name waits as well.
    expect(await office.ok('rights', 'laptop', '--allow', 'terminal')).toContain('allowed after you confirm the words');
    await office.agent?.end('SIGTERM');
    await office.runAgent(relay);
    expect(await undecided()).toEqual(new Set(['ask']));

    const window = office.window(['confirm', 'laptop']);
    await window.until('the comparison', (text) => text.includes('Does the other screen show the same words?'));
    window.type('n\r');
    expect(await window.ended()).toMatchObject({ code: 7 });
    expect(await office.json('list')).toEqual([]);
    const gone = await thief.run(['connect', 'office', '--', 'sh', '-c', 'echo inside'], { timeout: 60_000 });
    expect(gone.stdout).toBe('');
    expect(gone.code).not.toBe(0);
    await thief.ok('stop');
  });

  it('and the machine the code was meant for gets its terminal when the words are confirmed [S-PAIR-8]', async () => {
    const laptop = stage.device('laptop');
    const inviting = office.start(['pair', '--allow', 'terminal']);
    const [code] = await inviting.said(CODE);
    expect((await laptop.join(code, '--name', 'laptop', '--relay', relay.url)).code).toBe(0);
    expect((await inviting.ended).code).toBe(0);
    const shell = laptop.start(['connect', '-q', 'office', '--', 'sh', '-c', 'echo inside']);
    await until('the question', async () => ((await office.json('approvals')) as unknown[])[0]);
    await office.ok('confirm', 'laptop', CONFIRMED);
    // What waited is answered by the right that counts now.
    expect(await shell.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('inside') });
    await laptop.ok('stop');
  });

  it('and without a right, the request that waits can be approved once the words are confirmed [S-PAIR-8]', async () => {
    const tablet = stage.device('tablet');
    const inviting = office.start(['pair']);
    const [code] = await inviting.said(CODE);
    expect((await tablet.join(code, '--name', 'tablet', '--relay', relay.url)).code).toBe(0);
    expect((await inviting.ended).code).toBe(0);
    const shell = tablet.start(['connect', '-q', 'office', '--', 'sh', '-c', 'echo inside']);
    const asked = await until('the question', async () => {
      const [approval] = (await office.json('approvals')) as { id: number }[];
      return approval;
    });
    expect((await office.run(['approvals', 'approve', String(asked.id)])).stderr).toContain('[peer.uncompared]');
    await office.ok('confirm', 'tablet', CONFIRMED);
    expect(await office.ok('approvals', 'approve', String(asked.id))).toContain('approved');
    expect(await shell.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('inside') });
    await tablet.ok('stop');
  });
});
