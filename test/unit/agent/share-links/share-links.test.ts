import { describe, expect, it } from 'vitest';
import { Guest } from '../../../../src-main/agent/share-links/guest.ts';
import { ShareLinks } from '../../../../src-main/agent/share-links/share-links.ts';
import { Audience } from '../../../../src-main/agent/terminals/viewers/audience.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { createIdentity, verifyCertificate } from '#shared/identity/index.ts';
import { deriveShareId, parseShareSecret } from '#shared/share-link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const TERMINAL = 'ab'.repeat(16);
const WANTED = { peerId: null, terminal: TERMINAL, role: 'view', seconds: 60, once: false, letIn: false } as const;

function setup() {
  const clock = new FakeClock();
  const atRelay = new Set<string>();
  const audit: string[] = [];
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
      openShare: async (share) => void atRelay.add(share),
      closeShare: (share) => void atRelay.delete(share),
    },
    find: (_peer, terminal) =>
      terminal === TERMINAL ? { title: 'sh', audience, write: async () => undefined } : undefined,
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
  return { clock, links, atRelay, audit, audience, guest };
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
    expect(audit).toEqual(['share.opened', 'guest.let-in', 'share.ended']);
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
});
