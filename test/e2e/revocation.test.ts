import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** "At once", for a person, on a machine that does other things as well; ms. */
const AT_ONCE = 2000;

describe('rights taken back while they are used', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  let running: RunningCommand;
  /** Of the program that runs on office. */
  let pid: number;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
  });
  afterAll(() => stage.close());

  beforeEach(async () => {
    const known = [await office.json('list'), await laptop.json('list')] as readonly (readonly unknown[])[];
    if (known.some((peers) => peers.length === 0)) {
      await office.run(['forget', 'laptop', '--yes']);
      await laptop.run(['forget', 'office', '--yes']);
      await office.pairWith(laptop);
    }
    await office.ok('rights', 'laptop', '--allow', 'terminal');
    // Whatever is polite does not end it.
    running = laptop.start([
      'connect',
      'office',
      '--',
      'bash',
      '-c',
      'trap "" HUP TERM INT; echo "pid $$."; while :; do sleep 1; done',
    ]);
    const [, found] = await running.said(/pid (\d+)\./);
    pid = Number(found);
  });
  afterEach(() => stage.restore());

  async function programHasEnded(): Promise<void> {
    if (!HAS_PROCESS_TABLE) return;
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
  }

  it('--deny ends the terminal at once, with a clear message, and its program too [S-RIGHT-2]', async () => {
    await office.ok('rights', 'laptop', '--deny', 'terminal');
    // From the moment on when the person is told that it is so.
    const begun = performance.now();
    const { code, stderr } = await running.ended;
    expect(performance.now() - begun).toBeLessThan(AT_ONCE);
    expect(stderr).toContain('[terminal.revoked]');
    expect(code).toBe(255);
    await programHasEnded();
    const next = await laptop.run(['connect', 'office', '--', 'true']);
    expect(next.stderr).toContain('[rights.denied]');
    expect(next.code).toBe(255);
  });

  it('--ask ends what runs as well: the person has said something else', async () => {
    await office.ok('rights', 'laptop', '--ask', 'terminal');
    expect((await running.ended).code).toBe(255);
    await programHasEnded();
  });

  it('a denied peer cannot list its terminals or take one up either [S-RIGHT-2]', async () => {
    await office.ok('rights', 'laptop', '--deny', 'terminal');
    await running.ended;
    const listed = await laptop.run(['terminals', 'office']);
    expect(listed.code).toBe(5);
    const attached = await laptop.run(['connect', 'office', '--terminal', 'f'.repeat(32)]);
    expect(attached.code).toBe(5);
  });

  it('forget at the target ends the terminal, and the peer is refused from then on', async () => {
    await office.ok('forget', 'laptop', '--yes');
    const begun = performance.now();
    const { code, stderr } = await running.ended;
    expect(performance.now() - begun).toBeLessThan(AT_ONCE);
    expect(stderr).toMatch(/\[(?:terminal\.revoked|link\.closed)\]/);
    expect(code).toBe(255);
    await programHasEnded();
    const refused = await laptop.run(['connect', 'office', '--', 'true']);
    expect(refused.stderr).toMatch(/\[(?:relay\.refused\.\w+|peer\.\w+)\]/);
    expect(refused.code).toBe(255);
  });

  it('forget at the peer that uses it ends the terminal too', async () => {
    await laptop.ok('forget', 'office', '--yes');
    const { code, stderr } = await running.ended;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/\[link\.\w+\]/);
  });
});

describe('a device that was forgotten', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
  });
  afterAll(() => stage.close());
  afterEach(() => stage.restore());

  async function invitation(): Promise<string> {
    const inviting = office.start(['pair', CONFIRMED, '--allow', 'terminal']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    return code;
  }

  it('is out at the relay, and comes back by a new code as its error says', async () => {
    const phone = stage.device('phone');
    // Without the admission token: it is at the relay by the enrolment of office alone.
    await phone.ok('config', 'name', 'phone');
    await phone.joined(await invitation(), '--relay', relay.url);
    await office.ok('forget', 'phone', '--yes');
    const out = await phone.run(['list']);
    expect(out.stderr).toContain('[relay.removed]');

    await phone.joined(await invitation());
    await phone.untilOnline();
    expect(await phone.ok('connect', '-q', 'office', '--', 'echo', 'back')).toBe('back\n');
  });
});
