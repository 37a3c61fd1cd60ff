import { afterEach, expect, it } from 'vitest';
import { createRelayDialer } from '#node/sockets/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { DeviceDisk, TestDevice } from '#test/support/hostile/device.ts';
import { lanInterface, MemoryLan, type MemoryHost } from '#test/support/lan/memory-lan.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function device(name: string, host: MemoryHost, disk = new DeviceDisk()): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  const direct = loopbackDirect(name === 'office' ? () => LOOPBACK_ONLY : () => []);
  const made = await TestDevice.create({ name, dialer, direct, lan: host, disk });
  open.push(made);
  return made;
}

/** Two machines in one network, without a relay. `office` is reached at its announced address. */
async function network() {
  const lan = new MemoryLan();
  const hosts = { office: lan.host(lanInterface('127.0.0.1')), laptop: lan.host(lanInterface('127.0.0.2')) };
  const disks = { office: new DeviceDisk(), laptop: new DeviceDisk() };
  const office = await device('office', hosts.office, disks.office);
  const laptop = await device('laptop', hosts.laptop, disks.laptop);
  for (const one of [office, laptop]) {
    await one.api.call('network.set', { port: await freePort() });
    one.agent.start();
  }
  await until('the port', async () => (await office.api.call('network.get', {})).listening ?? undefined);
  return { lan, hosts, disks, office, laptop };
}

async function pair(office: TestDevice, laptop: TestDevice, options: { at?: string; link?: boolean } = {}) {
  const { at, link = false } = options;
  const invitation = await office.api.call('pairing.invite', { allow: ['terminal'], ...(link ? { link } : {}) });
  const invited = office.api.call('pairing.result', { pairing: invitation.pairing });
  invited.catch(() => undefined);
  const joined = await laptop.api.call('pairing.join', {
    codeOrLink: invitation.code ?? invitation.link ?? '',
    allow: [],
    ...(at === undefined ? {} : { at }),
  });
  return { invitation, joined, invited: await invited };
}

const linked = async (from: TestDevice, to: TestDevice) =>
  await until(`a link of ${from.name}`, async () => {
    const [peer] = await from.api.call('peers.list', { measure: true });
    return peer?.peerId === to.identity.peerId && peer.path === 'direct' && peer.linked ? peer : undefined;
  });

it('pairs by code without a relay, links directly, and again after restarts', { timeout: 60_000 }, async () => {
  const { hosts, disks, office, laptop } = await network();
  const { invitation, joined, invited } = await pair(office, laptop);
  expect(invitation).toMatchObject({ link: null, pin: null, relay: null });
  expect(invitation.addresses).toHaveLength(1);
  expect(joined.words).toEqual(invited.words);
  expect(joined.peer).toMatchObject({ name: 'office', peerId: office.identity.peerId });
  expect(invited.peer).toMatchObject({ name: 'laptop', peerId: laptop.identity.peerId });
  await office.api.call('pairing.confirm', { peer: laptop.identity.peerId, words: invited.words });
  await laptop.api.call('pairing.confirm', { peer: office.identity.peerId, words: joined.words });
  await linked(laptop, office);
  const [atOffice] = await office.api.call('peers.list', {});
  expect(atOffice?.unfinishedUntil).toBeUndefined();
  for (const one of [office, laptop]) {
    const status = await one.api.call('status.get', {});
    expect(status.relay).toMatchObject({ state: 'none', problem: null });
  }

  await office.close();
  await laptop.close();
  const offices = await device('office', hosts.office, disks.office);
  const laptops = await device('laptop', hosts.laptop, disks.laptop);
  offices.agent.start();
  laptops.agent.start();
  await linked(laptops, offices);
});

it('pairs at a typed address, and by a link with addresses', { timeout: 60_000 }, async () => {
  const { office, laptop } = await network();
  const { addresses } = await office.api.call('network.get', {});
  const [at = ''] = addresses;
  await office.api.call('discovery.set', { enabled: false });
  const first = await pair(office, laptop, { at });
  expect(first.joined.words).toEqual(first.invited.words);
  await laptop.api.call('peers.forget', { peer: office.identity.peerId });
  await office.api.call('peers.forget', { peer: laptop.identity.peerId });
  const second = await pair(office, laptop, { link: true });
  expect(second.invitation.link).toMatch(/^clawreach:\/\/pair\?v=1&at=127\.0\.0\.1%3A\d+&peer=/);
  expect(second.joined.words).toEqual(second.invited.words);
  await linked(laptop, office);
});

it('tells a joiner without a relay of the relay, and enrols it there', { timeout: 60_000 }, async () => {
  const { office, laptop } = await network();
  const relay = await runRelay();
  open.push({ close: () => relay.dispose() });
  await office.configure(relay.relay.url);
  await office.api.call('relay.ready', { timeout: 10_000 });
  const { invitation } = await pair(office, laptop);
  expect(invitation.relay).toBe(relay.relay.url);
  const status = await laptop.api.call('relay.ready', { timeout: 10_000 });
  expect(status).toMatchObject({ url: relay.relay.url, state: 'online' });
});

it('names the next step when no machine shows the code', { timeout: 60_000 }, async () => {
  const { office, laptop } = await network();
  const join = (at?: string) =>
    laptop.api.call('pairing.join', { codeOrLink: 'ABCD-1234', allow: [], ...(at === undefined ? {} : { at }) });
  await expect(join()).rejects.toMatchObject({ code: 'pairing.not-found' });
  const { addresses } = await office.api.call('network.get', {});
  await expect(join(addresses[0])).rejects.toMatchObject({ code: 'pairing.not-there' });
  await office.api.call('network.set', { listen: 'outbound-only' });
  await expect(office.api.call('pairing.invite', { allow: [] })).rejects.toMatchObject({ code: 'pairing.no-way' });
});
