import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPathLoss } from '#shared/app-api/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines } from '#test/support/lan/paired-machines.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
  await pairDevices(office, laptop);
});
afterEach(() => machines.close());

const isOnline = async (): Promise<boolean> => (await laptop.peer(office))?.online === true;

/** Waits for the list; this call doesn't make the agent measure. */
const shown = async (online: boolean): Promise<true> =>
  await until(`office ${online ? 'online' : 'offline'}`, async () =>
    (await isOnline()) === online ? true : undefined,
  );

it(
  'a machine that ends and starts again twice is online by its announcement, at another port too',
  { timeout: 60_000 },
  async () => {
    await TerminalView.open(laptop, office);
    await shown(true);
    const listen = { host: '127.0.0.1', port: await freePort() };
    const rule = { kind: 'socks5', name: 'web', enabled: true, peer: office.peerId, listen, user: null } as const;
    await laptop.api.call('forwards.add', { rule });
    for (const port of [undefined, await freePort()]) {
      if (port !== undefined) await office.api.call('network.set', { port });
      await office.close();
      await shown(false);
      // Every open terminal tries to come back meanwhile.
      const code = await codeOf(TerminalView.open(laptop, office));
      expect(code).toMatch(/^(?:direct|link)\./);
      expect(isPathLoss(code)).toBe(true);
      office = await machines.start('office');
      await shown(true);
      const again = await TerminalView.open(laptop, office);
      await again.say('here again');
      await until('the forward', async () => {
        const [forward] = await laptop.api.call('forwards.list', {});
        return forward?.state === 'ready' ? true : undefined;
      });
    }
  },
);

it('a machine that ends is not found in this network, since when it was there last, as no relay is missing', async () => {
  await laptop.api.call('peers.ping', { peer: office.peerId });
  await laptop.close();
  await until('laptop offline', async () => ((await office.peer(laptop))?.online === false ? true : undefined));
  const error: unknown = await office.api
    .call('terminal.open', { peer: laptop.peerId, cols: 80, rows: 24, term: 'xterm' })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'link.not-found', details: { name: 'laptop', since: expect.any(Number) } });
  // A person who allows only the relay is told that there is none.
  await office.api.call('peers.setPathMode', { peer: laptop.peerId, mode: 'relay-only' });
  expect(await codeOf(office.api.call('peers.ping', { peer: laptop.peerId }))).toBe('relay.not-configured');
});
