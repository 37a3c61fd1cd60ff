import { describe, expect, it, test } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { deriveByHand, PairingError, type Candidate, type Mailbox } from '#shared/pairing/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import {
  INVITER,
  INVITER_SID,
  JOINER,
  startPairing,
  STRANGER,
  type Changes,
  RELAY_KEY,
  type Pairing,
} from '#test/support/pairing.ts';
import { inviterHandshake, sealRecord } from '../../../../src-shared/pairing/handshake.ts';
import { decodeMessage, encodeIntroduction, encodePairingMessage } from '../../../../src-shared/pairing/messages.ts';
import { encodeFinalConfirmation } from '../../../../src-shared/pairing/records.ts';
import { prologueOf } from '../../../../src-shared/pairing/secrets.ts';

const ENROLMENT = toUtf8('a place in the project');

/** What each person is shown, and how they answer. */
type People = {
  seen: { inviter?: Candidate; joiner?: Candidate };
  say(side: 'inviter' | 'joiner', same: boolean): Promise<void>;
};

async function start(changes: Changes = {}, wanted = INVITER.peerId): Promise<Pairing & { people: People }> {
  const { psk } = deriveByHand(nativeBackend, INVITER.peerId, 0);
  const seen: People['seen'] = {};
  const answers = new Map<string, (same: boolean) => void>();
  const agree = (side: 'inviter' | 'joiner') => async (candidate: Candidate) => {
    seen[side] = candidate;
    const same = await new Promise<boolean>((resolve) => answers.set(side, resolve));
    if (!same) throw new PairingError('pairing.refused', 'no');
  };
  const pairing = await startPairing({
    ...changes,
    inviter: {
      method: { kind: 'id', psk, ownSid: INVITER_SID, agree: agree('inviter') },
      grants: [],
      enrol: async () => ENROLMENT,
      ...changes.inviter,
    },
    joiner: {
      method: { kind: 'id', psk, inviter: wanted, inviterSid: INVITER_SID, agree: agree('joiner') },
      grants: [],
      ...changes.joiner,
    },
  });
  const say = async (side: 'inviter' | 'joiner', same: boolean): Promise<void> => {
    answers.get(side)?.(same);
    await settle();
  };
  return { ...pairing, people: { seen, say } };
}

/** Waits as the inviter, and says its last word at once: nobody there was asked, and it does not wait for the other person. */
async function inviteWithoutAsking(mailbox: Mailbox): Promise<void> {
  const receive = async () => decodeMessage(await mailbox.receive(new AbortController().signal));
  const hello = await receive();
  if (hello.type !== 'hello') throw new Error(`${hello.type} instead of a hello`);
  const prologue = prologueOf({
    relayKey: RELAY_KEY,
    form: 'id',
    nameplate: '',
    inviterSid: INVITER_SID,
    joinerSid: hello.sid,
  });
  const { psk } = deriveByHand(nativeBackend, INVITER.peerId, 0);
  const handshake = inviterHandshake({ crypto: nativeBackend, staticKey: INVITER.staticKey, prologue }, psk);
  await handshake.readMessage(hello.noise);
  const noise = await handshake.writeMessage(new Uint8Array(0));
  mailbox.send(encodePairingMessage({ type: 'answer', point: undefined, noise }));
  const proof = await receive();
  if (proof.type !== 'proof') throw new Error(`${proof.type} instead of a proof`);
  await handshake.readMessage(proof.sealed);
  const { send } = handshake.finish();
  const { certificate } = INVITER;
  const said = { certificate, share: new Uint8Array(32), name: 'desk', grants: [], enrolment: undefined };
  mailbox.send(encodePairingMessage({ type: 'welcome', sealed: sealRecord(send, encodeIntroduction(said)) }));
  const last = encodeFinalConfirmation({ name: 'desk', enrolment: ENROLMENT });
  mailbox.send(encodePairingMessage({ type: 'done', sealed: sealRecord(send, last) }));
}

describe('adding by hand', () => {
  it.each([
    ['inviter', 'joiner'],
    ['joiner', 'inviter'],
  ] as const)('takes two people: the %s says yes, then the %s [S-PAIR-12]', async (first, second) => {
    const { inviter, joiner, people, mailboxes } = await start();
    const { words } = people.seen.inviter ?? { words: [] };
    expect(words).toHaveLength(4);
    expect(people.seen.joiner?.words).toEqual(words);
    expect(people.seen.inviter?.peer.peerId).toBe(JOINER.peerId);
    expect(people.seen.joiner?.peer.peerId).toBe(INVITER.peerId);
    await people.say(first, true);
    expect([inviter.outcome, joiner.outcome]).toEqual([undefined, undefined]);
    await people.say(second, true);
    expect(inviter.outcome).toMatchObject({ name: 'joining laptop', words, enrolment: undefined });
    expect(joiner.outcome).toMatchObject({ name: 'inviting desk', words, enrolment: ENROLMENT });
    expect(mailboxes.log).toHaveLength(8);
  });

  it.each(['inviter', 'joiner'] as const)('ends for both when the %s sees something else [S-PAIR-12]', async (side) => {
    const { inviter, joiner, people } = await start();
    await people.say(side === 'inviter' ? 'joiner' : 'inviter', true);
    await people.say(side, false);
    expect([inviter, joiner].map(({ code, outcome }) => ({ code, outcome }))).toEqual([
      { code: 'pairing.refused', outcome: undefined },
      { code: 'pairing.refused', outcome: undefined },
    ]);
  });

  it.each([true, false])(
    'takes the person who asks also where the other side says at once that it is done: %s [S-PAIR-12]',
    async (same) => {
      const kept: string[] = [];
      const { joiner, people } = await start({
        only: 'joiner',
        joiner: { store: ({ name }) => void kept.push(name) },
        prepare: ({ mailboxes }) => void inviteWithoutAsking(mailboxes.inviter),
      });
      expect(people.seen.joiner?.words).toHaveLength(4);
      expect([kept, joiner.outcome, joiner.code]).toEqual([[], undefined, undefined]);
      await people.say('joiner', same);
      expect(kept).toEqual(same ? ['desk'] : []);
      expect(joiner.code).toBe(same ? undefined : 'pairing.refused');
    },
  );

  it('gives people its whole life to compare, and no more [S-PAIR-12]', async () => {
    const { inviter, joiner, people, clock } = await start();
    await people.say('joiner', true);
    await clock.advance(9 * 60_000);
    expect([inviter.code, joiner.code]).toEqual([undefined, undefined]);
    await clock.advance(61_000);
    expect([inviter.outcome, joiner.outcome]).toEqual([undefined, undefined]);
    expect([inviter.code, joiner.code].every((code) => code !== undefined)).toBe(true);
  });

  it('with another device than the one whose ID was typed shows nobody anything, and fails [S-PAIR-13]', async () => {
    const { joiner, inviter, people } = await start({}, STRANGER.peerId);
    expect(joiner.code).toBe('pairing.wrong-device');
    expect(inviter.outcome).toBeUndefined();
    expect(people.seen.joiner).toBeUndefined();
  });

  it('fits no link, though both have no point', async () => {
    const { psk } = deriveByHand(nativeBackend, INVITER.peerId, 0);
    const { joiner, inviter } = await start({
      joiner: { method: { kind: 'link', psk, inviter: INVITER.peerId, inviterSid: INVITER_SID } },
    });
    expect([joiner.outcome, inviter.outcome]).toEqual([undefined, undefined]);
  });
});

describe('who stands in between two that add each other', () => {
  it('shows the one who waits other words and another number than the one who asks [S-PAIR-13]', async () => {
    // The relay knows the peer id, so it knows the mailbox and the PSK: it can ask as somebody else.
    const { people } = await start({ joiner: { identity: STRANGER } });
    const honest = await start();
    expect(people.seen.inviter?.peer.peerId).toBe(STRANGER.peerId);
    expect(people.seen.inviter?.words).not.toEqual(honest.people.seen.inviter?.words);
  });

  it('learns neither name nor gets a place in the project before both people have agreed [S-PAIR-12]', async () => {
    const { mailboxes, people, joiner } = await start({ joiner: { identity: STRANGER } });
    // As the stranger, that has read all there is to read for it.
    expect(people.seen.joiner?.name).toBeNull();
    await people.say('joiner', true);
    expect(joiner.outcome).toBeUndefined();
    expect(mailboxes.log.map(({ from }) => from)).toEqual([
      'joiner',
      'inviter',
      'joiner',
      'inviter',
      'joiner',
      'joiner',
    ]);
    await people.say('inviter', false);
    expect(joiner).toMatchObject({ code: 'pairing.refused' });
  });

  it('cannot say yes for a person by repeating, leaving out or changing what was said [S-PAIR-13]', async () => {
    for (const spoil of ['repeat', 'change', 'early'] as const) {
      const { inviter, joiner, people } = await start({
        prepare: ({ mailboxes }) => {
          mailboxes.onPost = (posted) => {
            if (spoil === 'early' && posted.from === 'joiner' && posted.body[0] === 5) {
              mailboxes.pass(posted);
              mailboxes.deliver('inviter', new Uint8Array([7, ...posted.body.slice(1)]));
            } else if (spoil === 'change' && posted.body[0] === 7) {
              mailboxes.pass(
                posted,
                posted.body.map((byte, index) => (index === 9 ? byte ^ 1 : byte)),
              );
            } else {
              mailboxes.pass(posted);
              if (spoil === 'repeat' && posted.from === 'inviter' && posted.body[0] === 4)
                mailboxes.deliver('joiner', new Uint8Array([6, ...posted.body.slice(1)]));
            }
          };
        },
      });
      await people.say('joiner', true);
      await people.say('inviter', true);
      expect([spoil, inviter.outcome, joiner.outcome]).toEqual([spoil, undefined, undefined]);
    }
  });
});

test('both back ends agree on where to wait, and each round is another place', () => {
  const rounds = [0, 1, 2].map((round) => deriveByHand(nativeBackend, INVITER.peerId, round));
  expect(rounds).toEqual([0, 1, 2].map((round) => deriveByHand(nobleBackend, INVITER.peerId, round)));
  expect(new Set(rounds.map(({ mailbox }) => mailbox)).size).toBe(3);
  expect(rounds[0]?.mailbox).not.toBe(deriveByHand(nativeBackend, JOINER.peerId, 0).mailbox);
});
