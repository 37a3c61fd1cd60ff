import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiscoveryView, PeerView } from '#shared/app-api/index.ts';
import { NODE, ROOT, RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { LocalNetwork, localNetworkProblem } from '#test/support/lan/namespaces.ts';

/** For what is said in a local network to be heard, on a busy machine, ms. */
const HEARD = 60_000;

const problem = localNetworkProblem();
if (problem !== undefined) console.warn(`devices in a local network are not tested: ${problem}`);

describe.skipIf(problem !== undefined)('two peers in a local network without any relay', () => {
  let stage: Stage;
  let network: LocalNetwork;
  let office: Device;
  let laptop: Device;
  let stranger: RunningCommand | undefined;

  /** The agent of a device that was paired before, now on its machine in the local network. */
  const move = async (device: Device): Promise<void> => {
    await device.ok('stop');
    await device.agent?.ended;
    await begin(device);
  };
  const begin = async (device: Device): Promise<void> => {
    const [program, ...rest] = [...network.on(device.name), NODE];
    const words = device.words('run', '--shell=/bin/sh');
    const environment = { ...stage.environment, CLAWREACH_DISCOVERY: 'on' };
    device.agent = new RunningCommand([...rest, ...words], { program, environment });
    await until(
      `the agent of ${device.name}`,
      async () => {
        const client = await device.connect().catch(() => undefined);
        client?.close();
        return client === undefined ? undefined : true;
      },
      HEARD,
    );
    await device.ok('network', '--listen', 'on');
  };

  beforeAll(async () => {
    stage = new Stage();
    network = LocalNetwork.create(['office', 'laptop', 'stranger']);
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    await move(office);
    await move(laptop);
  });
  afterEach(async () => {
    await stranger?.end('SIGTERM');
    stranger = undefined;
  });
  afterAll(async () => {
    await stage.close();
    network.close();
  });

  it('find each other, and connect directly', async () => {
    const found = await until(
      'office in the local network',
      async () => {
        const { devices } = (await laptop.json('discover')) as DiscoveryView;
        return devices.find(({ peer }) => peer?.name === 'office');
      },
      HEARD,
    );
    expect(found).toMatchObject({ address: `${network.addressOf('office')}:7473`, name: null });
    const text = await laptop.ok('connect', 'office', '--', 'echo', 'over the local network');
    expect(text).toContain('over the local network');
    const [peer] = (await laptop.json('list')) as PeerView[];
    expect(peer).toMatchObject({ path: 'direct', address: `${network.addressOf('office')}:7473` });
  });

  it('look like nobody to a stranger, and a stranger is one line on the screen, at its own address [S-LAN-1]', async () => {
    const [program, ...rest] = [...network.on('stranger'), NODE];
    const own = network.addressOf('stranger');
    const script = join(ROOT, 'test/support/lan/stranger.mjs');
    stranger = new RunningCommand([...rest, script, own, 'office\u001b[2J', network.addressOf('office')], {
      program,
      environment: stage.environment,
    });
    const seen = await until(
      'the stranger',
      async () => {
        const { devices } = (await laptop.json('discover')) as DiscoveryView;
        return devices.find(({ peer }) => peer === null);
      },
      HEARD,
    );
    expect(seen).toMatchObject({ address: `${own}:7473`, name: 'office[2J' });
    const heard = await until(
      'what the stranger hears',
      () => (stranger?.stdout.includes('SRV') === true ? stranger.stdout : undefined),
      HEARD,
    );
    const ids = await Promise.all([office, laptop].map(async (device) => (await device.status()).device.peerId));
    for (const secret of [...ids, 'office', 'laptop']) {
      for (const line of heard.split('\n').filter((one) => !one.includes('elsewhere')))
        expect(line.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(await laptop.ok('discover')).toContain('“office[2J”');
  });

  it('are gone for each other once one of them does not want to be found', async () => {
    await office.ok('discover', '--off');
    expect((await office.run(['discover'])).stderr).toContain('discovery.off');
    const { devices } = (await laptop.json('discover')) as DiscoveryView;
    expect(devices.filter(({ address }) => address.startsWith(`${network.addressOf('office')}:`))).toEqual([]);
  });

  it('are not online any more when one of them is killed, and are said to have been seen last before that', async () => {
    await office.ok('discover', '--on');
    await until(
      'office in the local network again',
      async () => {
        const { devices } = (await laptop.json('discover')) as DiscoveryView;
        return devices.find(({ peer }) => peer?.name === 'office');
      },
      HEARD,
    );
    const [before] = (await laptop.json('list')) as PeerView[];
    expect(before).toMatchObject({ path: 'direct', online: true });
    await office.agent?.end('SIGKILL');
    const listed = await until(
      'office to be offline',
      async () => {
        const text = await laptop.ok('list');
        return text.includes('last seen') ? text : undefined;
      },
      HEARD,
    );
    // With its date, when midnight has passed in between.
    expect(listed).toMatch(/^office +(?:offline|reconnecting), last seen (?:\d{4}-\d\d-\d\d )?\d\d:\d\d +-/mu);
    const [after] = (await laptop.json('list')) as PeerView[];
    expect(after).toMatchObject({ online: false, linked: false, rtt: null });

    // What a killed agent left is taken over.
    await begin(office);
  });

  it('come back by themselves after one of them ended twice: its terminal and its place in the list', async () => {
    for (const one of [office, laptop]) await one.ok('config', 'relay', 'none');
    const window = laptop.window(['connect', '-q', 'office'], { cols: 90, rows: 20 });
    await window.until('the prompt there', (text) => text.endsWith('there>'), HEARD);
    window.type('clear; echo "shell $$."\r');
    await window.until('its answer', (text) => /shell \d+\.\nthere>$/.test(text), HEARD);
    const pid = /shell (\d+)\./.exec(window.text())?.[1] ?? '';
    for (const signal of ['SIGKILL', 'SIGKILL'] as const) {
      await office.agent?.end(signal);
      await window.until('the line that says so', (text) => text.includes('connection lost, reconnecting'), HEARD);
      await begin(office);
      await window.until('its screen', (text) => text.endsWith(`shell ${pid}.\nthere>`), HEARD);
    }
    window.type('echo "again $$."\r');
    await window.until('the same shell', (text) => text.endsWith(`again ${pid}.\nthere>`), HEARD);
    const [peer] = (await laptop.json('list')) as PeerView[];
    expect(peer).toMatchObject({ path: 'direct', online: true });
    window.type('exit\r');
    await window.ended(HEARD);
  });
});
