import { describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { invite, join, type Candidate, type Mailbox } from '#shared/pairing/index.ts';
import { createShareLink, deriveShareId, parseShareRole, parseShareSecret } from '#shared/share-link/index.ts';

const RELAY_KEY = crypto.randomBytes(32);
const SECRET = crypto.randomBytes(16);

function newIdentity() {
  return createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: Math.floor(Date.now() / 1000) });
}

/** A mailbox with a pipe each way, which keeps what the first side has sent. */
function pair(): Readonly<{ host: Mailbox; guest: Mailbox; sent: Uint8Array[] }> {
  const sent: Uint8Array[] = [];
  const [there, back] = [pipe(), pipe()];
  return {
    sent,
    host: { send: back.send, receive: there.receive, close: back.close },
    guest: {
      send: (body) => {
        sent.push(body.slice());
        there.send(body);
      },
      receive: back.receive,
      close: there.close,
    },
  };
}

function pipe() {
  const queue: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  let isClosed = false;
  return {
    send: (body: Uint8Array): void => {
      queue.push(body);
      wake?.();
    },
    close: (): void => {
      isClosed = true;
      wake?.();
    },
    receive: async (): Promise<Uint8Array> => {
      while (queue.length === 0) {
        if (isClosed) throw new Error('closed');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return queue.shift() ?? new Uint8Array(0);
    },
  };
}

const common = { crypto, clock: systemClock, relayKey: RELAY_KEY, grants: [], onProgress: () => undefined };

function host(mailbox: Mailbox, seen: Candidate[], ownSid = crypto.randomBytes(16)) {
  return invite({
    ...common,
    identity: newIdentity(),
    name: 'office',
    mailbox,
    signal: AbortSignal.timeout(20_000),
    method: {
      kind: 'guest',
      ownSid,
      secret: SECRET,
      agree: async (candidate) => {
        seen.push(candidate);
      },
    },
    enrol: async () => undefined,
    store: () => () => undefined,
    stored: () => undefined,
  });
}

function guest(mailbox: Mailbox, inviterSid: Uint8Array, seen: Candidate[], secret = SECRET) {
  return join({
    ...common,
    identity: newIdentity(),
    name: 'Ada',
    mailbox,
    signal: AbortSignal.timeout(20_000),
    method: {
      kind: 'guest',
      inviterSid,
      secret,
      agree: async (candidate) => {
        seen.push(candidate);
      },
    },
    store: () => undefined,
  });
}

describe('the pairing of a guest', () => {
  it('shows the same words on both sides, to as many guests as come, each with its own', async () => {
    const words = new Set<string>();
    for (let count = 0; count < 2; count += 1) {
      const mailboxes = pair();
      const sid = crypto.randomBytes(16);
      const [there, here]: [Candidate[], Candidate[]] = [[], []];
      const [invited, joined] = await Promise.all([
        host(mailboxes.host, there, sid),
        guest(mailboxes.guest, sid, here),
      ]);
      expect(there[0]?.words).toEqual(here[0]?.words);
      expect([invited.name, joined.name]).toEqual(['Ada', 'office']);
      words.add(joined.words.join());
    }
    expect(words.size).toBe(2);
  });

  it('shows no card to someone without the secret, nor for a pairing that a relay replays [S-SHARE-1]', async () => {
    const seen: Candidate[] = [];
    const wrong = pair();
    const sid = crypto.randomBytes(16);
    const [refused, without] = await Promise.allSettled([
      host(wrong.host, seen, sid),
      guest(wrong.guest, sid, seen, crypto.randomBytes(16)),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'pairing.wrong-code' } });
    expect(without.status).toBe('rejected');
    expect(seen).toEqual([]);
    // An honest pairing, whose guest the relay then plays again to the host.
    const honest = pair();
    await Promise.all([host(honest.host, [], sid), guest(honest.guest, sid, [])]);
    const again = pair();
    for (const body of honest.sent) again.guest.send(body);
    await expect(host(again.host, seen, sid)).rejects.toMatchObject({ code: 'pairing.wrong-code' });
    expect(seen).toEqual([]);
  });
});

describe('a share link', () => {
  it('has its secret in the fragment, and an ID that tells nothing about it', () => {
    const link = createShareLink('wss://relay.example:8443', SECRET, 'view');
    const { origin, pathname, hash } = new URL(link);
    expect([origin, pathname]).toEqual(['https://relay.example:8443', '/j']);
    expect(parseShareSecret(hash)).toEqual(SECRET);
    expect(createShareLink('ws://127.0.0.1:7474', SECRET, 'view')).toMatch(/^http:\/\/127\.0\.0\.1:7474\/j#/);
    expect(deriveShareId(crypto, SECRET)).toMatch(/^[0-9a-f]{32}$/);
    expect(deriveShareId(crypto, SECRET)).toBe(deriveShareId(crypto, SECRET.slice()));
    for (const text of [
      '',
      '#',
      '#abc',
      `${hash}A`,
      hash.slice(0, -1),
      `${hash.slice(0, -1)}=`,
      hash.replace('#', '##'),
      `${hash}.`,
      `${hash}.view`,
      `${hash}.type.type`,
    ])
      expect(parseShareSecret(text)).toBeUndefined();
  });

  it('says in its fragment whether guests type', () => {
    const [view, type] = (['view', 'type'] as const).map(
      (role) => new URL(createShareLink('wss://relay.example', SECRET, role)).hash,
    );
    expect([view, type].map((hash = '') => parseShareRole(hash))).toEqual(['view', 'type']);
    expect([view, type].map((hash = '') => parseShareSecret(hash))).toEqual([SECRET, SECRET]);
  });
});
