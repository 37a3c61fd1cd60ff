import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8 } from '#shared/bytes/index.ts';
import {
  resumedCiphers,
  sessionSecretOf,
  startHandshake,
  type Established,
  type HandshakeAnswer,
  type Purpose,
  type StartedHandshake,
} from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { alice, bob, crypto, NOW, pinOf, responderOf, SESSION_ID } from './devices.ts';

type Ends = Readonly<{ dialer: Established; listener: Established }>;

function dial(from: DeviceIdentity, to: DeviceIdentity, purpose: Purpose): Promise<StartedHandshake> {
  return startHandshake({ crypto, identity: from, peer: pinOf(to), sessionId: SESSION_ID, purpose, now: NOW });
}

async function establish(from: DeviceIdentity, to: DeviceIdentity, purpose: Purpose): Promise<Ends> {
  const started = await dial(from, to, purpose);
  const incoming = await responderOf(to, [pinOf(from)]).receive(started.message1);
  expect(incoming.purpose).toBe(purpose);
  const { message2, established } = await incoming.respond();
  return { dialer: await started.finish(message2), listener: established };
}

describe('a further path of a session', () => {
  it.each([
    ['the side that made the session', alice, bob],
    ['the other side', bob, alice],
  ])('dialed by %s gets one cipher for each direction at both ends', async (_, from, to) => {
    const first = await establish(alice, bob, 'session');
    const secret = sessionSecretOf(first.dialer);
    expect(secret).toEqual(sessionSecretOf(first.listener));
    const next = await establish(from, to, 'resume');
    expect(next.listener.sessionId).toEqual(SESSION_ID);
    const near = resumedCiphers(crypto, next.dialer, secret, true);
    const far = resumedCiphers(crypto, next.listener, secret, false);
    expect(far.receive.open(concatBytes(...near.send.seal(toUtf8('there'))))).toEqual(toUtf8('there'));
    expect(near.receive.open(concatBytes(...far.send.seal(toUtf8('back'))))).toEqual(toUtf8('back'));
    expect(near.receive.open(concatBytes(...far.send.seal(toUtf8('again'))))).toEqual(toUtf8('again'));
  });

  it('opens nothing for who has the static key and not the secret of the session, nor the other way round [S-LINK-9]', async () => {
    const first = await establish(alice, bob, 'session');
    const next = await establish(alice, bob, 'resume');
    const record = concatBytes(
      ...resumedCiphers(crypto, next.dialer, sessionSecretOf(first.dialer), true).send.seal(toUtf8('mine')),
    );
    const other = await establish(alice, bob, 'session');
    for (const [established, secret] of [
      [next.listener, sessionSecretOf(other.listener)],
      [next.listener, sessionSecretOf(next.listener)],
      [other.listener, sessionSecretOf(first.listener)],
    ] as const) {
      const { receive } = resumedCiphers(crypto, established, secret, false);
      expect(await codeOf(async () => Promise.resolve(receive.open(record)))).toBe('crypto.open');
    }
    expect(await codeOf(async () => Promise.resolve(next.listener.receive.open(record)))).toBe('crypto.open');
  });

  it('has directions of different keys: what a side said cannot be played back to it', async () => {
    const first = await establish(alice, bob, 'session');
    const next = await establish(alice, bob, 'resume');
    const near = resumedCiphers(crypto, next.dialer, sessionSecretOf(first.dialer), true);
    const record = concatBytes(...near.send.seal(toUtf8('mine')));
    expect(await codeOf(async () => Promise.resolve(near.receive.open(record)))).toBe('crypto.open');
  });

  it('has a secret that is no secret of the handshake for anything else', async () => {
    const { dialer } = await establish(alice, bob, 'session');
    const secret = toHex(sessionSecretOf(dialer));
    expect(secret).toHaveLength(64);
    expect(toHex(dialer.exportSecret('clawreach path 1'))).not.toBe(secret);
    expect(toHex(dialer.handshakeHash)).not.toBe(secret);
    expect(() => resumedCiphers(crypto, dialer, new Uint8Array(31), true)).toThrow('32 bytes');
  });
});

describe('a session that the other side does not have', () => {
  async function answered(purpose: Purpose, answer: HandshakeAnswer): Promise<Uint8Array> {
    const started = await dial(alice, bob, purpose);
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
    const { message2 } = await incoming.respond(answer);
    await started.finish(message2);
    return message2;
  }

  it('is reported by the peer itself, in its sealed answer', async () => {
    expect(await codeOf(() => answered('resume', 'unknown-session'))).toBe('handshake.unknown-session');
    expect(await answered('resume', 'accepted')).toHaveLength(await lengthOfAnswer('unknown-session'));
  });

  it('cannot be reported by anybody between: every changed answer fails as forged [S-LINK-9]', async () => {
    const started = await dial(alice, bob, 'resume');
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
    const { message2 } = await incoming.respond('accepted');
    const forged = message2.slice();
    // e 32, then the payload: certificate with its length 152, then the answer.
    const place = 32 + 152;
    forged[place] = (forged[place] ?? 0) ^ 3;
    expect(await codeOf(() => started.finish(forged))).toBe('handshake.damaged');
    const other = await dial(alice, bob, 'resume');
    const said = await (await responderOf(bob, [pinOf(alice)]).receive(other.message1)).respond('unknown-session');
    const again = await dial(alice, bob, 'resume');
    expect(await codeOf(() => again.finish(said.message2))).toBe('handshake.damaged');
  });

  it('is no answer to the wish for a new one', async () => {
    const started = await dial(alice, bob, 'session');
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
    await expect(incoming.respond('unknown-session')).rejects.toThrow(RangeError);
  });

  async function lengthOfAnswer(answer: HandshakeAnswer): Promise<number> {
    const started = await dial(alice, bob, 'resume');
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
    return (await incoming.respond(answer)).message2.length;
  }
});
