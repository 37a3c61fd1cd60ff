import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '#test/support/e2e/until.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
});
afterEach(() => machines.close());

async function pair(options: { at?: string; link?: boolean } = {}) {
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
  const { invitation, joined, invited } = await pair();
  expect(invitation).toMatchObject({ link: null, pin: null, relay: null });
  expect(invitation.addresses).toHaveLength(1);
  expect(joined.words).toEqual(invited.words);
  expect(joined.peer).toMatchObject({ name: 'office', peerId: office.identity.peerId });
  expect(invited.peer).toMatchObject({ name: 'laptop', peerId: laptop.identity.peerId });
  await office.api.call('pairing.confirm', { peer: laptop.identity.peerId, words: invited.words });
  await laptop.api.call('pairing.confirm', { peer: office.identity.peerId, words: joined.words });
  await linked(laptop, office);
  // One decision was made: --allow terminal at the office.
  const decided = (await office.audit('right.changed')).map(({ fields }) => fields);
  expect(decided).toMatchObject([{ right: 'terminal', decision: 'allow', name: 'laptop' }]);
  expect(await laptop.audit('right.changed')).toEqual([]);
  const [atOffice] = await office.api.call('peers.list', {});
  expect(atOffice?.unfinishedUntil).toBeUndefined();
  for (const one of [office, laptop]) {
    const status = await one.api.call('status.get', {});
    expect(status.relay).toMatchObject({ state: 'none', problem: null });
    expect(status).toMatchObject({ reach: 'network' });
    expect(status.needsRelay).toBeUndefined();
  }

  await office.close();
  await laptop.close();
  const offices = await machines.start('office');
  const laptops = await machines.start('laptop');
  await linked(laptops, offices);
});

it('pairs by a code while a link is open beside it, and by a link beside a code', { timeout: 60_000 }, async () => {
  const beside = await office.api.call('pairing.invite', { allow: [], link: true });
  const { joined, invited } = await pair();
  expect(joined.words).toEqual(invited.words);
  await office.api.call('pairing.cancel', { pairing: beside.pairing });
  await office.api.call('pairing.invite', { allow: [] });
  const again = await pair({ link: true });
  expect(again.joined.words).toEqual(again.invited.words);
});

it(
  'says that the other side has removed this one, and then allows it nothing [S-PAIR-22]',
  { timeout: 60_000 },
  async () => {
    const { invited, joined } = await pair();
    const peer = office.identity.peerId;
    await linked(laptop, office);
    const news: string[] = [];
    laptop.api.on('peers.forgot', ({ name, because }) => news.push(`${name}: ${because}`));
    // The person at the office says that the words differ.
    await office.api.call('peers.forget', { peer: laptop.identity.peerId, because: 'words' });
    await until('the news of the removal', () => Promise.resolve(news.length > 0 || undefined));
    expect(news).toEqual(['office: words']);
    const confirm = laptop.api.call('pairing.confirm', { peer, words: joined.words });
    await expect(confirm).rejects.toMatchObject({
      code: 'peer.forgot',
      details: { name: 'office', because: 'words' },
    });
    const allow = { peer, right: 'terminal', decision: 'allow', expiresAt: null } as const;
    await expect(laptop.api.call('rights.set', allow)).rejects.toMatchObject({ code: 'peer.forgot' });
    expect(await laptop.audit('peer.forgot')).toMatchObject([{ fields: { peer, name: 'office' } }]);
    const removed = await laptop.api.call('peers.get', { peer });
    expect(removed.forgottenAt).toBeTypeOf('number');
    expect(removed.forgottenBecause).toBe('words');
    expect(invited.words).toEqual(joined.words);

    const again = await pair();
    expect(again.joined.peer).toMatchObject({ pairing: { compared: false } });
    expect(again.joined.peer.forgottenAt).toBeUndefined();
    expect(again.joined.peer.forgottenBecause).toBeUndefined();
    const confirmed = await laptop.api.call('pairing.confirm', { peer, words: again.joined.words });
    expect(confirmed.pairing?.compared).toBe(true);
    await linked(laptop, office);
  },
);

it('pairs at a typed address, and by a link with addresses', { timeout: 60_000 }, async () => {
  const { addresses } = await office.api.call('network.get', {});
  const [at = ''] = addresses;
  await office.api.call('discovery.set', { enabled: false });
  const first = await pair({ at });
  expect(first.joined.words).toEqual(first.invited.words);
  await laptop.api.call('peers.forget', { peer: office.identity.peerId });
  await office.api.call('peers.forget', { peer: laptop.identity.peerId });
  const second = await pair({ link: true });
  expect(second.invitation.link).toMatch(/^clawreach:\/\/pair\?v=1&at=127\.0\.0\.1%3A\d+&peer=/);
  expect(second.joined.words).toEqual(second.invited.words);
  await linked(laptop, office);
});

it('tells a joiner without a relay of the relay, and enrols it there', { timeout: 60_000 }, async () => {
  const relay = await runRelay();
  machines.also({ close: () => relay.dispose() });
  await office.configure(relay.relay.url);
  await office.api.call('relay.ready', { timeout: 10_000 });
  const { invitation } = await pair();
  expect(invitation.relay).toBe(relay.relay.url);
  const status = await laptop.api.call('relay.ready', { timeout: 10_000 });
  expect(status).toMatchObject({ url: relay.relay.url, state: 'online' });
});

it('names the next step when no machine shows the code', { timeout: 60_000 }, async () => {
  const join = (at?: string) =>
    laptop.api.call('pairing.join', { codeOrLink: 'ABCD-1234', allow: [], ...(at === undefined ? {} : { at }) });
  await expect(join()).rejects.toMatchObject({ code: 'pairing.not-found' });
  const { addresses } = await office.api.call('network.get', {});
  await expect(join(addresses[0])).rejects.toMatchObject({ code: 'pairing.not-there' });
  await office.api.call('network.set', { listen: 'outbound-only' });
  await expect(join(addresses[0])).rejects.toMatchObject({ code: 'pairing.unreachable' });
  await expect(office.api.call('pairing.invite', { allow: [] })).rejects.toMatchObject({ code: 'pairing.no-way' });
});
