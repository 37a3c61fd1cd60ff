import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalView } from '#shared/app-api/index.ts';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

describe('what a peer may do, and requests that wait for a person', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay, { allow: [] }));
  });
  /** Nobody waits for an answer, nothing is granted, and no answer of before counts. */
  afterEach(async () => {
    await stage.restore();
    await laptop.ok('rights', 'office', '--ask', 'terminal');
    await office.ok('rights', 'laptop', '--ask', 'terminal');
    await until('nothing to wait', async () =>
      ((await office.json('approvals')) as readonly ApprovalView[]).length === 0 ? true : undefined,
    );
  });
  afterAll(() => stage.close());

  /** A command that a person at office is asked about, and the number of the request. */
  async function ask(...command: readonly string[]): Promise<Readonly<{ asking: RunningCommand; id: string }>> {
    const asking = laptop.start(['connect', 'office', '--', ...command]);
    await asking.said(/Waiting for approval on office/, 'stderr');
    const pending = await until('the request', async () => {
      const all = (await office.json('approvals')) as readonly ApprovalView[];
      return all.find(({ state }) => state === 'pending');
    });
    return { asking, id: String(pending.id) };
  }

  it('nothing granted means ask: a connect waits, is approved by another command, and runs', async () => {
    expect(await office.ok('rights', 'laptop')).toContain(
      'laptop  terminal: asks you each time\nlaptop  view: asks you each time\nlaptop  pass-through: asks you each time\nlaptop  forward: asks you each time\nlaptop  prompt: asks you each time\nlaptop  message: asks you each time\nlaptop  send: asks you each time\nlaptop  wake: asks you each time\nlaptop  files: denied\nlaptop  introduce: asks you each time\n',
    );
    const { asking, id } = await ask('echo', 'let in');
    await office.agent?.said(
      new RegExp(
        `laptop \\([0-9A-Z]{7}\\) asks for terminal: run: echo 'let in'\n +folder: .*\n +user: .*\n +terminal type: .*\n +clawreach approvals approve ${id}, `,
      ),
    );
    expect(await office.ok('approvals')).toMatch(
      /^ *ID +MACHINE +MACHINE ID +STATE +WANTS\n +\d+ +laptop +[0-9A-Z]{7} +waiting, \d+ \w+ left +terminal: run: echo 'let in'\n +folder: \/.*\n +user: .*\n +terminal type: .*$/m,
    );
    expect(asking.stdout).toBe('');
    expect(await office.ok('approvals', 'approve', id)).toMatch(/: approved$/m);
    const { code, stdout } = await asking.ended;
    expect(stdout).toBe('let in\n');
    expect(code).toBe(0);
  });

  it('a single approval is for once', async () => {
    const { asking, id } = await ask('echo', 'again');
    expect(await office.ok('approvals', 'decline', id)).toMatch(/: declined$/m);
    const { code, stdout, stderr } = await asking.ended;
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Declined on office\. +\[rights\.denied\]/u);
    expect(code).toBe(255);
  });

  it('a request is answered once only, and not put again at once after a no, until the person has looked at the right [S-ASK-4]', async () => {
    const { asking, id } = await ask('true');
    await office.ok('approvals', 'refuse', id);
    await asking.ended;
    const tooSoon = await laptop.run(['connect', 'office', '--', 'true']);
    expect(tooSoon.code).toBe(255);
    expect(tooSoon.stderr).toContain('[rights.denied]');
    expect(await office.json('approvals')).toEqual([]);
    await office.ok('rights', 'laptop', '--ask', 'terminal');
    const late = await office.run(['approvals', 'approve', id]);
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('[approval.gone]');
  });

  it('a peer that gives up takes its request with it', async () => {
    const { asking, id } = await ask('true');
    const { code } = await asking.end('SIGINT');
    expect(code).toBe(130);
    await until('the request to be withdrawn', async () => {
      const all = (await office.json('approvals', '--all')) as readonly ApprovalView[];
      return all.find((approval) => String(approval.id) === id && approval.state === 'withdrawn');
    });
    expect(await office.ok('approvals')).toContain('No requests are waiting.');
  });

  it('ignore refuses this request and the later ones without a question', async () => {
    const { asking, id } = await ask('true');
    expect(await office.ok('approvals', 'ignore', id)).toMatch(/: ignored$/m);
    expect((await asking.ended).code).toBe(255);
    const later = await laptop.run(['connect', 'office', '--', 'true']);
    expect(later.code).toBe(255);
    expect(later.stderr).not.toContain('Waiting for approval');
    expect(await office.json('approvals')).toEqual([]);
  });

  it('approve with --remember allows from now on', async () => {
    const { asking, id } = await ask('true');
    await office.ok('approvals', 'approve', id, '--remember');
    expect((await asking.ended).code).toBe(0);
    expect((await laptop.run(['connect', 'office', '--', 'true'])).stderr).not.toContain('Waiting for approval');
    expect(await office.ok('rights', 'laptop')).toContain(
      'laptop  terminal: allowed\nlaptop  view: asks you each time\nlaptop  pass-through: asks you each time\nlaptop  forward: asks you each time\nlaptop  prompt: asks you each time\nlaptop  message: asks you each time\nlaptop  send: asks you each time\nlaptop  wake: asks you each time\nlaptop  files: denied\nlaptop  introduce: asks you each time\n',
    );
  });

  it('a right for a while runs out: what runs under it ends, and the next one asks again', async () => {
    await office.ok('rights', 'laptop', '--allow', 'terminal', '--for', '1h');
    expect(await office.ok('rights', 'laptop')).toMatch(
      /^laptop {2}terminal: allowed until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?$/m,
    );
    // Long enough for a command that starts slowly.
    await office.ok('rights', 'laptop', '--allow', 'terminal', '--for', '10s');
    const { code, stdout, stderr } = await laptop.run(['connect', 'office', '--', 'sh', '-c', 'echo on; sleep 60']);
    expect(stdout).toBe('on\n');
    expect(stderr).toMatch(/\[terminal\.revoked\]|\[rights\.\w+\]/);
    expect(code).toBe(255);
    expect(await office.ok('rights', 'laptop')).toContain(
      'laptop  terminal: asks you each time\nlaptop  view: asks you each time\nlaptop  pass-through: asks you each time\nlaptop  forward: asks you each time\nlaptop  prompt: asks you each time\nlaptop  message: asks you each time\nlaptop  send: asks you each time\nlaptop  wake: asks you each time\nlaptop  files: denied\nlaptop  introduce: asks you each time\n',
    );
  });

  it('a right is for one direction: office may do nothing on laptop [S-ASK-1]', async () => {
    const asking = office.start(['connect', 'laptop', '--', 'true'], { timeout: 20_000 });
    await asking.said(/Waiting for approval on laptop/, 'stderr');
    await laptop.ok('rights', 'office', '--deny', 'terminal');
    expect((await asking.ended).code).toBe(255);
  });

  it('says which right does not exist', async () => {
    const { code, stderr } = await office.run(['rights', 'laptop', '--allow', 'everything']);
    expect(code).toBe(2);
    expect(stderr).toContain('[usage.right]');
  });
});
