import { describe, expect, it } from 'vitest';
import { Guest } from '../../../../src-main/agent/share-links/guest.ts';
import { ShareLinks } from '../../../../src-main/agent/share-links/share-links.ts';
import { Audience } from '../../../../src-main/agent/terminals/viewers/audience.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { createIdentity, verifyCertificate } from '#shared/identity/index.ts';
import type { LinkSession } from '#shared/link/index.ts';
import { deriveShareId, parseShareSecret } from '#shared/share-link/index.ts';
import type { GuestReport } from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';

const TERMINAL = 'ab'.repeat(16);
const WANTED = { peerId: null, terminal: TERMINAL, role: 'view', seconds: 60, once: false, letIn: false } as const;

function setup() {
  const clock = new FakeClock();
  const atRelay = new Set<string>();
  const audit: string[] = [];
  const reports: (GuestReport & Readonly<{ peerId: string | null; terminal: string }>)[] = [];
  /** What happens while the relay opens a share. */
  const relay = { meanwhile: async (): Promise<void> => undefined };
  const terminals = new Set([TERMINAL]);
  const audience = new Audience(
    clock,
    () => undefined,
    () => undefined,
  );
  const identity = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 });
  const links = new ShareLinks({
    crypto,
    clock,
    audit: { record: (event) => void audit.push(event) },
    ownId: identity.peerId,
    nameOf: () => 'office',
    relay: {
      pageUrl: async () => 'wss://relay.example',
      openShare: async (share) => {
        atRelay.add(share);
        await relay.meanwhile();
      },
      closeShare: (share) => void atRelay.delete(share),
    },
    find: (_peer, terminal) =>
      terminals.has(terminal) ? { title: 'sh', audience, write: async () => undefined } : undefined,
    report: (peerId, terminal, report) => void reports.push({ peerId, terminal, ...report }),
    changed: () => undefined,
  });
  const guest = (): Guest => {
    const device = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 });
    const certificate = verifyCertificate(crypto, device.certificate, Math.floor(clock.now() / 1000));
    return new Guest({
      id: toHex(crypto.randomBytes(4)),
      certificate,
      name: 'Ada',
      words: ['a', 'b', 'c', 'd'],
      since: clock.now(),
    });
  };
  /** A guest that was let in by the link, and has not connected yet. */
  const letIn = (url: string) => {
    const share = links.byShareId(deriveShareId(crypto, parseShareSecret(new URL(url).hash) ?? new Uint8Array(0)));
    if (share === undefined) throw new Error('the link has ended');
    const inside = guest();
    inside.wait().catch(() => undefined);
    links.arrived(share, inside);
    links.answer(inside.id, true);
    return { share, guest: inside };
  };
  return { clock, links, atRelay, audit, audience, guest, letIn, relay, reports, terminals };
}

const none = new AbortController().signal;

describe('a share link', () => {
  it('ends at its time, at the relay too, and guests that wait or are in are out [S-SHARE-6]', async () => {
    const { clock, links, atRelay, audit, guest } = setup();
    const { url } = await links.create(WANTED, none);
    const secret = parseShareSecret(new URL(url).hash);
    const id = deriveShareId(crypto, secret ?? new Uint8Array(0));
    expect([...atRelay]).toEqual([id]);
    const share = links.byShareId(id);
    const [waiting, inside] = [guest(), guest()];
    const declined = waiting.wait();
    declined.catch(() => undefined);
    const ends: (string | null)[] = [];
    inside.stream = { end: ({ code }) => void ends.push(code) };
    for (const each of [waiting, inside]) share?.guests.set(each.peerId, each);
    links.answer(inside.id, true);
    await clock.advance(60_000);
    expect(links.list()).toEqual([]);
    expect([...atRelay]).toEqual([]);
    expect(ends).toEqual(['share.expired']);
    await expect(declined).rejects.toMatchObject({ code: 'pairing.cancelled' });
    expect(links.byShareId(id)).toBeUndefined();
    expect(audit).toEqual(['share.opened', 'guest.let-in', 'guest.left', 'share.ended']);
  });

  it('tells the machine of the terminal what its guests do, a typist once, and never the secret [S-SHARE-8]', async () => {
    const { links, letIn, reports } = setup();
    const peerId = setup().guest().peerId;
    const { id, url } = await links.create({ ...WANTED, peerId, role: 'type' }, none);
    const { share, guest } = letIn(url);
    links.typed(share, guest);
    links.typed(share, guest);
    links.remove(guest.id);
    links.end(id);
    const about = { peerId, terminal: TERMINAL, link: id, role: 'type' };
    const named = { guest: { id: guest.id, name: 'Ada' } };
    expect(reports).toEqual([
      { ...about, event: 'opened', until: expect.any(Number) },
      { ...about, event: 'asked', ...named },
      { ...about, event: 'let-in', ...named },
      { ...about, event: 'typed', ...named },
      { ...about, event: 'left', code: 'share.removed', ...named },
      { ...about, event: 'ended', code: 'share.ended' },
    ]);
    expect(JSON.stringify(reports)).not.toContain(share.facts.shareId);
  });

  it('is no more than sixteen, leads to terminals that there are, and never lets in who types by itself', async () => {
    const { links } = setup();
    await expect(links.create({ ...WANTED, terminal: 'cd'.repeat(16) }, none)).rejects.toMatchObject({
      code: 'share.unknown',
    });
    await expect(
      links.create({ ...WANTED, terminal: 'cd'.repeat(16), peerId: setup().guest().peerId }, none),
    ).rejects.toMatchObject({ code: 'share.not-open' });
    expect((await links.create({ ...WANTED, role: 'type', letIn: true }, none)).letIn).toBe(false);
    for (let count = 1; count < 16; count += 1) await links.create(WANTED, none);
    await expect(links.create(WANTED, none)).rejects.toMatchObject({ code: 'share.limit' });
  });

  it('has a number of its own among those to one terminal, which another one’s end doesn’t change', async () => {
    const { links, terminals } = setup();
    const other = 'cd'.repeat(16);
    terminals.add(other);
    const first = await links.create(WANTED, none);
    await links.create(WANTED, none);
    expect((await links.create({ ...WANTED, terminal: other }, none)).number).toBe(1);
    links.end(first.id);
    await links.create(WANTED, none);
    expect(links.list().map(({ terminal, number }) => [terminal === other, number])).toEqual([
      [false, 2],
      [true, 1],
      [false, 3],
    ]);
  });

  it('lets eight guests in to one terminal, over all its links, and one by a link for one [S-SHARE-5]', async () => {
    const { links, guest } = setup();
    const first = await links.create(WANTED, none);
    const single = await links.create({ ...WANTED, once: true }, none);
    const enter = (url: string): string => {
      const share = links.byShareId(deriveShareId(crypto, parseShareSecret(new URL(url).hash) ?? new Uint8Array(0)));
      const each = guest();
      each.wait().catch(() => undefined);
      share?.guests.set(each.peerId, each);
      return each.id;
    };
    const [one, two] = [enter(single.url), enter(single.url)];
    links.answer(one, true);
    // The other guest of a link for one was declined.
    expect(() => links.answer(two, true)).toThrow(expect.objectContaining({ code: 'share.unknown' }));
    expect(() => links.answer(enter(single.url), true)).toThrow(expect.objectContaining({ code: 'share.used' }));
    for (let count = 1; count < 8; count += 1) links.answer(enter(first.url), true);
    expect(() => links.answer(enter(first.url), true)).toThrow(expect.objectContaining({ code: 'share.full' }));
    links.remove(one);
    links.answer(enter(first.url), true);
  });

  it('ends when the terminal is shared with no one any more', async () => {
    const { links, audience, atRelay } = setup();
    await links.create(WANTED, none);
    audience.unshare(undefined, { exitCode: null, signal: null, code: 'terminal.unshared' });
    await expect.poll(() => links.list()).toEqual([]);
    expect(atRelay.size).toBe(0);
  });

  it('can be made again for the same terminal, and lasts', async () => {
    const { links, audience } = setup();
    await links.create(WANTED, none);
    audience.unshare(undefined, { exitCode: null, signal: null, code: 'terminal.unshared' });
    await expect.poll(() => links.list()).toEqual([]);
    await links.create(WANTED, none);
    await settle();
    expect(links.list()).toHaveLength(1);
  });

  it('is closed at the relay if it was given up, a link too many, or without its terminal by then', async () => {
    const given = new AbortController();
    const givenUp = setup();
    givenUp.relay.meanwhile = async () => given.abort();
    await expect(givenUp.links.create(WANTED, given.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const ended = setup();
    ended.relay.meanwhile = async () => ended.terminals.clear();
    expect(await codeOf(() => ended.links.create(WANTED, none))).toBe('share.unknown');
    const lost = setup();
    lost.relay.meanwhile = () => Promise.reject(new Error('no answer'));
    await expect(lost.links.create(WANTED, none)).rejects.toThrow('no answer');
    for (const { atRelay, links } of [givenUp, ended, lost]) expect([[...atRelay], links.list()]).toEqual([[], []]);
    const many = setup();
    for (let count = 1; count < 16; count += 1) await many.links.create(WANTED, none);
    const both = await Promise.allSettled([many.links.create(WANTED, none), many.links.create(WANTED, none)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'share.limit' } });
    expect(many.atRelay.size).toBe(16);
  });
});

describe('a guest that was let in', () => {
  const AWAY = 2 * 60_000;
  const session = (): LinkSession => ({ close: () => undefined }) as unknown as LinkSession;

  it('has two minutes to come back each time that it is away, and not what is left of the time before', async () => {
    const { clock, links, letIn } = setup();
    const { share, guest } = letIn((await links.create({ ...WANTED, seconds: 3600 }, none)).url);
    links.expectReturn(share, guest);
    await clock.advance(AWAY - 1000);
    links.returned(guest, session());
    // Longer than the rest of the time before.
    await clock.advance(5000);
    guest.session = undefined;
    links.expectReturn(share, guest);
    await clock.advance(AWAY - 1000);
    expect(share.guests.size).toBe(1);
    await clock.advance(2000);
    expect(share.guests.size).toBe(0);
  });

  it('keeps its place if it is back before its pairing or its old connection has ended here', async () => {
    const { clock, links, letIn } = setup();
    const { share, guest } = letIn((await links.create({ ...WANTED, seconds: 3600 }, none)).url);
    links.returned(guest, session());
    links.expectReturn(share, guest);
    await clock.advance(2 * AWAY);
    expect(share.guests.size).toBe(1);
    const before = clock.pending;
    guest.session = undefined;
    links.expectReturn(share, guest);
    links.leave(share, guest, null);
    // No timer is left of a guest that has gone.
    expect(clock.pending).toBe(before);
  });

  it('uses up a link for one guest if it has come, and not if its pairing failed before [S-SHARE-5]', async () => {
    const { links, letIn } = setup();
    const { url } = await links.create({ ...WANTED, once: true }, none);
    const first = letIn(url);
    links.fail(first.share, first.guest);
    const second = letIn(url);
    links.returned(second.guest, session());
    links.fail(second.share, second.guest);
    expect(second.share.guests.size).toBe(0);
    expect(() => letIn(url)).toThrow(expect.objectContaining({ code: 'share.used' }));
  });
});
