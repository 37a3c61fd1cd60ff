import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

describe.runIf(HAS_PROCESS_TABLE)('what becomes of terminals when the agent that serves them ends', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  /** A program on office, of which this command is the viewer. */
  async function program(): Promise<Readonly<{ viewer: RunningCommand; pid: number }>> {
    const viewer = laptop.start(['connect', '-tt', 'office', '--', 'sh', '-c', 'echo "pid $$."; exec sleep 600']);
    const [, pid] = await viewer.said(/pid (\d+)\./);
    return { viewer, pid: Number(pid) };
  }

  async function left(): Promise<readonly Readonly<{ terminal: string }>[]> {
    return (await laptop.json('terminals', 'office')) as readonly Readonly<{ terminal: string }>[];
  }

  async function ended(pid: number): Promise<void> {
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
  }

  async function says(signal: NodeJS.Signals): Promise<string> {
    const { agent } = office;
    process.kill((await office.status()).pid, signal);
    return (await agent?.ended)?.stderr ?? '';
  }

  it('SIGTERM, as of a service manager: they go on, the agent says so, and the next one has them', async () => {
    const { viewer, pid } = await program();
    expect(await says('SIGTERM')).toContain('One terminal keeps running.');
    expect(isRunning(pid)).toBe(true);
    await office.runAgent(relay);
    expect((await viewer.ended).stderr).toContain('--terminal ');
    await expect.poll(async () => (await office.status()).terminals.serving).toBe(1);
    const [terminal] = await left();
    const window = laptop.window(['connect', '-q', 'office', '--terminal', terminal?.terminal ?? '']);
    await window.until('its screen', (text) => text.includes(`pid ${pid}.`));
    window.type('\u0003');
    expect((await window.ended()).code).toBe(130);
    await ended(pid);
  });

  it('Ctrl-C: they end with it', async () => {
    const { viewer, pid } = await program();
    expect(await says('SIGINT')).not.toContain('running');
    await ended(pid);
    await office.runAgent(relay);
    await viewer.ended;
    await expect.poll(left).toEqual([]);
  });

  it('a stop ends them, and leaves them when it is told to', async () => {
    const first = await program();
    expect(await office.ok('stop', '--keep-terminals')).toContain('One terminal keeps running.');
    expect(isRunning(first.pid)).toBe(true);
    await office.runAgent(relay);
    await expect.poll(left).toHaveLength(1);
    expect(await office.ok('stop')).not.toContain('running');
    await ended(first.pid);
    await office.runAgent(relay);
    await expect.poll(left).toEqual([]);
    await first.viewer.ended;
  });

  it('an agent that was killed leaves them to a stop, when no other has come', async () => {
    const { viewer, pid } = await program();
    await says('SIGKILL');
    expect(isRunning(pid)).toBe(true);
    expect(await office.ok('stop')).toBe("ClawReach wasn't running. Ended the terminal it had left running.\n");
    await ended(pid);
    expect(await office.ok('stop')).toBe("ClawReach isn't running.\n");
    await office.runAgent(relay);
    await expect.poll(left).toEqual([]);
    await viewer.ended;
  });

  it('they end when their peer loses the right, under whichever agent', async () => {
    const { viewer, pid } = await program();
    await says('SIGKILL');
    await office.runAgent(relay);
    expect(isRunning(pid)).toBe(true);
    await office.ok('rights', 'laptop', '--deny', 'terminal');
    try {
      await ended(pid);
    } finally {
      await office.ok('rights', 'laptop', '--allow', 'terminal');
    }
    await expect.poll(left).toEqual([]);
    await viewer.ended;
  });
});
