import { beforeEach, describe, expect, it } from 'vitest';
import { DISCOVERY_LIMITS, DiscoveryService } from '#agent/discovery/index.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import {
  announcementPacket,
  DiscoveryError,
  questionPacket,
  readPacket,
  type LanAnnouncement,
} from '#node/discovery/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { lanInterface, MemoryLan, type MemoryHost } from '#test/support/lan/memory-lan.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { device } from '#test/support/pairing.ts';

const [LAPTOP, OFFICE, NAS] = [device(1), device(2), device(3)];
const NAMES = new Map([
  [LAPTOP.peerId, 'laptop'],
  [OFFICE.peerId, 'office'],
  [NAS.peerId, 'nas'],
]);

type Side = {
  service: DiscoveryService;
  host: MemoryHost;
  peers: DeviceIdentity[];
  port: number | undefined;
  found: PeerId[];
  invitations: string[];
  /** Addresses at which peers were reached before. */
  reached: Set<string>;
  settings: SettingsStore;
  /** Round trip to an address. */
  measure: (address: string) => number | undefined;
};

let clock: FakeClock;
let lan: MemoryLan;

function side(identity: DeviceIdentity, host: MemoryHost, ...peers: DeviceIdentity[]): Side {
  const settings = new SettingsStore({
    file: new MemoryDocumentFile(),
    deviceName: NAMES.get(identity.peerId) ?? '',
    logger: silentLogger,
  });
  const found: PeerId[] = [];
  const made: Omit<Side, 'service'> = {
    host,
    peers,
    port: 7473,
    found,
    settings,
    invitations: [],
    reached: new Set<string>(),
    measure: () => undefined,
  };
  const service = new DiscoveryService({
    sockets: host,
    crypto: nativeBackend,
    identity,
    system: 'macos',
    clock,
    logger: silentLogger,
    settings,
    peers: () =>
      made.peers.map(({ peerId, staticKey }) => ({ peerId, staticKey: staticKey.publicKey, lastSeenAt: null })),
    nameOf: (peerId) => NAMES.get(peerId),
    isPeersAddress: (address) => made.reached.has(address),
    port: () => made.port,
    invitations: () => made.invitations,
    measure: async (address) => made.measure(address),
    onChange: () => undefined,
    onFound: (peerId) => found.push(peerId),
  });
  return Object.assign(made, { service });
}

async function start(...sides: readonly Side[]): Promise<void> {
  for (const { service } of sides) service.start();
  await settle();
  await clock.advance(2000);
}

/** What was announced from an address, newest last. */
function announced(from: string): readonly LanAnnouncement[] {
  return lan.packets
    .filter((one) => one.from === from)
    .flatMap(({ packet }) => readPacket(packet))
    .flatMap((heard) => (heard.kind === 'announcement' ? [heard.announcement] : []));
}

function stranger(index: number, name?: string, invitations: readonly string[] = []): Uint8Array {
  return announcementPacket(
    {
      instance: index.toString(16).padStart(16, '0'),
      port: 7473,
      salt: nativeBackend.randomBytes(8),
      tokens: Array.from({ length: 8 }, () => nativeBackend.randomBytes(8)),
      name,
      invitations,
    },
    1200,
  );
}

beforeEach(() => {
  clock = new FakeClock();
  lan = new MemoryLan();
});

describe('a device in the local network', () => {
  it('is found by its peer, at the address from which it speaks, and by others as a device without a name', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30')));
    await nas.service.set({ showName: false });
    await start(laptop, office, nas);
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
    expect(laptop.found).toEqual([OFFICE.peerId]);
    expect(laptop.service.view.devices.map(({ address, name, peer }) => ({ address, name, peer: peer?.name }))).toEqual(
      [
        { address: '192.168.4.20:7473', name: null, peer: 'office' },
        { address: '192.168.4.30:7473', name: null, peer: undefined },
      ],
    );
    expect(nas.service.view.devices.map(({ peer }) => peer)).toEqual([null, null]);
  });

  it('is listed once with all its addresses and its system where it announces its name', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30'), lanInterface('192.168.4.31')));
    await start(laptop, nas);
    const { name, mark } = announced('192.168.4.30').at(-1) ?? {};
    expect(announced('192.168.4.31').at(-1)).toMatchObject({ name, mark, system: 'macos' });
    const named = laptop.service.view.devices;
    expect(named).toMatchObject([
      { address: '192.168.4.30:7473', others: ['192.168.4.31:7473'], system: 'macos', name },
    ]);
    // Another machine of that name, without the mark, has a row of its own.
    lan.deliver(stranger(1, name), '192.168.4.66');
    await settle();
    expect(laptop.service.view.devices).toHaveLength(2);
    // Without a name no one can tell that two addresses are one machine.
    await nas.service.set({ showName: false });
    await settle();
    expect(announced('192.168.4.30').at(-1)).not.toHaveProperty('mark');
    expect(announced('192.168.4.30').at(-1)).not.toHaveProperty('system');
    expect(laptop.service.view.devices.filter(({ name: shown }) => shown === null)).toHaveLength(2);
  });

  it('has another mark after each start, and a copy of it is shown beside the peer, never with it [S-LAN-5]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await office.service.set({ showName: true });
    await start(laptop, office);
    const { name, system, mark } = announced('192.168.4.20').at(-1) ?? {};
    expect(mark).toMatch(/^[0-9a-f]{16}$/);
    const copy = {
      instance: '1'.padStart(16, '0'),
      port: 7473,
      salt: nativeBackend.randomBytes(8),
      name,
      system,
      mark,
    };
    const tokens = Array.from({ length: 8 }, () => nativeBackend.randomBytes(8));
    lan.deliver(announcementPacket({ ...copy, tokens }, 1200), '192.168.4.66');
    await settle();
    const { devices } = laptop.service.view;
    expect(devices.map(({ address, peer, others }) => ({ address, peer: peer?.name, others: others ?? [] }))).toEqual([
      { address: '192.168.4.20:7473', peer: 'office', others: [] },
      { address: '192.168.4.66:7473', peer: undefined, others: [] },
    ]);
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
    const next = side(OFFICE, lan.host(lanInterface('192.168.4.21')), LAPTOP);
    await next.service.set({ showName: true });
    await start(next);
    expect(announced('192.168.4.21').at(-1)).toMatchObject({ name });
    expect(announced('192.168.4.21').at(-1)?.mark).not.toBe(mark);
  });

  it('is not offered for pairing where a peer was reached before, unless it shows a code', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30')));
    await start(laptop, nas);
    expect(laptop.service.view.devices).toHaveLength(1);
    laptop.reached.add('192.168.4.30:7473');
    expect(laptop.service.view.devices).toEqual([]);
    nas.invitations.push('ABCD');
    nas.service.invitationsChanged();
    await clock.advance(DISCOVERY_LIMITS.settle + DISCOVERY_LIMITS.pause);
    await settle();
    expect(laptop.service.view.devices).toMatchObject([{ inviting: true }]);
  });

  it('tells nobody who it is: no peer id, no name, no key, and nothing that it says twice in two spans of time [S-LAN-1]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    await start(laptop);
    await clock.advance(DISCOVERY_LIMITS.rotation * 2);
    const own = announced('192.168.4.17');
    const distinct = [...new Map(own.map((one) => [one.instance, one])).values()];
    expect(distinct.length).toBeGreaterThanOrEqual(3);
    const tokens = distinct.flatMap((one) => [toHex(one.salt), ...one.tokens.map((token) => toHex(token))]);
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const { packet } of lan.packets) {
      const text = Buffer.from(packet).toString('latin1').toLowerCase();
      expect(text).not.toContain('laptop');
      expect(text).not.toContain(LAPTOP.peerId.slice(0, 7).toLowerCase());
      for (const key of [LAPTOP.signingKey, LAPTOP.staticKey.publicKey, OFFICE.staticKey.publicKey])
        expect(toHex(packet)).not.toContain(toHex(key.slice(0, 8)));
    }
  });

  it('says its name only where its person wants that [S-LAN-1]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30')));
    await start(laptop, nas);
    await laptop.service.set({ showName: true });
    await clock.advance(2000);
    expect(nas.service.view.devices).toMatchObject([{ name: 'laptop', peer: null }]);
    await laptop.service.set({ showName: false });
    await clock.advance(2000);
    expect(nas.service.view.devices).toMatchObject([{ name: null }]);
  });

  it('takes its leave when it ends or is turned off, and is silent from then on [S-LAN-1]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30')));
    await start(laptop, nas);
    expect(nas.service.view.devices).toHaveLength(1);
    await laptop.service.set({ enabled: false });
    expect(nas.service.view.devices).toHaveLength(0);
    const before = lan.packets.length;
    const searching = nas.service.search(new AbortController().signal);
    await clock.advance(DISCOVERY_LIMITS.rotation);
    expect((await searching).devices).toEqual([]);
    expect(lan.packets.slice(before).filter(({ from }) => from === '192.168.4.17')).toEqual([]);
    await expect(laptop.service.search(new AbortController().signal)).rejects.toMatchObject({ code: 'discovery.off' });
    expect(laptop.service.view).toMatchObject({ state: 'off', devices: [] });
  });

  it('announces nothing while it takes no direct connections, and hears others all the same', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    laptop.port = undefined;
    await start(laptop, office);
    expect(announced('192.168.4.17')).toEqual([]);
    expect(laptop.service.view).toMatchObject({ state: 'on', announced: false });
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
  });

  it('takes back at once what it has said to a peer that is to hear nothing more [S-LINK-16]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    expect(office.service.likelyAddressesOf(LAPTOP.peerId)).toHaveLength(1);
    // A change that may wait is on its way already.
    laptop.service.changed();
    laptop.peers.length = 0;
    laptop.service.changed();
    await settle();
    expect(office.service.likelyAddressesOf(LAPTOP.peerId)).toEqual([]);
    const searched = office.service.search(new AbortController().signal);
    await clock.advance(DISCOVERY_LIMITS.search + 10);
    await searched;
    expect(office.service.likelyAddressesOf(LAPTOP.peerId)).toEqual([]);
  });

  it('that moves says nothing in the new network of what it said in the old one, not even goodbye [S-LAN-1]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    await start(laptop);
    const before = lan.packets.length;
    laptop.host.move(lanInterface('10.0.7.9'));
    laptop.service.changed();
    await clock.advance(5000);
    const after = lan.packets.slice(before);
    expect(after.filter(({ from }) => from === '192.168.4.17')).toEqual([]);
    expect(after.flatMap(({ packet }) => readPacket(packet)).some(({ kind }) => kind === 'goodbye')).toBe(false);
    const [old, now] = [announced('192.168.4.17').at(-1), announced('10.0.7.9').at(-1)];
    expect(now?.instance).not.toBe(old?.instance);
    expect(toHex(now?.salt ?? new Uint8Array())).not.toBe(toHex(old?.salt ?? new Uint8Array()));
  });

  it('in two networks says different things in each [S-LAN-1]', async () => {
    await start(side(LAPTOP, lan.host(lanInterface('192.168.4.17'), lanInterface('10.0.7.9', 'eth1')), OFFICE));
    const [one, other] = [announced('192.168.4.17').at(-1), announced('10.0.7.9').at(-1)];
    expect(one?.instance).not.toBe(other?.instance);
    const tokens = new Set(one?.tokens.map((token) => toHex(token)));
    expect(other?.tokens.some((token) => tokens.has(toHex(token)))).toBe(false);
  });

  it('is quiet: two announcements, a question, and then one announcement in a quarter of an hour', async () => {
    await start(side(LAPTOP, lan.host(lanInterface('192.168.4.17'))));
    await clock.advance(10 * 60_000);
    expect(lan.packets).toHaveLength(3);
    await clock.advance(10 * 60_000);
    // A goodbye for the old one, and the new one twice.
    expect(lan.packets).toHaveLength(6);
  });

  it('answers a flood of questions once a second [S-LAN-3]', async () => {
    await start(side(LAPTOP, lan.host(lanInterface('192.168.4.17'))));
    const before = announced('192.168.4.17').length;
    for (let index = 0; index < 1000; index += 1) {
      lan.deliver(questionPacket(), `192.168.4.${1 + (index % 200)}`);
      await clock.advance(5);
    }
    expect(announced('192.168.4.17').length - before).toBeLessThanOrEqual(6);
    expect(announced('192.168.4.17').length - before).toBeGreaterThanOrEqual(3);
  });

  it('tells why nothing can be heard, and tries again', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    laptop.host.problem = new DiscoveryError('discovery.port', 'taken');
    await start(laptop);
    expect(laptop.service.view).toMatchObject({ state: 'unavailable', problem: 'discovery.port' });
    laptop.host.problem = undefined;
    await clock.advance(60_000);
    expect(laptop.service.view).toMatchObject({ state: 'on', problem: null, announced: true });
  });

  it('leaves nothing behind when it ends', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    await start(laptop);
    await laptop.service.close();
    expect(clock.pending).toBe(0);
    expect(lan.joined.size).toBe(0);
  });
});

describe('a stranger in the local network', () => {
  it('that repeats what a peer has said from an address of its own is not taken for the peer [S-LAN-2]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(office);
    const [recorded] = lan.packets.filter(({ from }) => from === '192.168.4.20').slice(-1);
    await office.service.close();
    await start(laptop);
    lan.deliver(recorded?.packet ?? new Uint8Array(), '192.168.4.66');
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual([]);
    expect(laptop.found).toEqual([]);
    // From where it was said it counts, and half an hour later no more.
    lan.deliver(recorded?.packet ?? new Uint8Array(), '192.168.4.20');
    expect(laptop.found).toEqual([OFFICE.peerId]);
    await clock.advance(2 * DISCOVERY_LIMITS.epoch + DISCOVERY_LIMITS.lifetime * 1000);
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual([]);
    lan.deliver(recorded?.packet ?? new Uint8Array(), '192.168.4.20');
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual([]);
  });

  it.each(['8.8.8.8', '192.168.5.9', '127.0.0.1', '169.254.169.254', '192.168.4.255', '192.168.4.17'])(
    'is not heard from %s, which is no neighbour [S-LAN-2]',
    async (address) => {
      const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
      await start(laptop);
      for (const { options } of lan.joined) options.onPacket(stranger(1), { address, port: 5353 });
      for (const { options } of lan.joined) options.onPacket(stranger(2), { address: '192.168.4.66', port: 40_000 });
      expect(laptop.service.view.devices).toEqual([]);
    },
  );

  it('with a flood fills its share of the list, and hides no peer [S-LAN-3]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop);
    for (let index = 0; index < 3000; index += 1) lan.deliver(stranger(index), `192.168.4.${60 + (index % 100)}`);
    const strangers = laptop.service.view.devices.filter(({ peer }) => peer === null);
    expect(strangers.length).toBeLessThanOrEqual(DISCOVERY_LIMITS.strangers);
    await clock.advance(10_000);
    await start(office);
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
    // And from one address not even that.
    const nas = side(NAS, lan.host(lanInterface('192.168.4.30')));
    await start(nas);
    await clock.advance(60_000);
    for (let index = 0; index < 500; index += 1) lan.deliver(stranger(90_000 + index), '192.168.4.66');
    expect(
      nas.service.view.devices.filter(({ address }) => address.startsWith('192.168.4.66:')).length,
    ).toBeLessThanOrEqual(2);
  });

  it('with ten thousand names from changing addresses keeps no machine away that is there [S-LAN-4]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    laptop.measure = (address) => (address === '192.168.4.20:7473' ? 1 : undefined);
    await start(laptop);
    const flood = async (from: number): Promise<void> => {
      for (let index = from; index < from + 2000; index += 1) {
        lan.deliver(stranger(index, `office ${index}`), `192.168.4.${21 + (index % 230)}`);
        if (index % 20 === 0) await clock.advance(1000);
      }
    };
    await flood(0);
    expect(laptop.service.view.devices).toHaveLength(DISCOVERY_LIMITS.strangers);
    // The person looks at the list: nothing answers at those addresses.
    for (let turn = 1; turn < 5; turn += 1) {
      const searching = laptop.service.search(new AbortController().signal, true);
      await settle();
      await clock.advance(DISCOVERY_LIMITS.search);
      await searching;
      lan.deliver(stranger(999_999, 'nas'), '192.168.4.20');
      await flood(turn * 2000);
      expect(laptop.service.view.devices.length).toBeLessThanOrEqual(DISCOVERY_LIMITS.strangers);
    }
    expect(laptop.service.view.devices).toContainEqual(expect.objectContaining({ name: 'nas' }));
  });

  it('with a flood hides no code for which a person looks, and costs no more than a part of it [S-LAN-4]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    await start(laptop);
    const found: string[] = [];
    laptop.service.watchInvitation('ABCD', (address) => found.push(address));
    for (let index = 0; index < 10_000; index += 1)
      lan.deliver(stranger(index, 'x'.repeat(190), ['ZZZZ']), `192.168.4.${21 + (index % 230)}`);
    lan.deliver(stranger(999_999, 'nas', ['ABCD']), '192.168.4.20');
    expect(found).toEqual(['192.168.4.20:7473']);
    for (let index = 0; index < 10_000; index += 1)
      lan.deliver(stranger(index, undefined, ['ABCD']), `192.168.4.${21 + (index % 230)}`);
    expect(found.length).toBeLessThanOrEqual(1 + DISCOVERY_LIMITS.invitations.burst);
  });

  it.each([
    ['the same', 'office'],
    ['capitals', 'OFFICE'],
    ['a Cyrillic letter', '\u043effice'],
    ['letters of no width', 'of\u200bfi\u2060ce'],
    ['letters from right to left', '\u202eoffice\u202c'],
    ['a full-width form', '\uff4fffice'],
    ['a combining mark', 'o\u034fffice'],
  ])('with the name of a peer, as %s, is shown without it [S-LAN-4]', async (_what, name) => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    await start(laptop);
    lan.deliver(stranger(1, name), '192.168.4.66');
    lan.deliver(stranger(2, 'office of Ada'), '192.168.4.67');
    expect(laptop.service.view.devices.map(({ name: shown, alike }) => [shown, alike])).toEqual([
      [null, 'office'],
      ['office of Ada', undefined],
    ]);
  });

  it('is called nothing that drives a terminal, turns text round or cannot be seen [S-LAN-3]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')));
    await start(laptop);
    lan.deliver(stranger(1, '\u001b[2Joff\u202eice\n\u0000\u200b'), '192.168.4.66');
    expect(laptop.service.view.devices).toMatchObject([{ name: '[2Joffice', peer: null }]);
    lan.deliver(stranger(2, '\u200b\u202e'), '192.168.4.67');
    expect(laptop.service.view.devices.at(-1)?.name).toBeNull();
  });

  it('cannot take the address of a peer away by a goodbye [S-LAN-3]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    const said = announced('192.168.4.20').at(-1);
    if (said !== undefined) lan.deliver(announcementPacket(said, 0), '192.168.4.20');
    expect(laptop.service.addressesOf(OFFICE.peerId)).toHaveLength(1);
  });

  it('says that a peer is there only once it has answered, and not for longer than its announcement lasts', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    const { service } = laptop;
    expect([service.likelyAddressesOf(OFFICE.peerId).length, service.isConfirmed(OFFICE.peerId)]).toEqual([1, false]);
    service.confirm(OFFICE.peerId, '192.168.4.21:7473');
    expect(service.isConfirmed(OFFICE.peerId)).toBe(false);
    service.confirm(OFFICE.peerId, '192.168.4.20:7473');
    expect(service.isConfirmed(OFFICE.peerId)).toBe(true);
    // It is silent from now on.
    office.host.problem = new Error('gone');
    for (const joined of lan.joined) if (joined.host === office.host) lan.joined.delete(joined);
    lan.packets.length = 0;
    office.port = undefined;
    await clock.advance(DISCOVERY_LIMITS.lifetime * 1000);
    expect([service.likelyAddressesOf(OFFICE.peerId), service.isConfirmed(OFFICE.peerId)]).toEqual([[], false]);
    expect(service.view.devices).toEqual([]);
  });

  it('takes back at once what a refused dial, a lost session or a goodbye speaks against, and still knows the address', async () => {
    const goodbye = announcementPacket;
    for (const refute of [
      (service: DiscoveryService) => service.refute(OFFICE.peerId, '192.168.4.20:7473'),
      (service: DiscoveryService) => service.refute(OFFICE.peerId),
      () => {
        const said = announced('192.168.4.20').at(-1);
        if (said !== undefined) lan.deliver(goodbye(said, 0), '192.168.4.20');
      },
    ]) {
      lan = new MemoryLan();
      const { service } = await (async () => {
        const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
        await start(laptop, side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP));
        return laptop;
      })();
      service.confirm(OFFICE.peerId, '192.168.4.20:7473');
      refute(service);
      expect(service.isConfirmed(OFFICE.peerId)).toBe(false);
      expect(service.likelyAddressesOf(OFFICE.peerId)).toEqual([]);
      expect(service.view.devices).toEqual([]);
      expect(service.addressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
      // Worth another try after a minute, and no sign of life before it has answered.
      await clock.advance(DISCOVERY_LIMITS.refuted);
      expect(service.likelyAddressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
      expect(service.isConfirmed(OFFICE.peerId)).toBe(false);
      expect(service.view.devices).toEqual([]);
    }
  });

  it('is still expected where it has announced itself after a dial began that failed', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    const began = clock.monotonic();
    await clock.advance(100);
    office.service.woke();
    await clock.advance(DISCOVERY_LIMITS.settle + 10);
    laptop.service.refute(OFFICE.peerId, '192.168.4.20:7473', began);
    expect(laptop.service.likelyAddressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
    laptop.service.refute(OFFICE.peerId, '192.168.4.20:7473', clock.monotonic());
    expect(laptop.service.likelyAddressesOf(OFFICE.peerId)).toEqual([]);
  });

  it('that was given up is found again when it wakes, without waiting for its next announcement', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    laptop.service.refute(OFFICE.peerId);
    laptop.found.length = 0;
    office.service.woke();
    await clock.advance(DISCOVERY_LIMITS.settle + 10);
    expect(laptop.service.likelyAddressesOf(OFFICE.peerId)).toEqual(['192.168.4.20:7473']);
    expect(laptop.found).toEqual([OFFICE.peerId]);
  });

  it('that was a peer and is forgotten is a stranger, on both sides [S-LAN-1]', async () => {
    const laptop = side(LAPTOP, lan.host(lanInterface('192.168.4.17')), OFFICE);
    const office = side(OFFICE, lan.host(lanInterface('192.168.4.20')), LAPTOP);
    await start(laptop, office);
    laptop.peers.length = 0;
    laptop.service.changed();
    await clock.advance(DISCOVERY_LIMITS.rotation);
    expect(laptop.service.addressesOf(OFFICE.peerId)).toEqual([]);
    await clock.advance(DISCOVERY_LIMITS.lifetime * 1000);
    expect(office.service.addressesOf(LAPTOP.peerId)).toEqual([]);
  });
});
