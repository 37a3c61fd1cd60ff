import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { pairingWords } from '#shared/pairing/index.ts';
import { checkOpening, commitmentTo } from '../../../../src-shared/pairing/commitment.ts';
import type { PairingFacts } from '../../../../src-shared/pairing/secrets.ts';
import { WORD_LIST } from '../../../../src-shared/pairing/word-list.ts';
import { FalseInviter, FalseJoiner } from '#test/support/pairing-intruder.ts';
import { NAMEPLATE, RELAY_KEY, STRANGER, type Pairing } from '#test/support/pairing.ts';
import { codeOf } from '#test/support/rejections.ts';

/** The words cut to a size that a test can search as an attacker might search 44 bits: eight bits of the first one. */
const BITS = 8;
/** Tries that miss 256 values once in nine million. */
const MOST_TRIES = 16 * 2 ** BITS;
/** Pairings per order of events. */
const RUNS = 48;
/** By chance RUNS / 256 of them agree, 0.19; five or more happen once in half a million. */
const MOST_BY_CHANCE = 4;
/** Pairings in which the search, which always succeeds, has to come too late. */
const SEARCHES = 8;

const indexOfWord = new Map(WORD_LIST.map((word, index) => [word, index]));
type Words = ReturnType<typeof pairingWords>;
const cut = (words: Words | undefined): number => (indexOfWord.get(words?.[0] ?? '') ?? Number.NaN) % 2 ** BITS;

/** A nonce with which the cut words come out as wanted. There is always one to be found, unless the words do not depend on it. */
function grind(wanted: Words | undefined, make: (nonce: Uint8Array) => Words): Uint8Array {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const nonce = nativeBackend.randomBytes(32);
    if (cut(make(nonce)) === cut(wanted)) return nonce;
  }
  throw new Error('nothing was found');
}

const typesOf = ({ mailboxes }: Pairing): (number | undefined)[] => mailboxes.log.map(({ body }) => body[0]);

/** A whole run with an inviter, kept to the protocol. */
async function pairWithInviter(own: Uint8Array): Promise<FalseJoiner> {
  const run = await FalseJoiner.meet();
  await run.commit(run.commitmentTo(own));
  await run.open(own);
  return run;
}

/** First order: the joiner is done, its words are known. Then the inviter is met, up to its nonce. */
async function endJoinerFirst() {
  const toJoiner = await FalseInviter.meet();
  await toJoiner.welcome(nativeBackend.randomBytes(32));
  await toJoiner.finish();
  const wanted = toJoiner.pairing.joiner.outcome?.words;
  const toInviter = await FalseJoiner.meet();
  const saidBefore = typesOf(toInviter.pairing);
  const own = nativeBackend.randomBytes(32);
  const inviterNonce = await toInviter.commit(toInviter.commitmentTo(own));
  const { handshakeHash } = toInviter.result;
  // The search that the commitment makes useless: a nonce of the joiner that gives the inviter the wanted words.
  const fitting = grind(wanted, (joinerNonce) =>
    pairingWords(nativeBackend, { handshakeHash, joinerNonce, inviterNonce }),
  );
  return { wanted, toInviter, saidBefore, own, fitting };
}

/** Second order: the inviter is done, its words are known. Then the joiner is met, up to its commitment. */
async function endInviterFirst() {
  const toInviter = await pairWithInviter(nativeBackend.randomBytes(32));
  const wanted = toInviter.pairing.inviter.outcome?.words;
  const toJoiner = await FalseInviter.meet();
  const saidBefore = typesOf(toJoiner.pairing);
  const { handshakeHash } = toJoiner.result;
  /** A nonce of the inviter that gives the joiner the wanted words, if this is the joiner's. */
  const fitFor = (joinerNonce: Uint8Array): Uint8Array =>
    grind(wanted, (inviterNonce) => pairingWords(nativeBackend, { handshakeHash, joinerNonce, inviterNonce }));
  return { wanted, toJoiner, saidBefore, fitFor };
}

describe('a man in the middle who knows the code', () => {
  it('and ends the joiner first gets other words at the inviter: it commits before it knows the inviter’s nonce [S-PAIR-4]', async () => {
    let agreed = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const { wanted, toInviter, saidBefore, own } = await endJoinerFirst();
      // The answer is all it had from the inviter when it committed.
      expect(saidBefore).toEqual([2]);
      await toInviter.open(own);
      const shown = toInviter.pairing.inviter.outcome?.words;
      expect([wanted?.length, shown?.length]).toEqual([4, 4]);
      expect(shown).not.toEqual(wanted);
      if (cut(shown) === cut(wanted)) agreed += 1;
    }
    expect(agreed).toBeLessThanOrEqual(MOST_BY_CHANCE);
  });

  it('cannot open the nonce that it finds once it knows the inviter’s [S-PAIR-4]', async () => {
    for (let run = 0; run < SEARCHES; run += 1) {
      const { toInviter, fitting } = await endJoinerFirst();
      await toInviter.open(fitting);
      expect(toInviter.pairing.inviter).toEqual({ code: 'pairing.commitment', steps: ['joined', 'confirming'] });
    }
  });

  it('cannot commit again to the nonce that it finds', async () => {
    const { toInviter, fitting } = await endJoinerFirst();
    await toInviter.commitAgain(toInviter.commitmentTo(fitting));
    await toInviter.open(fitting);
    expect(toInviter.pairing.inviter).toEqual({ code: 'pairing.protocol', steps: ['joined', 'confirming'] });
  });

  it.each([
    ['the commitment it has seen', (commitment: Uint8Array) => commitment],
    ['a guess of it', () => nativeBackend.randomBytes(32)],
  ])(
    'and ends the inviter first gets other words at the joiner: its nonce goes before the joiner opens, fitted to %s',
    async (_what, guessFrom) => {
      let agreed = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const { wanted, toJoiner, saidBefore, fitFor } = await endInviterFirst();
        // Hello and proof, with nothing of the nonce but the commitment: the joiner waits.
        expect(saidBefore).toEqual([1, 3]);
        await toJoiner.welcome(fitFor(guessFrom(toJoiner.commitment)));
        await toJoiner.finish();
        const shown = toJoiner.pairing.joiner.outcome?.words;
        expect([wanted?.length, shown?.length]).toEqual([4, 4]);
        expect(shown).not.toEqual(wanted);
        if (cut(shown) === cut(wanted)) agreed += 1;
      }
      expect(agreed).toBeLessThanOrEqual(MOST_BY_CHANCE);
    },
  );

  it('cannot replace its nonce by the one that it finds once the joiner has opened', async () => {
    for (let run = 0; run < SEARCHES; run += 1) {
      const { toJoiner, fitFor } = await endInviterFirst();
      await toJoiner.welcome(nativeBackend.randomBytes(32));
      await toJoiner.welcome(fitFor(toJoiner.opened()));
      expect(toJoiner.pairing.joiner).toEqual({ code: 'pairing.protocol', steps: ['joined', 'confirming'] });
    }
  });

  it('gains nothing by passing on commitment and nonces of the victims: the handshakes differ [S-PAIR-4]', async () => {
    let agreed = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const toJoiner = await FalseInviter.meet();
      // With the same session id, so that the joiner's commitment fits here too.
      const toInviter = await FalseJoiner.meet({ joinerSid: toJoiner.facts.joinerSid });
      const inviterNonce = await toInviter.commit(toJoiner.commitment);
      await toJoiner.welcome(inviterNonce);
      await toInviter.open(toJoiner.opened());
      await toJoiner.finish();
      const [atInviter, atJoiner] = [toInviter.pairing.inviter.outcome, toJoiner.pairing.joiner.outcome];
      expect(atInviter?.peer.peerId).toBe(STRANGER.peerId);
      expect(atJoiner?.peer.peerId).toBe(STRANGER.peerId);
      expect(atInviter?.words).not.toEqual(atJoiner?.words);
      if (cut(atInviter?.words) === cut(atJoiner?.words)) agreed += 1;
    }
    expect(agreed).toBeLessThanOrEqual(MOST_BY_CHANCE);
  });
});

describe('an inviter', () => {
  it('answers a commitment that is kept with its words', async () => {
    const run = await pairWithInviter(nativeBackend.randomBytes(32));
    expect(run.pairing.inviter.outcome?.peer.peerId).toBe(STRANGER.peerId);
    expect(typesOf(run.pairing)).toEqual([2, 4, 6]);
  });

  it('does not pair with a joiner that opens anything else', async () => {
    const own = nativeBackend.randomBytes(32);
    const others: ((run: FalseJoiner, inviterNonce: Uint8Array) => Uint8Array)[] = [
      () => new Uint8Array(32),
      () => own.map((byte, index) => (index === 0 ? byte ^ 0x80 : byte)),
      () => own.map((byte, index) => (index === 31 ? byte ^ 0x01 : byte)),
      () => own.toReversed(),
      (run) => run.commitmentTo(own),
      (_run, inviterNonce) => inviterNonce,
    ];
    for (const other of others) {
      const run = await FalseJoiner.meet();
      const inviterNonce = await run.commit(run.commitmentTo(own));
      await run.open(other(run, inviterNonce));
      expect(run.pairing.inviter).toEqual({ code: 'pairing.commitment', steps: ['joined', 'confirming'] });
      // No last word: the joiner hears that it failed.
      expect(typesOf(run.pairing)).toEqual([2, 4, 127]);
      expect(run.pairing.clock.pending).toBe(0);
      // Nor does the right one help afterwards.
      await run.open(own);
      expect(run.pairing.inviter.outcome).toBeUndefined();
    }
  });

  it('refuses a commitment replayed by somebody who cannot open it', async () => {
    const victim = await FalseInviter.meet();
    const run = await FalseJoiner.meet({ joinerSid: victim.facts.joinerSid });
    const inviterNonce = await run.commit(victim.commitment);
    await run.open(inviterNonce);
    expect(run.pairing.inviter.code).toBe('pairing.commitment');
  });

  it('refuses a commitment of an earlier run even with its true opening [S-PAIR-4]', async () => {
    const victim = await FalseInviter.meet();
    await victim.welcome(new Uint8Array(32));
    const { joinerSid } = victim.facts;
    // Every invitation has a session id of its own; the joiner's half is the attacker's to choose.
    const later = await FalseJoiner.meet({ inviterSid: new Uint8Array(16).fill(0x12), joinerSid });
    await later.commit(victim.commitment);
    await later.open(victim.opened());
    expect(later.pairing.inviter).toEqual({ code: 'pairing.commitment', steps: ['joined', 'confirming'] });
  });

  it('has a new nonce in each run', async () => {
    const seen = new Set<string>();
    for (let count = 0; count < 5; count += 1) {
      const run = await FalseJoiner.meet();
      seen.add(toHex(await run.commit(run.commitmentTo(new Uint8Array(32)))));
    }
    expect(seen.size).toBe(5);
  });
});

describe('a joiner', () => {
  it('commits to a new nonce in each run, and opens what it has committed to', async () => {
    const seen = new Set<string>();
    for (let count = 0; count < 5; count += 1) {
      const run = await FalseInviter.meet();
      await run.welcome(new Uint8Array(32));
      const nonce = run.opened();
      expect(commitmentTo(nobleBackend, run.facts, nonce)).toEqual(run.commitment);
      seen.add(toHex(nonce));
    }
    expect(seen.size).toBe(5);
  });
});

describe('a commitment', () => {
  const facts: PairingFacts = {
    relayKey: RELAY_KEY,
    form: 'code',
    nameplate: NAMEPLATE,
    inviterSid: new Uint8Array(16).fill(0x11),
    joinerSid: new Uint8Array(16).fill(0x44),
  };
  const nonce = Uint8Array.from({ length: 32 }, (_, index) => 32 + index);

  it.each([nobleBackend, nativeBackend])('is this for this nonce, with $name', (crypto) => {
    // Computed once with another implementation of SHA-256.
    expect(toHex(commitmentTo(crypto, facts, nonce))).toBe(
      '97e95168d909c5693a5e6b839b2d9f712148c36c7cde0bd7270c86fc97d8741e',
    );
  });

  it.each([
    ['relay', { ...facts, relayKey: new Uint8Array(32) }],
    ['form', { ...facts, form: 'link' as const }],
    ['nameplate', { ...facts, nameplate: 'ABCE' }],
    ['inviter’s session id', { ...facts, inviterSid: new Uint8Array(16) }],
    ['joiner’s session id', { ...facts, joinerSid: new Uint8Array(16) }],
  ])('cannot be opened with another %s', async (_what, other) => {
    const commitment = commitmentTo(nobleBackend, facts, nonce);
    expect(checkOpening(nobleBackend, facts, commitment, nonce)).toBeUndefined();
    expect(await codeOf(() => checkOpening(nobleBackend, other, commitment, nonce))).toBe('pairing.commitment');
  });
});
