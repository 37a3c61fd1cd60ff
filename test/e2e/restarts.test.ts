import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** For a person to see that the session is over, ms. */
const NOTICED = 40_000;

describe('what happens when a part of it dies', () => {
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

  const runs = (pid: number): boolean => !HAS_PROCESS_TABLE || isRunning(pid);

  async function works(): Promise<void> {
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'still here']);
    expect(stdout).toBe('still here\n');
    expect(code).toBe(0);
  }

  /** A shell here in which a full-screen program runs on office; `after` is what the person sees when it was torn away. */
  async function inTheMiddle(): Promise<Readonly<{ window: LocalTerminal; after(code: number): Promise<void> }>> {
    const window = laptop.shell({ cols: 90, rows: 20 });
    await window.until('the prompt here', (text) => text.endsWith('here>'));
    window.type('clear; before=$(stty -g)\r');
    const script = `'printf "\\033[?1049h\\033[?25l\\033[?1000h\\033[2J\\033[Hfull screen"; cat'`;
    window.type(
      `clear; clawreach connect -q office -- sh -c ${script}; echo "code=$?"; test "$before" = "$(stty -g)" && echo same modes\r`,
    );
    await window.until('the program', (text) => text.startsWith('full screen'));
    return {
      window,
      after: async (code) => {
        await window.until('the prompt here', (text) => text.endsWith('here>'), NOTICED);
        expect(window.text()).toContain(`\ncode=${code}\nsame modes\n`);
        expect(window.shown()).toMatchObject({ buffer: 'normal', modes: { mouseTrackingMode: 'none' } });
      },
    };
  }

  it('the relay is killed in the middle of a session: its screen stays, and it goes on when the relay is back', async () => {
    const { window, after } = await inTheMiddle();
    await relay.process.end('SIGKILL');
    const down = await laptop.run(['list']);
    expect(down.stderr).toMatch(
      /not connected, retrying (?:in \d+ s|now): .*\[relay\.(?:lost|connection-refused)\]|connecting/,
    );
    expect(window.text()).toContain('full screen');

    const begun = performance.now();
    await relay.restart();
    await Promise.all([office.untilOnline(), laptop.untilOnline()]);
    console.info(`after the relay's restart both are back within ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    window.type('typed');
    await window.until('what was typed', (text) => text.startsWith('full screentyped'), NOTICED);
    await works();
    window.type('\r~d');
    await after(0);
  });

  it('a terminal that was left can be taken up again, with its screen', async () => {
    const { window: first, after } = await inTheMiddle();
    first.type('\r~d');
    await after(0);
    const [left] = (await laptop.json('terminals', 'office')) as readonly Readonly<{ terminal: string }>[];
    const window = laptop.window(['connect', '-q', 'office', '--terminal', left?.terminal ?? ''], {
      cols: 90,
      rows: 20,
    });
    await window.until('the screen', (text) => text.startsWith('full screen'));
    expect(window.shown()).toMatchObject({ buffer: 'alternate' });
    window.type('\u0004');
    expect(await window.ended()).toEqual({ code: 0, signal: 0 });
  });

  it('the relay ends in an orderly way on SIGTERM, tells the devices, and they come back', async () => {
    const running = laptop.start(['connect', 'office', '--', 'sh', '-c', 'echo on; cat'], { input: '' });
    await running.said(/on/);
    const begun = performance.now();
    const { code, stderr } = await relay.process.end('SIGTERM');
    const took = performance.now() - begun;
    expect(code).toBe(0);
    expect(stderr).toContain('"relay stopped"');
    expect(took).toBeLessThan(8000);
    await relay.restart();
    await Promise.all([office.untilOnline(), laptop.untilOnline()]);
    expect((await running.ended).code).toBe(0);
    await works();
  });

  it('the agent here is killed: what is in a pipe says so, and the next command starts another with the same identity', async () => {
    const { device, pid } = await laptop.status();
    const running = laptop.start(['connect', '-tt', 'office', '--', 'sh', '-c', 'echo on; exec sleep 600']);
    await running.said(/on/);
    process.kill(pid, 'SIGKILL');
    const { code, stderr } = await running.ended;
    expect(code).toBe(3);
    expect(stderr).toContain('[control.lost]');
    const [, id = ''] = /--terminal ([0-9a-f]{8})/.exec(stderr) ?? [];
    expect((await laptop.run(['status'])).code).toBe(3);

    const again = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'new agent'], { timeout: 40_000 });
    expect(again.stderr).toContain('Started ClawReach in the background');
    expect(again.stdout).toBe('new agent\n');
    expect((await laptop.status()).device).toEqual(device);
    // What ran there outlived the agent here.
    expect(await laptop.json('terminals', 'office')).toMatchObject([
      { terminal: expect.stringMatching(`^${id}`) as string },
    ]);
    const taken = laptop.window(['connect', '-q', 'office', '--terminal', id]);
    await taken.until('the screen', (text) => text.startsWith('on'));
    taken.type('\u0003');
    expect((await taken.ended()).code).toBe(130);
  });

  it('the agent there is killed: the session says so, and the next agent has the same terminal, shell and lines', async () => {
    const { device, pid } = await office.status();
    const script = 'echo "pid $$."; seq 1 40000; echo counted; exec sleep 600';
    const running = laptop.start(['connect', '-tt', 'office', '--', 'sh', '-c', script]);
    const [, program] = await running.said(/pid (\d+)\./);
    process.kill(pid, 'SIGKILL');
    await office.agent?.ended;
    expect(runs(Number(program))).toBe(true);

    await office.runAgent(relay);
    expect((await office.status()).device).toEqual(device);
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/\[(?:link|relay|peer)\.[a-z.-]+\]/);
    expect(stderr).toContain('--terminal ');
    expect(code).toBe(4);
    const [left] = (await laptop.json('terminals', 'office')) as readonly Readonly<{ terminal: string }>[];
    expect(left).toMatchObject({ title: 'sh', attached: false });
    const window = laptop.window(['connect', '-q', 'office', '--terminal', left?.terminal ?? ''], {
      cols: 80,
      rows: 24,
    });
    await window.until('its last lines', (text) => text.includes('\n40000\ncounted'));
    expect(runs(Number(program))).toBe(true);
    window.type('\u0003');
    expect((await window.ended()).code).toBe(130);
    await works();
  });

  it('a second agent on the same profile is refused, and harms nobody', async () => {
    const second = await office.run(['run', '--relay', relay.url]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('[control.in-use]');
    const detached = await office.run(['run', '--detach']);
    expect(detached.code).toBe(0);
    expect(detached.stdout).toContain('already running');
    await works();
  });

  it('commands that all need an agent at the same moment share one', async () => {
    await laptop.ok('stop');
    const started = await Promise.all(
      Array.from({ length: 4 }, () => laptop.run(['safety-number', 'office', '--json'])),
    );
    expect(started.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { pid } = await laptop.status();
    // Those that came too late find the first one, and end.
    const agents = (): readonly number[] =>
      stage
        .processes()
        .filter(({ command }) => command.includes(`run --detached-child --profile=${laptop.profile}`))
        .map((agent) => agent.pid);
    if (HAS_PROCESS_TABLE) await until('one agent', () => (agents().join() === String(pid) ? true : undefined));
    await laptop.untilOnline();
    await works();
  });
});
