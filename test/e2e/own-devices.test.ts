import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

const SIZE = { cols: 90, rows: 20 };

type Listing = Readonly<{ terminal: string; attached: boolean; openedBy: string | null; heldBy: string | null }>;

describe.runIf(HAS_PROCESS_TABLE)('one person with a laptop and a tablet, and terminals on office', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let tablet: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    tablet = stage.device('tablet');
    await tablet.runAgent(relay, { first: true });
    await tablet.ok('network', '--listen', 'outbound-only');
    await office.pairWith(tablet);
  });
  /** Both may open terminals; neither is marked as one of the person's own. */
  beforeEach(async () => {
    const person = await office.connect();
    for (const peer of ['laptop', 'tablet']) {
      await person.call('rights.set', { peer, right: 'terminal', decision: 'allow', expiresAt: null });
      await person.call('peers.setOwn', { peer, own: false });
    }
    person.close();
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  async function markBoth(): Promise<void> {
    await office.ok('own', 'laptop', 'on');
    await office.ok('own', 'tablet', 'on');
  }

  function open(device: Device, ...words: readonly string[]): LocalTerminal {
    return device.window(['connect', '-q', 'office', ...words], SIZE);
  }

  /** A shell on office that has said more than fits on its screen. */
  async function begin(device: Device): Promise<Readonly<{ window: LocalTerminal; pid: number }>> {
    const window = open(device);
    await window.until('the prompt', (text) => text.endsWith('there>'));
    window.type('seq 1 200; echo "pid $$."\r');
    await window.until('its output', (text) => /\npid \d+\.\nthere>$/.test(text));
    return { window, pid: Number(/\npid (\d+)\./.exec(window.text())?.[1]) };
  }

  const listed = (device: Device): Promise<readonly Listing[]> =>
    device.json('terminals', 'office') as Promise<readonly Listing[]>;

  /** The same lines, above the screen as well, and the same shell. */
  async function goesOn(window: LocalTerminal, pid: number): Promise<void> {
    await window.until('screen and scrollback', (text) => text.includes(`\n199\n200\npid ${pid}.\nthere>`));
    expect(window.lines()).toEqual(expect.arrayContaining(['1', '2', '100', '200']));
    window.type('echo "still $$."\r');
    await window.until('an answer', (text) => text.includes(`\nstill ${pid}.\n`));
  }

  it('a device sees nothing of the other before a person at office has marked both [S-TERM-9]', async () => {
    const { window } = await begin(laptop);
    const [own] = await listed(laptop);
    expect(own).toMatchObject({ openedBy: null, heldBy: null, attached: true });
    const refused = async (): Promise<string> => {
      expect(await listed(tablet)).toEqual([]);
      const { code, stderr } = await tablet.run(['connect', 'office', '--terminal', own?.terminal ?? '']);
      expect(code).not.toBe(0);
      return stderr;
    };
    const missing = await tablet.run(['connect', 'office', '--terminal', 'f'.repeat(32)]);
    expect(missing.stderr).toContain('[terminal.unknown]');
    expect(await refused()).toBe(missing.stderr);
    expect(await office.ok('own', 'tablet', 'on')).toContain('tablet is marked as yours');
    expect(await refused()).toBe(missing.stderr);
    await office.ok('own', 'tablet', 'off');
    await office.ok('own', 'laptop', 'on');
    expect(await refused()).toBe(missing.stderr);
    window.type('exit\r');
    expect((await window.ended()).code).toBe(0);
  });

  it('a terminal that the laptop has left goes on at the tablet: screen, scrollback, the same shell', async () => {
    await markBoth();
    expect(await office.json('own', 'tablet')).toMatchObject({ peer: 'tablet', own: true });
    const { window, pid } = await begin(laptop);
    window.type('\r~d');
    expect((await window.ended()).code).toBe(0);
    const [left] = await listed(tablet);
    expect(left).toMatchObject({ openedBy: 'laptop', heldBy: 'laptop', attached: false });
    expect(await tablet.ok('terminals', 'office')).toMatch(/left by laptop +laptop$/m);
    const taken = open(tablet, '--terminal', left?.terminal.slice(0, 8) ?? '');
    await goesOn(taken, pid);
    expect(await listed(laptop)).toMatchObject([{ openedBy: null, heldBy: 'tablet', attached: true }]);
    expect(await laptop.ok('terminals', 'office')).toMatch(/on tablet +this machine$/m);
    taken.type('exit 4\r');
    expect((await taken.ended()).code).toBe(4);
    await expect.poll(() => listed(laptop)).toEqual([]);
    const audit = await office.ok('audit', '-n', '50');
    expect(audit).toMatch(/tablet +was marked as your machine +on$/m);
    expect(audit).toMatch(/tablet +took a terminal here over from: laptop$/m);
  });

  it('one that the laptop looks at is taken over, which the laptop is told; and it may take it back', async () => {
    await markBoth();
    const { window, pid } = await begin(laptop);
    const [seen] = await listed(tablet);
    const taken = open(tablet, '--terminal', seen?.terminal ?? '');
    expect((await window.ended()).code).not.toBe(0);
    expect(window.text()).toContain('[terminal.taken-over]');
    await goesOn(taken, pid);
    const back = open(laptop, '--terminal', seen?.terminal ?? '');
    expect((await taken.ended()).code).not.toBe(0);
    expect(taken.text()).toContain('[terminal.taken-over]');
    await goesOn(back, pid);
    back.type('exit\r');
    expect((await back.ended()).code).toBe(0);
  });

  it('outlives the agent of the laptop and the agent of office, belongs to the tablet then, and ends with its right [S-TERM-10]', async () => {
    await markBoth();
    const { window, pid } = await begin(laptop);
    // It stands still, and its agent is gone, as when a laptop sleeps.
    process.kill(window.pid, 'SIGSTOP');
    process.kill((await laptop.status()).pid, 'SIGKILL');
    await laptop.agent?.ended;
    const [left] = await listed(tablet);
    const taken = open(tablet, '--terminal', left?.terminal ?? '');
    await goesOn(taken, pid);
    // It wakes, starts an agent and seeks its terminal by itself: that takes nothing away.
    process.kill(window.pid, 'SIGCONT');
    expect((await window.ended()).code).not.toBe(0);
    expect(window.text()).toContain('[terminal.taken-over]');
    taken.type('echo "undisturbed"\r');
    await taken.until('an answer', (text) => text.includes('\nundisturbed\n'));
    taken.type('\r~d');
    expect((await taken.ended()).code).toBe(0);

    process.kill((await office.status()).pid, 'SIGKILL');
    await office.agent?.ended;
    await office.runAgent(relay);
    await office.ok('rights', 'laptop', '--deny', 'terminal');
    expect(await listed(tablet)).toMatchObject([{ openedBy: 'laptop', heldBy: null, attached: false }]);
    const again = open(tablet, '--terminal', left?.terminal ?? '');
    await goesOn(again, pid);
    await office.ok('rights', 'tablet', '--deny', 'terminal');
    expect((await again.ended()).code).not.toBe(0);
    expect(again.text()).toContain('[terminal.revoked]');
    await until('the shell to end', () => (isRunning(pid) ? undefined : true));
  });
});
