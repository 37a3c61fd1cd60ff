import { describe, expect, it } from 'vitest';
import { GuestArrivals } from '../../../../src-main/agent/share-links/guest-arrivals.ts';
import { Guest } from '../../../../src-main/agent/share-links/guest.ts';
import { SHARE_LINK_LIMITS } from '../../../../src-main/agent/share-links/limits.ts';
import { ShareLinks } from '../../../../src-main/agent/share-links/share-links.ts';
import { Audience } from '../../../../src-main/agent/terminals/viewers/audience.ts';
import { isEnded } from '#agent/guest/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { startHandshake } from '#shared/handshake/index.ts';
import { createIdentity, verifyCertificate, type DeviceIdentity } from '#shared/identity/index.ts';
import { createMemoryChannelPair, createSession, type LinkSession, type OutgoingStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { deriveShareId, GUEST_PARAMS, parseShareSecret } from '#shared/share-link/index.ts';
import { caught } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const TERMINAL = 'ab'.repeat(16);

type Visit = Readonly<{ session: LinkSession; stream: OutgoingStream }>;

/** A device that shares one terminal, whose guests are let in and connect by real handshakes. */
async function setup() {
  const clock = new FakeClock();
  const device = (): DeviceIdentity =>
    createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 });
  const certificateOf = (identity: DeviceIdentity) =>
    verifyCertificate(crypto, identity.certificate, Math.floor(clock.now() / 1000));
  const host = device();
  const audience = new Audience(
    clock,
    () => undefined,
    () => undefined,
  );
  const links = new ShareLinks({
    crypto,
    clock,
    audit: { record: () => undefined },
    ownId: host.peerId,
    nameOf: () => 'office',
    relay: {
      pageUrl: async () => 'wss://relay.example',
      openShare: async () => undefined,
      closeShare: () => undefined,
    },
    find: () => ({ title: 'sh', audience, write: async () => undefined }),
    report: () => undefined,
    changed: () => undefined,
  });
  const arrivals = new GuestArrivals({
    crypto,
    identity: host,
    clock,
    logger: silentLogger,
    shares: links,
    ownName: () => 'office',
    relayKey: () => undefined,
    isPaused: () => false,
    changed: () => undefined,
  });
  const link = { peerId: null, terminal: TERMINAL, role: 'view', seconds: 3600, once: false, letIn: true } as const;
  const { url } = await links.create(link, new AbortController().signal);
  const shareId = deriveShareId(crypto, parseShareSecret(new URL(url).hash) ?? new Uint8Array(0));
  const share = links.byShareId(shareId);
  if (share === undefined) throw new Error('the link has ended');

  /** A page that was let in. */
  const enter = (): DeviceIdentity => {
    const page = device();
    const words = ['a', 'b', 'c', 'd'] as const;
    const guest = new Guest({
      id: toHex(crypto.randomBytes(4)),
      certificate: certificateOf(page),
      name: 'Ada',
      words: [...words],
      since: clock.now(),
    });
    share.guests.set(guest.peerId, guest);
    links.admit(share, guest);
    links.expectReturn(share, guest);
    return page;
  };
  const connect = async (page: DeviceIdentity): Promise<Visit> => {
    const handshake = await startHandshake({
      crypto,
      identity: page,
      peer: certificateOf(host),
      sessionId: crypto.randomBytes(16),
      purpose: 'session',
      path: 'guest',
      now: clock.now() / 1000,
    });
    const [mine, theirs] = createMemoryChannelPair();
    const message2 = await new Promise<Uint8Array>((resolve, reject) =>
      arrivals.take({
        from: page.peerId,
        message1: handshake.message1,
        share: shareId,
        accept: (answer) => {
          resolve(answer);
          return theirs;
        },
        refuse: (reason) => reject(new Error(reason)),
        cancelled: new AbortController().signal,
      }),
    );
    const { send, receive, sessionId } = await handshake.finish(message2);
    const session = createSession({
      role: 'initiator',
      id: toHex(sessionId),
      clock,
      limits: { pathLossGrace: 0, maxIncomingStreams: 16, maxOutgoingStreams: 16 },
    });
    session.confirmed.catch(() => undefined);
    session.attachPath({ kind: 'relay', channel: mine, send, receive, dialed: true });
    const stream = session.open('pty', GUEST_PARAMS);
    return { session, stream };
  };
  const states = () => links.list().flatMap(({ guests }) => guests.map(({ state }) => state));
  const end = (): void => links.end(share.facts.id);
  return { clock, audience, enter, connect, states, end };
}

it('a guest whose session is closed with its link knows that its visit is over, though the reason has not come', async () => {
  const { clock, enter, connect, end } = await setup();
  const { session, stream } = await connect(enter());
  await stream.opened;
  end();
  // What the device has written into the stream isn't read, as in a page that is busy.
  await clock.advance(SHARE_LINK_LIMITS.linger);
  expect(await session.closed).toMatchObject({ code: 'share.ended', remote: true });
  expect(isEnded(await caught(session.ping()))).toBe(true);
  const other = await setup();
  const left = await other.connect(other.enter());
  await left.session.close('share.ended', 'the page has done with it');
  expect(isEnded(await caught(left.session.ping()))).toBe(false);
});

describe('the place of a guest', () => {
  it.each(['reset', 'end'] as const)(
    'is free at once when it gives up its stream by %s, even if it keeps its session [S-SHARE-5]',
    async (how) => {
      const { audience, enter, connect, states } = await setup();
      const { session, stream } = await connect(enter());
      await stream.opened;
      expect(states()).toEqual(['in']);
      if (how === 'reset') stream.reset(1);
      else await stream.end();
      await expect.poll(states).toEqual([]);
      expect(audience.guests).toEqual([]);
      await expect(session.open('pty', GUEST_PARAMS).opened).rejects.toMatchObject({ code: 'link.refused' });
    },
  );

  it('is free for another after eight guests that open and reset their streams [S-SHARE-5]', async () => {
    const { enter, connect, states } = await setup();
    for (let count = 0; count < 8; count += 1) {
      const { stream } = await connect(enter());
      await stream.opened;
      stream.reset(1);
      await expect.poll(states).toEqual([]);
    }
    const last = await connect(enter());
    await last.stream.opened;
    expect(states()).toEqual(['in']);
  });

  it('is kept for a guest that comes back before its lost connection is known here, also as the eighth', async () => {
    const { enter, connect, states } = await setup();
    const pages = Array.from({ length: 8 }, enter);
    for (const page of pages) await (await connect(page)).stream.opened;
    const again = await connect(pages[0] ?? enter());
    await again.stream.opened;
    await settle();
    expect(states()).toEqual(Array.from({ length: 8 }, () => 'in'));
  });

  it('is kept for two minutes if its connection is lost', async () => {
    const { clock, enter, connect, states } = await setup();
    const page = enter();
    const { session, stream } = await connect(page);
    await stream.opened;
    await session.close('guest.gone', 'the page has done with it');
    await expect.poll(states).toEqual(['away']);
    await clock.advance(60_000);
    await (
      await connect(page)
    ).stream.opened;
    expect(states()).toEqual(['in']);
  });
});
