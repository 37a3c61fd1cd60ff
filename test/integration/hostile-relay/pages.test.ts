import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import {
  createIdentity,
  signIntroduction,
  verifyCertificate,
  type DeviceCertificate,
  type DeviceIdentity,
  type IntroductionFacts,
} from '#shared/identity/index.ts';
import { AgentPages, type BrowserDevice } from '#test/support/chromium/agent-pages.ts';
import { findChromium } from '#test/support/chromium/launch.ts';
import { flipBit } from '#test/support/hostile/attempts.ts';
import { codeOf, type TestDevice } from '#test/support/hostile/device.ts';
import { LawlessDevice } from '#test/support/hostile/lawless-device.ts';
import { addingAt, addingIn, swapIds } from '#test/support/hostile/swapped-id.ts';
import { WireTap, type ControlText } from '#test/support/hostile/wire-tap.ts';
import { newIdentity, type Known } from '#test/support/relay-clients.ts';

const now = (): number => Math.floor(Date.now() / 1000);

/** What a certificate says of its device, which is all that a relay and its friends know. */
function known({ peerId, signingKey, staticKey, generation }: DeviceCertificate): Known {
  return { peerId, signingKey, generation, staticKey: { publicKey: staticKey } };
}

describe.skipIf(findChromium() === undefined)('a hostile relay and a page in Chromium', () => {
  let pages: AgentPages;
  let tap: WireTap;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    pages = await AgentPages.start();
  }, 60_000);
  beforeEach(async () => {
    tap = await WireTap.open(pages.relay);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    await tap.close();
  });
  afterAll(() => pages.close());

  async function machine(name: string, url?: string): Promise<TestDevice> {
    const device = await pages.machine(name, {}, url);
    ends.push(() => device.close());
    return device;
  }

  async function browser(url?: string): Promise<BrowserDevice> {
    const device = await pages.browser(true, url);
    ends.push(() => device.context.close());
    return device;
  }

  /** Pairs a page with a machine, which lets it open terminals. */
  async function pair(office: TestDevice, { page, peerId }: BrowserDevice): Promise<void> {
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words], life: '12h' });
  }

  /** Keys of a device in a program without any checks. The device is closed: it can be online once only. */
  async function lawless(device: TestDevice): Promise<LawlessDevice> {
    await device.close();
    const free = new LawlessDevice(device.identity, createRelayDialer({ clock: systemClock }), pages.relay.url);
    ends.push(() => free.close());
    await free.start();
    return free;
  }

  const open = async ({ page }: BrowserDevice, peer: string): Promise<string> =>
    await pages.ask<string>(page, 'open', { peer }).then(
      () => 'opened',
      (error: unknown) => String(error),
    );

  it('that swaps the ID by which a machine adds the page shows other words on both sides; a no ends all [S-PAIR-12]', async () => {
    const [office, forward, backward] = [await machine('office'), await machine('mallory'), await machine('mallory 2')];
    const victim = await browser();
    expect(await swapIds({ office, forward, backward, victim })).toEqual([]);
    // Nor do they get a session by their keys.
    const [free] = [await lawless(forward)];
    expect(await codeOf(free.session(office.identity))).toBe('relay.refused.refused');
    expect(office.refusals).toEqual(['link.unknown-peer']);
    expect(await open(victim, office.peerId)).not.toBe('opened');
    expect(office.shell.run).toEqual([]);
  }, 60_000);

  it('that leads a machine to the mailbox of another device than the page shows it no words at all [S-PAIR-12]', async () => {
    const mailboxes: unknown[] = [];
    tap.change = (message) => {
      if (message.type === 'mailbox-open') mailboxes.push(message['mailbox']);
      return [message.type === 'mailbox-claim' ? { ...message, mailbox: mailboxes.at(-1) } : message];
    };
    const mallory = await machine('mallory', tap.url);
    const office = await machine('office', tap.url);
    const victim = await browser();
    const { link = '' } = await pages.call(victim.page, 'adding.wait', {});
    await mallory.api.call('adding.wait', {});
    expect(mailboxes).toHaveLength(1);
    await office.api.call('adding.ask', { peerId: link });
    await expect.poll(async () => (await addingAt(office))?.state).toBe('failed');
    expect((await addingAt(office))?.other).toBeNull();
    expect((await addingAt(office))?.problem).toMatch(/^pairing\.(?:wrong|protocol)/);
    expect((await addingAt(mallory))?.other).toBeNull();
    expect((await addingIn(victim))?.state).toBe('waiting');
    for (const each of [office, mallory]) expect(await each.api.call('peers.list', {})).toEqual([]);
  }, 60_000);

  it('that says who is online changes a list: no session with one that is away, or that it made up [S-RELAY-9]', async () => {
    const office = await machine('office');
    let control = -1;
    const calls: ControlText[] = [];
    const victim = await browser(tap.url);
    tap.change = (message, toAgent, connection) => {
      if (!toAgent) control = connection;
      return [message];
    };
    await pair(office, victim);
    expect(await open(victim, office.peerId)).toBe('opened');
    await office.close();
    const isOnline = async (): Promise<boolean | undefined> =>
      (await pages.call(victim.page, 'peers.list', {})).find(({ peerId }) => peerId === office.peerId)?.online;
    await expect.poll(isOnline, { timeout: 10_000 }).toBe(false);
    const invented = newIdentity().peerId;
    // The relay answers itself in the place of both.
    tap.change = (message, toAgent, connection) => {
      if (toAgent || message.type !== 'connect') return [message];
      calls.push(message);
      tap.tell(connection, {
        type: 'accepted',
        connection: message['connection'],
        message2: toBase64Url(nativeBackend.randomBytes(400)),
        ticket: toBase64Url(nativeBackend.randomBytes(32)),
      });
      return [];
    };
    for (const peer of [office.peerId, invented]) tap.tell(control, { type: 'presence', peer, online: true });
    await expect.poll(isOnline).toBe(true);
    expect((await pages.call(victim.page, 'peers.list', {})).map(({ peerId }) => peerId)).toEqual([office.peerId]);
    expect(await open(victim, invented)).toContain('no peer is called');
    const opening = open(victim, office.peerId);
    await expect.poll(() => calls.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(calls.map(({ to }) => to)).not.toContain(invented);
    const status = await pages.call(victim.page, 'status.get', {});
    expect([status.relay.state, status.peers.linked]).toEqual(['online', 0]);
    expect(await opening).toContain('damaged or changed on the way');
  }, 60_000);

  it('that lets someone in by an enrol ticket has given that device no way to a machine or a page [S-RELAY-14]', async () => {
    const [office, stranger] = [await machine('office'), await machine('stranger')];
    let certificate: Uint8Array | undefined;
    tap.change = (message, toAgent) => {
      // What the relay knows of the page, it may tell its friends.
      if (!toAgent && message.type === 'hello') certificate = fromBase64Url(String(message['certificate']));
      return [message];
    };
    const victim = await browser(tap.url);
    await pair(office, victim);
    const page = known(verifyCertificate(nativeBackend, certificate ?? new Uint8Array(0), now()));
    expect(page.peerId).toBe(victim.peerId);
    const free = await lawless(stranger);
    for (const target of [page, office.identity]) expect(await codeOf(free.session(target))).toMatch(/^relay\.refused/);
    expect(office.refusals).toEqual(['link.unknown-peer']);
    expect((await pages.call(victim.page, 'peers.list', {})).map(({ peerId }) => peerId)).toEqual([office.peerId]);
    expect(await open(victim, stranger.peerId)).toContain('no peer is called');
  }, 60_000);

  it('whose friend brings an introduction that was changed, or is of another, makes the page know no one [S-INTRO-1]', async () => {
    const office = await machine('office');
    let certificate: Uint8Array | undefined;
    tap.change = (message, toAgent) => {
      if (!toAgent && message.type === 'hello') certificate = fromBase64Url(String(message['certificate']));
      return [message];
    };
    const victim = await browser(tap.url);
    await pair(office, victim);
    await pages.call(victim.page, 'rights.set', {
      peer: office.peerId,
      right: 'introduce',
      decision: 'allow',
      expiresAt: null,
    });
    const page = known(verifyCertificate(nativeBackend, certificate ?? new Uint8Array(0), now()));
    const free = await lawless(office);
    const [server, mallory] = [1, 2].map(() =>
      createIdentity(nativeBackend, nativeBackend.randomBytes(32), { generation: 1, now: now() }),
    ) as [DeviceIdentity, DeviceIdentity];
    const facts: IntroductionFacts = {
      relayKey: pages.relay.relayKey,
      project: pages.project,
      newcomer: server.peerId,
      target: page.peerId,
      serial: now(),
      notAfter: now() + 3600,
      kind: 'machine',
      rights: [],
    };
    const signed = (changes: Partial<IntroductionFacts> = {}, signer = office.identity): Promise<Uint8Array> =>
      signIntroduction(signer, { ...facts, ...changes });
    const bring = async (introduction: Uint8Array, of = server): Promise<string> =>
      await free.ask(page, 'rpc', {
        service: 'introduction',
        introduction: toBase64Url(introduction),
        certificate: toBase64Url(of.certificate),
        name: 'server',
      });
    const honest = await signed();
    const last = honest.length * 8 - 1;
    for (const bit of [0, 9, last >> 1, last])
      expect(await bring(flipBit(honest, bit))).toMatch(/^(?:format|introduction)\./);
    expect(await bring(honest, mallory)).toBe('introduction.newcomer');
    expect(await bring(await signed({}, mallory))).toMatch(/^introduction\.(?:signature|not-mine)$/);
    expect(await bring(await signed({ target: mallory.peerId }))).toBe('introduction.not-mine');
    expect(await bring(await signed({ relayKey: nativeBackend.randomBytes(32) }))).toBe('introduction.relay');
    expect(await bring(await signed({ notAfter: now() - 1 }))).toBe('introduction.expired');
    const peers = async () => (await pages.call(victim.page, 'peers.list', {})).map(({ peerId }) => peerId);
    expect(await peers()).toEqual([office.peerId]);
    // As signed it counts, once.
    expect(await bring(honest)).toBe('opened');
    await expect.poll(peers).toEqual([office.peerId, server.peerId]);
    expect(await bring(honest)).toBe('introduction.replayed');
  }, 60_000);

  it('that changes where the page says it came from is found out [S-RELAY-12]', async () => {
    tap.change = (message, toAgent) =>
      !toAgent && message.type === 'hello' ? [{ ...message, authority: 'relay.example:7474' }] : [message];
    const context = (await browser()).context;
    const page = await pages.load(context, tap.url);
    await pages.ask(page, 'create', { url: tap.url, keeps: false });
    await expect
      .poll(async () => (await pages.call(page, 'status.get', {})).relay.problem)
      .toMatch(/^relay\.(?:relay-mismatch|signature)$/);
  }, 60_000);
});
