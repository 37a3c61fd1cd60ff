import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { NODE, ROOT, RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { LocalNetwork, localNetworkProblem } from '#test/support/lan/namespaces.ts';

/** For what is said in a local network to be heard, on a busy machine, ms. */
const HEARD = 60_000;

const problem = localNetworkProblem();
if (problem !== undefined) console.warn(`waking machines in a local network is not tested: ${problem}`);

describe.skipIf(problem !== undefined)('a machine that is asleep in a local network', () => {
  let stage: Stage;
  let network: LocalNetwork;
  let laptop: Device;
  let nas: Device;
  let office: Device;

  const inNetwork = (device: Device, ...words: readonly string[]): RunningCommand => {
    const [program, ...rest] = [...network.on(device.name), NODE];
    const environment = { ...stage.environment, CLAWREACH_DISCOVERY: 'on' };
    return new RunningCommand([...rest, ...words], { program, environment });
  };
  const begin = async (device: Device): Promise<void> => {
    device.agent = inNetwork(device, ...device.words('run', '--shell=/bin/sh'));
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
  const move = async (device: Device): Promise<void> => {
    await device.ok('stop');
    await device.agent?.ended;
    await begin(device);
  };
  const fallAsleep = async (): Promise<RunningCommand> => {
    const sleeper = inNetwork(office, join(ROOT, 'test/support/lan/sleeper.mjs'));
    await until('its network card', () => (sleeper.stdout.includes('asleep') ? true : undefined), HEARD);
    return sleeper;
  };
  const peer = async (name: string): Promise<PeerView | undefined> =>
    ((await laptop.json('list')) as PeerView[]).find((one) => one.name === name);

  beforeAll(async () => {
    stage = new Stage();
    network = LocalNetwork.create(['office', 'laptop', 'nas']);
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    nas = stage.device('nas');
    await nas.runAgent(relay, { first: true });
    await nas.pairWith(laptop);
    for (const device of [office, laptop, nas]) await move(device);
    for (const name of ['office', 'nas'])
      await until(
        `${name} in the local network`,
        async () => ((await peer(name))?.online === true ? true : undefined),
        HEARD,
      );
    await laptop.ok('ping', 'office', '-c', '1');
    await until('its network cards', async () => (await peer('office'))?.cards, HEARD);
    await office.ok('stop');
    await office.agent?.ended;
    await until(
      'office to be offline',
      async () => ((await peer('office'))?.online === false ? true : undefined),
      HEARD,
    );
  });
  afterAll(async () => {
    await stage.close();
    network.close();
  });

  it('is woken by another machine there, which may', async () => {
    await nas.ok('rights', 'laptop', '--allow', 'wake');
    const sleeper = await fallAsleep();
    expect(await laptop.ok('wake', 'office', '--via', 'nas', '--wait', '0')).toBe('Sent by nas.\n');
    await sleeper.ended;
    expect(sleeper.stdout).toContain(`woken by ${network.addressOf('nas')}\n`);
    expect(await nas.ok('audit')).toContain('a machine in this network was woken for it');
  });

  it('is offline for a command whose wait is over, which says what to check', async () => {
    const { code, stdout, stderr } = await laptop.run(['wake', 'office', '--wait', '1']);
    expect(stdout).toContain('Sent by this machine, nas.');
    expect(stderr).toContain('[wake.asleep]');
    expect(stderr).toContain('Wake-on-LAN is switched on');
    expect(code).toBe(4);
  });

  it('is woken by this machine, and the command ends when it is online', async () => {
    await nas.ok('rights', 'laptop', '--deny', 'wake');
    const sleeper = await fallAsleep();
    const waking = laptop.run(['wake', 'office', '--wait', '60']);
    await sleeper.ended;
    expect(sleeper.stdout).toContain(`woken by ${network.addressOf('laptop')}\n`);
    await begin(office);
    const { code, stdout, stderr } = await waking;
    expect(stderr).toContain('Waiting until office is online');
    expect(stdout).toMatch(/^Sent by this machine\.\noffice is online after .+\.\n$/);
    expect(code).toBe(0);
    expect(await laptop.ok('wake', 'office')).toBe('office is online.\n');
  });
});
