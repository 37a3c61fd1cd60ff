import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** To come back on a busy machine, ms. */
const BACK = 30_000;

/** Not only the path is lost, which is said first: Ctrl-C is ours now, and no key is kept. */
const withoutAgent = (text: string): boolean => text.includes("What you type now isn't sent.");

describe('connect, when the session under it is lost', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay({ words: ['--drain=2'] });
    ({ office, laptop } = await stage.pairedDevices(relay));
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  /** A shell on office with some lines; its process id. */
  async function shell(): Promise<Readonly<{ window: LocalTerminal; pid: string }>> {
    const window = laptop.window(['connect', '-q', 'office'], { cols: 90, rows: 20 });
    await window.until('the prompt there', (text) => text.endsWith('there>'), BACK);
    window.type('clear; echo "shell $$."; echo red line\r');
    await window.until('its answer', (text) => /shell \d+\.\nred line\nthere>$/.test(text), BACK);
    return { window, pid: /shell (\d+)\./.exec(window.text())?.[1] ?? '' };
  }

  /** Keys are taken again, by the same shell, and its screen is what it was. */
  async function goesOn(window: LocalTerminal, pid: string): Promise<void> {
    await window.until('the screen', (text) => text.endsWith(`shell ${pid}.\nred line\nthere>`), BACK);
    window.type('echo "again $$."\r');
    await window.until('the same shell', (text) => text.endsWith(`again ${pid}.\nthere>`), BACK);
    window.type('exit 3\r');
    expect(await window.ended(BACK)).toEqual({ code: 3, signal: 0 });
  }

  it('the agent here is killed: another one is started, and the same shell is there with its screen', async () => {
    const { window, pid } = await shell();
    const before = await laptop.status();
    process.kill(before.pid, 'SIGKILL');
    const look = async (): Promise<AgentStatus | undefined> => {
      // None runs for a moment.
      const status = await laptop.status().catch(() => undefined);
      return status?.terminals.using === 1 && status.pid !== before.pid ? status : undefined;
    };
    const after = await until('another agent with the terminal', look, BACK);
    expect(after.device).toEqual(before.device);
    await goesOn(window, pid);
  });

  it('the relay is killed and both agents have lost the session: the terminal of the agent there is found again', async () => {
    const { window, pid } = await shell();
    await relay.process.end('SIGKILL');
    process.kill((await laptop.status()).pid, 'SIGKILL');
    process.kill((await office.status()).pid, 'SIGKILL');
    await office.agent?.ended;
    await window.until('the line that says so', withoutAgent, BACK);
    window.type('echo dropped\r');
    await relay.restart();
    await office.runAgent(relay);
    await goesOn(window, pid);
    // What is typed while nobody is there is not kept for later.
    expect(window.text()).not.toContain('dropped');
  });

  it('an agent here that a person stops ends it, and is not started again', async () => {
    const { window } = await shell();
    await laptop.ok('stop');
    expect(await window.ended(BACK)).toEqual({ code: 3, signal: 0 });
    expect(window.text().replaceAll('\n', '')).toMatch(/\[control\.stopped\].*--terminal [0-9a-f]{8}\b/);
    expect((await laptop.run(['status'])).code).toBe(3);
  });

  it('the terminal there is gone, because a person stopped the agent there while this one was away: it ends and says so', async () => {
    const { window } = await shell();
    await relay.process.end('SIGKILL');
    process.kill((await laptop.status()).pid, 'SIGKILL');
    await office.ok('stop');
    await office.agent?.ended;
    await relay.restart();
    await office.runAgent(relay);
    expect(await window.ended(BACK)).toEqual({ code: 1, signal: 0 });
    expect(window.text()).toContain('[terminal.unknown]');
  });

  it('Ctrl-C gives up, and says how to take the terminal up', async () => {
    const { window } = await shell();
    await relay.process.end('SIGKILL');
    process.kill((await laptop.status()).pid, 'SIGKILL');
    await window.until('the line that says so', withoutAgent, BACK);
    window.type('\u0003');
    expect(await window.ended(BACK)).toEqual({ code: 130, signal: 0 });
    expect(window.text().replaceAll('\n', '')).toMatch(/Gave up reconnecting\..*--terminal [0-9a-f]{8}\b/);
  });
});
