import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, toHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { deriveLink, PairingSecret } from '#shared/pairing/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import {
  codeMethods,
  INVITER,
  JOINER,
  linkMethods,
  NOW,
  startPairing,
  STRANGER,
  type Changes,
  type Pairing,
} from '#test/support/pairing.ts';
import { encodeIntroduction } from '../../../../src-shared/pairing/messages.ts';
import { checkIntroduction } from '../../../../src-shared/pairing/introduction.ts';

const FORMS: readonly (readonly [string, () => Changes])[] = [
  ['a code', () => ({})],
  [
    'a link',
    () => {
      const methods = linkMethods(deriveLink(nobleBackend, new Uint8Array(16).fill(9)).psk);
      return { inviter: { method: methods.invite }, joiner: { method: methods.join } };
    },
  ],
];

function expectPaired({ inviter, joiner, clock, mailboxes }: Pairing): void {
  expect(inviter.outcome?.peer.peerId).toBe(JOINER.peerId);
  expect(joiner.outcome?.peer.peerId).toBe(INVITER.peerId);
  expect(inviter.outcome?.peer.staticKey).toEqual(JOINER.staticKey.publicKey);
  expect(joiner.outcome?.peer.staticKey).toEqual(INVITER.staticKey.publicKey);
  expect(inviter.outcome?.name).toBe('joining laptop');
  expect(joiner.outcome?.name).toBe('inviting desk');
  expect(inviter.outcome?.words).toHaveLength(4);
  expect(inviter.outcome?.words).toEqual(joiner.outcome?.words);
  expect(inviter.outcome?.handshakeHash).toEqual(joiner.outcome?.handshakeHash);
  expect(clock.pending).toBe(0);
  expect(mailboxes.closed('inviter') && mailboxes.closed('joiner')).toBe(true);
}

describe.each(FORMS)('pairing by %s', (_form, changes) => {
  it('ends with the same words and each other’s keys, the joiner having the last word', async () => {
    const pairing = await startPairing(changes());
    expectPaired(pairing);
    expect(pairing.mailboxes.log.map(({ from, body }) => `${from} ${body[0]}`)).toEqual([
      'joiner 1',
      'inviter 2',
      'joiner 3',
      'inviter 4',
      'joiner 5',
      'inviter 6',
      'joiner 8',
    ]);
  });

  it('gives the same whichever back-end each side has', async () => {
    const base = changes();
    const pairing = await startPairing({
      inviter: { ...base.inviter, crypto: nobleBackend },
      joiner: { ...base.joiner, crypto: nativeBackend },
    });
    expectPaired(pairing);
    expect(pairing.inviter.outcome?.words).toEqual(pairing.joiner.outcome?.words);
  });

  it('hands over the grants and the enrolment, and shows them in the clear nowhere [S-PAIR-2]', async () => {
    const enrolment = new Uint8Array(200).fill(0xee);
    const base = changes();
    const pairing = await startPairing({
      inviter: {
        ...base.inviter,
        grants: [],
        enrol: async (joiner) => (joiner.peerId === JOINER.peerId ? enrolment : undefined),
      },
      joiner: base.joiner ?? {},
    });
    expectPaired(pairing);
    expect(pairing.joiner.outcome?.enrolment).toEqual(enrolment);
    expect(pairing.inviter.outcome?.enrolment).toBeUndefined();
    expect(pairing.inviter.outcome?.grants).toEqual(['terminal']);
    expect(pairing.joiner.outcome?.grants).toEqual([]);
    const seen = toHex(concatBytes(...pairing.mailboxes.log.map(({ body }) => body)));
    for (const secret of [INVITER.certificate, JOINER.certificate, INVITER.signingKey, enrolment.subarray(0, 16)]) {
      expect(seen).not.toContain(toHex(secret));
    }
  });

  it('tells the steps in order, and the second only after the other side has proven the secret', async () => {
    const base = changes();
    const at: string[] = [];
    const pairing = await startPairing({
      ...base,
      prepare: ({ mailboxes, inviter, joiner }) => {
        mailboxes.onPost = (posted) => {
          at.push(`${posted.body[0]}: ${inviter.steps.join()} / ${joiner.steps.join()}`);
          mailboxes.pass(posted);
        };
      },
    });
    expectPaired(pairing);
    expect(at).toEqual([
      '1:  / ',
      '2: joined / ',
      '3: joined / joined',
      '4: joined,confirming / joined',
      '5: joined,confirming / joined,confirming',
      '6: joined,confirming / joined,confirming',
      '8: joined,confirming / joined,confirming',
    ]);
  });

  it('has other words each time', async () => {
    const words = new Set<string>();
    for (let run = 0; run < 5; run += 1) words.add((await startPairing(changes())).joiner.outcome?.words.join() ?? '');
    expect(words.size).toBe(5);
  });

  it('is refused with oneself, on both sides', async () => {
    const methods = linkMethods(undefined, undefined, STRANGER.peerId);
    const base = changes();
    const link = base.joiner?.method?.kind === 'link';
    const pairing = await startPairing({
      inviter: { ...base.inviter, ...(link ? { method: methods.invite } : {}), identity: JOINER },
      joiner: { ...base.joiner, ...(link ? { method: methods.join } : {}) },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.self', 'pairing.self']);
  });

  it('refuses a joiner with a certificate of somebody else', async () => {
    const base = changes();
    const pairing = await startPairing({
      ...base,
      joiner: { ...base.joiner, identity: { ...JOINER, certificate: STRANGER.certificate } },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.certificate', 'pairing.failed']);
    expect(pairing.inviter.steps).toEqual(['joined']);
  });

  it('refuses an inviter with a certificate of somebody else', async () => {
    const base = changes();
    const pairing = await startPairing({
      ...base,
      inviter: { ...base.inviter, identity: { ...INVITER, certificate: STRANGER.certificate } },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.failed', 'pairing.certificate']);
    expect(pairing.joiner.steps).toEqual(['joined']);
  });

  it('refuses a certificate with a broken signature', async () => {
    const base = changes();
    const certificate = JOINER.certificate.slice();
    certificate.set([(certificate.at(-1) ?? 0) ^ 1], certificate.length - 1);
    const pairing = await startPairing({ ...base, joiner: { ...base.joiner, identity: { ...JOINER, certificate } } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.certificate', 'pairing.failed']);
  });

  it('fails on both sides when the inviter cannot enrol', async () => {
    const base = changes();
    const pairing = await startPairing({
      ...base,
      inviter: {
        ...base.inviter,
        enrol: async () => {
          throw new Error('no authority');
        },
      },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.failed', 'pairing.failed']);
  });

  it('fails between two sides that are at different relays [S-PAIR-5]', async () => {
    const base = changes();
    const pairing = await startPairing({ ...base, joiner: { ...base.joiner, relayKey: new Uint8Array(32).fill(1) } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.protocol', 'pairing.failed']);
  });

  it('fails when the relay gave the joiner another half of the session id', async () => {
    const base = changes();
    const method = base.joiner?.method ?? codeMethods().join;
    const pairing = await startPairing({
      ...base,
      joiner: { ...base.joiner, method: { ...method, inviterSid: new Uint8Array(16) } },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.protocol', 'pairing.failed']);
  });

  it.each([
    ['an empty name', ''],
    ['a name with a control character', 'desk\u001b[2J'],
    ['a name that turns the text around', 'desk\u202egnp'],
    ['a name too long', 'x'.repeat(65)],
  ])('is refused for %s', async (_what, name) => {
    const base = changes();
    const pairing = await startPairing({ ...base, joiner: { ...base.joiner, name } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.failed', 'pairing.failed']);
  });
});

describe('a wrong secret', () => {
  it.each([
    ['code', codeMethods('1234', '1235')],
    ['link', linkMethods(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2))],
  ])('in the %s form is one clear message on both sides', async (_form, methods) => {
    const pairing = await startPairing({ inviter: { method: methods.invite }, joiner: { method: methods.join } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.wrong-code', 'pairing.wrong-code']);
    expect(pairing.inviter.steps).toEqual(['joined']);
    expect(pairing.joiner.steps).toEqual(['joined']);
    expect(pairing.clock.pending).toBe(0);
  });

  it('is also what another nameplate is', async () => {
    const methods = codeMethods();
    const pairing = await startPairing({ joiner: { method: { ...methods.join, nameplate: 'ABCE' } } });
    expect(pairing.inviter.outcome ?? pairing.joiner.outcome).toBeUndefined();
  });
});

describe('the link form', () => {
  it('refuses another device than the one in the link, even one that knows the secret [S-PAIR-5]', async () => {
    const methods = linkMethods(undefined, undefined, STRANGER.peerId);
    const pairing = await startPairing({ inviter: { method: methods.invite }, joiner: { method: methods.join } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.failed', 'pairing.wrong-device']);
    expect(pairing.joiner.steps).toEqual(['joined']);
  });

  it('refuses one’s own link before anything of the exchange is sent', async () => {
    const methods = linkMethods(undefined, undefined, JOINER.peerId);
    const pairing = await startPairing({ only: 'joiner', joiner: { method: methods.join } });
    expect(pairing.joiner.code).toBe('pairing.self');
    expect(pairing.mailboxes.log.map(({ body }) => body[0])).toEqual([127]);
  });

  it('does not mix with the code form [S-PAIR-5]', async () => {
    const link = linkMethods();
    const first = await startPairing({ joiner: { method: link.join } });
    expect([first.inviter.code, first.joiner.code]).toEqual(['pairing.protocol', 'pairing.failed']);
    const second = await startPairing({ inviter: { method: link.invite } });
    expect([second.inviter.code, second.joiner.code]).toEqual(['pairing.protocol', 'pairing.failed']);
  });
});

describe('cancelling', () => {
  it('by the inviter before anybody came ends it and tells whoever is there', async () => {
    const pairing = await startPairing({ only: 'inviter' });
    pairing.inviterAbort.abort();
    await settle();
    expect(pairing.inviter.code).toBe('pairing.cancelled');
    expect(pairing.mailboxes.log.map(({ body }) => toHex(body))).toEqual(['7f02']);
    expect(pairing.clock.pending).toBe(0);
  });

  it('before the start sends no message of the exchange', async () => {
    const secret = new PairingSecret(new Uint8Array(4));
    const pairing = await startPairing({
      only: 'joiner',
      joiner: { method: { ...codeMethods().join, secret } },
      prepare: ({ joinerAbort }) => joinerAbort.abort(),
    });
    expect(pairing.joiner.code).toBe('pairing.cancelled');
    expect(pairing.mailboxes.log.map(({ body }) => toHex(body))).toEqual(['7f02']);
    expect(secret.used).toBe(true);
  });

  it.each([
    [2, 'joiner'],
    [4, 'joiner'],
    [1, 'inviter'],
    [3, 'inviter'],
    [5, 'inviter'],
  ] as const)('when message %i reaches the %s ends both sides as cancelled', async (type, side) => {
    const pairing = await startPairing({
      prepare: ({ mailboxes, joinerAbort, inviterAbort }) => {
        mailboxes.onPost = (posted) => {
          if (posted.body[0] === type) (side === 'joiner' ? joinerAbort : inviterAbort).abort();
          mailboxes.pass(posted);
        };
      },
    });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.cancelled', 'pairing.cancelled']);
    expect(pairing.clock.pending).toBe(0);
  });
});

describe('an introduction', () => {
  const facts = { share: new Uint8Array(32), certificate: INVITER.certificate, name: 'desk', enrolment: undefined };
  const verifier = { crypto: nobleBackend, identity: JOINER, clock: new FakeClock() };

  it('may grant rights this version does not know: they are left out', () => {
    const bytes = encodeIntroduction({ ...facts, grants: ['scanner', 'terminal', 'camera'] });
    const checked = checkIntroduction(verifier, bytes, INVITER.staticKey.publicKey);
    expect(checked.grants).toEqual(['terminal']);
  });

  it('names no right twice and none in another spelling', () => {
    for (const grants of [
      ['terminal', 'terminal'],
      ['Terminal'],
      [''],
      Array.from({ length: 17 }, (_, i) => `r${i}`),
    ]) {
      expect(() => encodeIntroduction({ ...facts, grants })).toThrow(RangeError);
    }
  });

  it('with a certificate long out of date is refused', async () => {
    const clock = new FakeClock((NOW + 30 * 365 * 24 * 3600) * 1000);
    const pairing = await startPairing({ inviter: { clock } });
    expect([pairing.inviter.code, pairing.joiner.code]).toEqual(['pairing.certificate', 'pairing.failed']);
  });
});
