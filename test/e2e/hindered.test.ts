import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBlockingProxy, type BlockingProxy } from '#test/support/e2e/blocking-proxy.ts';
import { admittedBy, type Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

describe('a proxy in front of the relay that lets only WebSocket through', () => {
  let stage: Stage;
  let relay: StageRelay;
  let proxy: BlockingProxy;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    proxy = await startBlockingProxy(relay.port);
    office = stage.device('office');
    laptop = stage.device('laptop');
    await office.runAgent(relay, { first: true });
    const words = ['run', '--name', 'laptop', '--relay', proxy.url];
    laptop.agent = laptop.start(words, { environment: admittedBy(relay) });
    await laptop.agent.said(/: online/);
    // Else the two find each other directly, on one computer.
    for (const device of [office, laptop]) await device.ok('network', '--listen', 'outbound-only');
    await office.pairWith(laptop);
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    await stage.close();
    await proxy.close();
  });

  it('connects all the same, with megabytes in both directions', async () => {
    const program = 'echo ready; head -c 3000000 /dev/zero | tr "\\0" x; exit 8';
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'sh', '-c', program]);
    expect(stdout).toBe(`ready\n${'x'.repeat(3_000_000)}`);
    expect(code).toBe(8);
    const typed = 'y'.repeat(1000);
    const up = await laptop.run(['connect', '-q', 'office', '--', 'sh', '-c', 'head -c 600600 | wc -c'], {
      input: `${typed}\n`.repeat(600),
    });
    expect(up.stdout.trim()).toBe('600600');
  });

  it('asks for the raw form once, and goes through WebSocket from then on', async () => {
    const links = (): number => proxy.passed.filter((path) => path === '/v1/link').length;
    // The memory is of the agent: each new one asks once.
    for (let agents = 1; agents <= 2; agents += 1) {
      await laptop.run(['stop']);
      const [blocked, passed] = [proxy.blocked, links()];
      for (let times = 1; times <= 2; times += 1) {
        await laptop.ok('connect', 'office', '--check');
        // What came first went over the control connection; the data connection follows.
        await until('the link', async () =>
          links() > passed && (await relay.metrics()).get('links_open') === 1 ? true : undefined,
        );
        expect([proxy.blocked - blocked, links() - passed]).toEqual([1, 1]);
      }
    }
  });
});
