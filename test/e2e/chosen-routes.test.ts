import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** For a link to come back on a busy machine, ms. */
const COMES_BACK = 60_000;

type Rule = Readonly<{ state: string; address: string | null; problem: Readonly<{ code: string }> | null }>;

describe('a chain whose hop is away', () => {
  let stage: Stage;
  let relay: StageRelay;
  let laptop: Device;
  let hop: Device;
  let server: Server;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    const devices = await stage.pairedDevices(relay, { allow: ['--allow', 'forward'] });
    laptop = devices.laptop;
    hop = stage.device('hop');
    await hop.runAgent(relay, { first: true });
    await hop.ok('network', '--listen', 'outbound-only');
    for (const device of [laptop, devices.office]) await hop.pairWith(device);
    await hop.ok('rights', 'laptop', '--allow', 'pass-through');
    // Says a line every 50 ms, and everything back that it hears.
    server = createServer((socket) => {
      const timer = setInterval(() => socket.write('tick\n'), 50);
      socket.on('error', () => undefined);
      socket.on('close', () => clearInterval(timer));
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await laptop.ok('forward', 'chain', '--via', 'hop', '--peer', 'office');
    const { port } = server.address() as AddressInfo;
    await laptop.ok(
      'forward',
      'port',
      '--local',
      '0',
      '--remote',
      `localhost:${port}`,
      '--peer',
      'office',
      '--name',
      'ticks',
    );
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    server.close();
    await stage.close();
  });

  const rule = async (): Promise<Rule> => (await laptop.json('forward', 'list', 'ticks')) as Rule;

  /** All bytes that the relay has carried from one device to another. */
  const carried = async (): Promise<number> => {
    const metrics = await relay.metrics();
    return (metrics.get('link_bytes_total') ?? NaN) + (metrics.get('early_bytes_total') ?? NaN);
  };

  it('sends no byte over the relay instead, says which hop is missing, and goes on when the hop is back [S-LINK-16]', async () => {
    const { address } = await rule();
    const socket = connect(Number(/:(\d+)$/u.exec(address ?? '')?.[1]), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let ticks = 0;
    socket.on('data', () => (ticks += 1));
    await until('traffic', () => (ticks > 20 ? true : undefined));
    expect(await laptop.json('path', 'office')).toMatchObject({ path: 'via' });

    await hop.agent?.end('SIGKILL');
    await until('the hop to be gone', async () => ((await relay.metrics()).get('links_open') === 0 ? true : undefined));
    const before = await carried();
    const seen: number[] = [];
    for (let look = 0; look < 20; look += 1) {
      socket.write('still here\n');
      await new Promise((resolve) => void setTimeout(resolve, 500));
      seen.push((await carried()) - before);
    }
    console.info(`bytes over the relay after the hop was gone: ${seen.join(' ')}`);
    expect(seen.at(-1)).toBe(0);
    const waiting =
      /^ticks: Waiting for hop, a hop on the way to office: hop is offline since \d\d:\d\d\.  \[via\.hop-lost\]$/m;
    const status = await laptop.ok('forward', 'list', 'ticks');
    expect(status).toMatch(/^ticks: tcp-bridge, office, waiting for hop$/m);
    expect(status).toMatch(waiting);
    expect(await laptop.ok('forward', 'list')).toMatch(waiting);
    const { stdout } = await laptop.run(['path', 'office']);
    expect(stdout).toMatch(/; waiting for hop, offline since \d\d:\d\d/);

    await hop.restore();
    const had = ticks;
    await until('traffic again', () => (ticks > had + 20 ? true : undefined), COMES_BACK);
    expect(await laptop.json('path', 'office')).toMatchObject({ path: 'via' });
  });
});
