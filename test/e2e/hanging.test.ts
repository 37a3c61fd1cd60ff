import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Stage } from '#test/support/e2e/stage.ts';

describe('a command', () => {
  const frozen: number[] = [];
  let stage: Stage;

  afterEach(async () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
    await stage.close();
  });

  function freeze(pid: number): void {
    process.kill(pid, 'SIGSTOP');
    frozen.push(pid);
  }

  it('ends with the cause where the agent stands still, and where the peer does', async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    const { office, laptop } = await stage.pairedDevices(relay);
    freeze((await office.status()).pid);
    const toOffice = await laptop.run(['connect', 'office', '--answer-within', '6', '--', 'true']);
    expect(toOffice.code).not.toBe(0);
    expect(toOffice.stderr).toContain('Waiting for office…');
    const here = await office.run(['status', '--answer-within', '4']);
    expect([here.code, here.stderr]).toEqual([3, expect.stringContaining('[control.timeout]')]);
    expect(here.stderr).toContain("Waiting for ClawReach on this machine, which isn't responding…");
  });

  it('that ended while the agent stood still is not carried out when that goes on', async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    const { office } = await stage.pairedDevices(relay);
    const { pid } = await office.status();
    freeze(pid);
    const [pause, rename] = await Promise.all([
      office.run(['pause', '--answer-within', '4']),
      office.run(['rename', 'laptop', 'tablet', '--answer-within', '4']),
    ]);
    for (const { code, stderr } of [pause, rename])
      expect([code, stderr]).toEqual([3, expect.stringContaining('[control.timeout]')]);
    process.kill(pid, 'SIGCONT');
    expect(await office.ok('status')).not.toContain('Paused');
    expect(await office.ok('list')).toContain('laptop');
  });

  it('with a mistyped profile makes none, and starts no agent', async () => {
    stage = new Stage();
    const device = stage.device('nobody');
    for (const words of [['list'], ['status'], ['connect', 'office'], ['config'], ['approvals']]) {
      const { code, stderr } = await device.run(words);
      expect([words, code]).not.toEqual([words, 0]);
      expect(stderr).toMatch(/\[(?:usage\.no-profile|control\.not-running)\]/);
    }
    expect(existsSync(device.profile)).toBe(false);
  });
});
