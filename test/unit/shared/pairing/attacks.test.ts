import { describe, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { createCodeSecret, PairingSecret } from '#shared/pairing/index.ts';
import { generatorBytes } from '../../../../src-shared/pairing/cpace.ts';
import { settle } from '#test/support/fake-clock.ts';
import {
  codeMethods,
  INVITER,
  JOINER,
  linkMethods,
  startPairing,
  STRANGER,
  type Changes,
  type Pairing,
} from '#test/support/pairing.ts';

/** Two pairings, one with each victim; the relay runs the other side of both as STRANGER. */
async function manInTheMiddle(victimOfJoin: Changes, victimOfInvite: Changes): Promise<readonly [Pairing, Pairing]> {
  const withInviter = await startPairing({
    ...victimOfInvite,
    joiner: { ...victimOfInvite.joiner, identity: STRANGER },
  });
  const withJoiner = await startPairing({ ...victimOfJoin, inviter: { ...victimOfJoin.inviter, identity: STRANGER } });
  return [withInviter, withJoiner];
}

describe('a relay in the middle that does not know the secret', () => {
  it('of a code pairs with neither side, shows no words, and learns no certificate [S-PAIR-2]', async () => {
    const guess = codeMethods('1234', '9999');
    const other = codeMethods('9999', '1234');
    const [withInviter, withJoiner] = await manInTheMiddle(
      { inviter: { method: other.invite }, joiner: { method: other.join } },
      { inviter: { method: guess.invite }, joiner: { method: guess.join } },
    );
    expect(withInviter.inviter).toEqual({ code: 'pairing.wrong-code', steps: ['joined'] });
    expect(withJoiner.joiner).toEqual({ code: 'pairing.wrong-code', steps: ['joined'] });
    // The inviter never came to its introduction.
    expect(withInviter.mailboxes.log.map(({ body }) => body[0])).toEqual([1, 2, 3, 127]);
  });

  it('of a link pairs with neither side [S-PAIR-2]', async () => {
    const wrong = new Uint8Array(32).fill(0x77);
    const toInviter = linkMethods(undefined, wrong);
    const toJoiner = linkMethods(wrong, new Uint8Array(32).fill(0x33));
    const [withInviter, withJoiner] = await manInTheMiddle(
      { inviter: { method: toJoiner.invite }, joiner: { method: toJoiner.join } },
      { inviter: { method: toInviter.invite }, joiner: { method: toInviter.join } },
    );
    expect(withInviter.inviter).toEqual({ code: 'pairing.wrong-code', steps: ['joined'] });
    expect(withJoiner.joiner).toEqual({ code: 'pairing.wrong-code', steps: ['joined'] });
  });

  it('cannot make the joiner believe by a made-up welcome [S-PAIR-2]', async () => {
    const methods = codeMethods('9999', '1234');
    const pairing = await startPairing({
      inviter: { method: methods.invite, identity: STRANGER },
      joiner: { method: methods.join },
      prepare: ({ mailboxes }) => {
        mailboxes.onPost = (posted) => {
          if (posted.body[0] === 127) return;
          if (posted.body[0] === 3) mailboxes.deliver('joiner', Uint8Array.of(4, ...new Uint8Array(300)));
          else mailboxes.pass(posted);
        };
      },
    });
    expect(pairing.joiner).toEqual({ code: 'pairing.wrong-code', steps: ['joined'] });
  });

  it('that guesses the secret shows each side other words [S-PAIR-4]', async () => {
    const [withInviter, withJoiner] = await manInTheMiddle({}, {});
    expect(withInviter.inviter.outcome?.peer.peerId).toBe(STRANGER.peerId);
    expect(withJoiner.joiner.outcome?.peer.peerId).toBe(STRANGER.peerId);
    expect(withInviter.inviter.outcome?.words).not.toEqual(withJoiner.joiner.outcome?.words);
  });

  it('that stole a link still cannot be the inviter', async () => {
    const methods = linkMethods();
    const pairing = await startPairing({
      inviter: { method: methods.invite, identity: STRANGER },
      joiner: { method: methods.join },
    });
    expect(pairing.joiner).toEqual({ code: 'pairing.wrong-device', steps: ['joined'] });
  });
});

describe('the secret of a code', () => {
  it.each(['inviter', 'joiner'] as const)(
    'is burnt at the %s before its first message leaves [S-PAIR-3]',
    async (side) => {
      const methods = codeMethods();
      const secret = side === 'inviter' ? methods.invite.secret : methods.join.secret;
      const burnt: boolean[] = [];
      await startPairing({
        inviter: { method: methods.invite },
        joiner: { method: methods.join },
        prepare: ({ mailboxes }) => {
          mailboxes.onPost = (posted) => {
            if (posted.from === side) burnt.push(secret.used);
            mailboxes.pass(posted);
          };
        },
      });
      expect(burnt).toEqual(side === 'inviter' ? [true, true, true] : [true, true, true, true]);
    },
  );

  const ends: readonly (readonly [string, NonNullable<Changes['prepare']>])[] = [
    ['went well', () => undefined],
    ['met a wrong code', ({ mailboxes }) => mailboxes.deliver('inviter', Uint8Array.of(127, 1))],
    ['lost its mailbox at once', ({ mailboxes }) => mailboxes.close()],
    [
      'met a relay error',
      ({ mailboxes }) => {
        mailboxes.onPost = () => {
          throw new Error('relay error');
        };
      },
    ],
    [
      'was answered with nonsense',
      ({ mailboxes }) => {
        mailboxes.onPost = (posted) => mailboxes.pass(posted, new Uint8Array(10));
      },
    ],
    [
      'was cancelled',
      ({ inviterAbort, joinerAbort }) => {
        inviterAbort.abort();
        joinerAbort.abort();
      },
    ],
    [
      'was left without an answer',
      ({ mailboxes }) => {
        mailboxes.onPost = () => undefined;
      },
    ],
  ];

  it.each(ends)('has no second run, in a new mailbox, after the first %s [S-PAIR-3]', async (_how, prepare) => {
    const methods = codeMethods();
    const run = { inviter: { method: methods.invite }, joiner: { method: methods.join } };
    const first = await startPairing({ ...run, prepare });
    await first.clock.advance(10 * 60_000);
    expect(first.inviter.outcome ?? first.inviter.code).toBeDefined();
    expect(first.joiner.outcome ?? first.joiner.code).toBeDefined();

    const second = await startPairing(run);
    expect([second.inviter.code, second.joiner.code]).toEqual(['pairing.used', 'pairing.used']);
    // Not one message that could be tried against a guess: only the word that it is over.
    for (const { body } of second.mailboxes.log) expect(body[0]).toBe(127);
  });

  it('stays burnt even while the first run still waits', async () => {
    const { invite } = codeMethods();
    const first = await startPairing({ only: 'inviter', inviter: { method: invite } });
    const second = await startPairing({ only: 'inviter', inviter: { method: invite } });
    expect(second.inviter.code).toBe('pairing.used');
    first.inviterAbort.abort();
    await settle();
    expect(first.inviter.code).toBe('pairing.cancelled');
  });
});

describe('a relay that guesses', () => {
  /** Codes of 8 instead of 20 bits, by a generator that leaves the upper bits zero. */
  const BITS = 8;
  const CODES = 20_000;
  const facts = { channel: new Uint8Array(4), sessionId: new Uint8Array(32) };

  it('succeeds about twice in 2^n codes of n bits, once per side at most, and never gets a second run [S-PAIR-3]', () => {
    let state = 0x1234_5678;
    const random = (): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 8) % 2 ** BITS;
    };
    const small = { ...nobleBackend, randomBytes: () => Uint8Array.of(0, 0, random()) };
    // What a run tells a guesser is whether the generators are equal; they are computed once per possible secret.
    const generators = new Map<string, string>();
    const generatorOf = (password: Uint8Array): string => {
      const key = password.join();
      const known = generators.get(key) ?? generatorBytes(nobleBackend, { ...facts, password }).join();
      generators.set(key, known);
      return known;
    };
    let hits = 0;
    let refusals = 0;
    for (let code = 0; code < CODES; code += 1) {
      const { text } = createCodeSecret(small);
      for (const side of [new PairingSecret(toUtf8(text)), new PairingSecret(toUtf8(text))]) {
        const guess = toUtf8(createCodeSecret(small).text);
        for (let attempt = 0; attempt < 3; attempt += 1) {
          try {
            if (generatorOf(side.take()) === generatorOf(guess)) hits += 1;
          } catch {
            refusals += 1;
          }
        }
      }
    }
    expect(new Set(generators.values()).size).toBe(2 ** BITS);
    expect(refusals).toBe(CODES * 2 * 2);
    const expected = (2 * CODES) / 2 ** BITS;
    console.info(`guesses: ${hits} hits in ${CODES} codes of ${BITS} bits, ${expected} expected`);
    // Five standard deviations.
    expect(Math.abs(hits - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('is right exactly where the real protocol says so', async () => {
    for (const [secret, guess] of [
      ['0000', '0000'],
      ['0000', '0001'],
      ['ZZZZ', 'ZZZY'],
      ['ZZZZ', 'ZZZZ'],
    ] as const) {
      const methods = codeMethods(secret, guess);
      const pairing = await startPairing({ inviter: { method: methods.invite }, joiner: { method: methods.join } });
      const same =
        generatorBytes(nobleBackend, { ...facts, password: toUtf8(secret) }).join() ===
        generatorBytes(nobleBackend, { ...facts, password: toUtf8(guess) }).join();
      expect(pairing.inviter.outcome?.peer.peerId).toBe(same ? JOINER.peerId : undefined);
      expect(pairing.joiner.outcome?.peer.peerId).toBe(same ? INVITER.peerId : undefined);
    }
  });
});
