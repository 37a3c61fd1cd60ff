import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorCode } from '#shared/errors.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const CARD = 'a4:bb:6d:10:22:33';

describe('waking a machine through another one', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  /** Packets that each machine would have sent into its networks. */
  let sent: Map<string, (readonly string[])[]>;
  let networks: number;
  let url: string;
  let laptop: TestDevice;
  let nas: TestDevice;
  let office: TestDevice;

  const create = async (name: string, cards?: readonly string[]): Promise<TestDevice> => {
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      machine: () => ({ os: 'Debian 12', ...(cards === undefined ? {} : { cards }) }),
      // The laptop is elsewhere.
      ...(name === 'laptop'
        ? {}
        : {
            sendMagicPackets: async (of) => {
              sent.set(name, [...(sent.get(name) ?? []), of]);
              return networks;
            },
          }),
    });
    cleanUps.push(() => device.close());
    expect(await device.configure(url)).toBeNull();
    return device;
  };
  const wake = async (device: TestDevice, input: Parameters<typeof laptop.api.call<'wake.send'>>[1]) =>
    await device.api.call('wake.send', input).catch(errorCode);

  const pending = async () => (await nas.api.call('approvals.list', {})).find(({ state }) => state === 'pending');

  beforeEach(async () => {
    sent = new Map();
    networks = 1;
    const { relay, dispose } = await runRelay();
    cleanUps.push(dispose);
    url = relay.url;
    laptop = await create('laptop');
    nas = await create('nas');
    office = await create('office', [CARD]);
    await pairDevices(office, laptop);
    await pairDevices(nas, laptop);
    await laptop.api.call('peers.ping', { peer: 'office' });
    await until('its cards', async () => (await laptop.api.call('peers.get', { peer: 'office' })).cards);
    await office.close();
    await until('office to be away', async () => !(await laptop.api.call('peers.get', { peer: 'office' })).online);
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('asks no one unless a person has named the machine that sends the packet', async () => {
    expect(await wake(laptop, { peer: 'office' })).toBe('wake.no-sender');
    expect(await nas.api.call('approvals.list', {})).toEqual([]);
    expect(sent.size).toBe(0);
  });

  it('is done by every machine that allows it, and written down there', async () => {
    await nas.api.call('rights.set', { peer: 'laptop', right: 'wake', decision: 'allow', expiresAt: null });
    const result = await wake(laptop, { peer: 'office' });
    expect(result).toMatchObject({ name: 'office', sent: [{ name: 'nas', networks: 1 }], failed: [] });
    expect(sent).toEqual(new Map([['nas', [[CARD]]]]));
    expect(JSON.stringify(await nas.audit())).toContain(`"cards":"${CARD}"`);
  });

  it('is done after a person has seen which card it is for, and not after a "Decline"', async () => {
    const asking = wake(laptop, { peer: 'office', via: ['nas'] });
    const request = await until('the question', pending);
    expect(request).toMatchObject({ right: 'wake', detail: `wake ${CARD}`, peerName: 'laptop' });
    await nas.api.call('approvals.decide', { id: request.id, decision: 'approve' });
    expect(await asking).toMatchObject({ sent: [{ name: 'nas' }] });

    const again = wake(laptop, { peer: 'office', via: ['nas'] });
    const second = await until('the question', pending);
    await nas.api.call('approvals.decide', { id: second.id, decision: 'not-now' });
    expect(await again).toBe('rights.denied');
    expect(sent.get('nas')).toHaveLength(1);
  });

  it('is not done for one that is denied it, and says so where there is no network', async () => {
    await nas.api.call('rights.set', { peer: 'laptop', right: 'wake', decision: 'deny', expiresAt: null });
    expect(await wake(laptop, { peer: 'office', via: ['nas'] })).toBe('rights.denied');
    expect(sent.size).toBe(0);
    await nas.api.call('rights.set', { peer: 'laptop', right: 'wake', decision: 'allow', expiresAt: null });
    networks = 0;
    expect(await wake(laptop, { peer: 'office', via: ['nas'] })).toBe('wake.no-network');
    expect(await wake(laptop, { peer: 'nas' })).toBe('wake.no-card');
  });
});
