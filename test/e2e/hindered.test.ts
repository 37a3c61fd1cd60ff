import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBlockingProxy, type BlockingProxy } from '#test/support/e2e/blocking-proxy.ts';
import type { Device } from '#test/support/e2e/device.ts';
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
    laptop.agent = laptop.start(['run', '--name', 'laptop', '--relay', proxy.url, '--admission', relay.token]);
    await laptop.agent.said(/: online/);
    // Else the two find each other directly, on one computer.
    for (const device of [office, laptop]) await device.ok('network', '--listen', 'outbound-only');
    await office.pairWith(laptop);
  });
  afterAll(async () => {
    await stage.close();
    await proxy.close();
  });

  it('connects all the same, with megabytes in both directions', async () => {
    const program = 'stty raw -echo; echo ready; head -c 3000000 /dev/zero | tr "\\0" x; exit 8';
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'sh', '-c', program]);
    expect(stdout).toBe(`ready\n${'x'.repeat(3_000_000)}`);
    expect(code).toBe(8);
    const typed = 'y'.repeat(1000);
    const up = await laptop.run(['connect', '-q', 'office', '--', 'sh', '-c', 'stty -echo; head -c 600600 | wc -c'], {
      input: `${typed}\n`.repeat(600),
    });
    expect(up.stdout.trim()).toBe('600600');
  });

  it('asks for the raw form once, and goes through WebSocket from then on', async () => {
    expect(proxy.blocked).toBe(1);
    expect(proxy.passed).toContain('/v1/link');
    await laptop.ok('stop');
    await laptop.ok('connect', 'office', '--check');
    // The memory is of the agent; the first records went over the control connection meanwhile.
    await until('the raw form once more', async () => (proxy.blocked === 2 ? true : undefined));
    // What came first went over the control connection; the data connection follows.
    await until('the link', async () => ((await relay.metrics()).get('links_open') === 1 ? true : undefined));
    expect(proxy.passed.filter((path) => path === '/v1/link').length).toBe(2);
  });
});
