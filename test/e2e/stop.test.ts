import { describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { childrenOf, HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

/** The agent ends within five seconds; the command itself has to start, on a machine that does other things. ms */
const SOON = 9000;
/** Does not mind a hang-up, and has to be killed. */
const STUBBORN = 'trap "" HUP; while :; do sleep 1; done';

/** Each on a stage of its own and all at once: they wait most of the time. */
describe.concurrent('clawreach stop ends the agent soon', () => {
  /** Stops a process until the end of the test. */
  function freeze({ onTestFinished }: TestContext, pid: number): void {
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => thaw(pid));
  }

  /** Puts two devices on a stage, each with a terminal on the other, in which this runs. */
  async function setUp(
    { onTestFinished }: TestContext,
    program: string,
  ): Promise<Readonly<{ relay: StageRelay; office: Device; laptop: Device }>> {
    const stage = new Stage();
    onTestFinished(() => stage.close());
    const relay = await stage.startRelay();
    const { office, laptop } = await stage.pairedDevices(relay);
    await laptop.ok('rights', 'office', '--allow', 'terminal');
    for (const [from, to] of [
      [laptop, 'office'],
      [office, 'laptop'],
    ] as const) {
      await from.start(['connect', '-q', '-tt', to, '--', 'sh', '-c', `echo on; ${program}`]).said(/on/);
    }
    return { relay, office, laptop };
  }

  /** How long it took until the command and the agent were gone, ms. */
  async function stops(device: Device): Promise<number> {
    const begun = performance.now();
    expect(await device.ok('stop')).toContain('has stopped');
    await device.agent?.ended;
    const took = performance.now() - begun;
    console.info(`stopped after ${(took / 1000).toFixed(1)} s`);
    return took;
  }

  it('where the peer stands still', async (test) => {
    const { office, laptop } = await setUp(test, STUBBORN);
    freeze(test, (await office.status()).pid);
    expect(await stops(laptop)).toBeLessThan(SOON);
  });

  it('where the relay stands still', async (test) => {
    const { relay, laptop } = await setUp(test, STUBBORN);
    freeze(test, relay.process.pid);
    expect(await stops(laptop)).toBeLessThan(SOON);
  });

  it.runIf(HAS_PROCESS_TABLE)('where its terminals, the peer and the relay stand still together', async (test) => {
    const { relay, office, laptop } = await setUp(test, 'exec sleep 600');
    const hosts = childrenOf((await laptop.status()).pid);
    expect(hosts).toHaveLength(1);
    for (const pid of hosts) freeze(test, pid);
    freeze(test, (await office.status()).pid);
    freeze(test, relay.process.pid);
    expect(await stops(laptop)).toBeLessThan(SOON);
  });
});

function thaw(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was killed, as it should be.
  }
}
