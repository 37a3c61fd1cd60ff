import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { InviteOptions, PairingOutcome } from '#shared/pairing/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { INVITER, INVITER_SID, JOINER, startPairing, type Changes, type Pairing } from '#test/support/pairing.ts';
import { slowIdentity } from '#test/support/slow-identity.ts';
import { deriveByHand } from '../../../../src-shared/pairing/by-hand.ts';
import { decodeMessage } from '../../../../src-shared/pairing/messages.ts';

const ENROLMENT = new Uint8Array(200).fill(0xee);

/** A pairing whose inviter signs the enrolment when the test says so, and what its store has done. */
async function signing(
  form: 'code' | 'id',
): Promise<Pairing & Readonly<{ done: string[]; sign(): Promise<void>; said(): readonly string[] }>> {
  const done: string[] = [];
  let release: () => void = () => undefined;
  const inviter: Partial<InviteOptions> = {
    enrol: async () => {
      done.push('signing');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      done.push('signed');
      return ENROLMENT;
    },
    store: () => {
      done.push('stored');
      return () => void done.push('taken back');
    },
    stored: () => void done.push('kept'),
  };
  const { psk } = deriveByHand(nativeBackend, INVITER.peerId, 0);
  const agree = async (): Promise<void> => undefined;
  const byHand: Changes = {
    inviter: { ...inviter, method: { kind: 'id', psk, ownSid: INVITER_SID, agree }, grants: [] },
    joiner: { method: { kind: 'id', psk, inviter: INVITER.peerId, inviterSid: INVITER_SID, agree }, grants: [] },
  };
  const pairing = await startPairing(form === 'id' ? byHand : { inviter });
  await settle();
  /** Messages of the inviter. */
  const said = (): readonly string[] =>
    pairing.mailboxes.log.filter(({ from }) => from === 'inviter').map(({ body }) => decodeMessage(body).type);
  const sign = async (): Promise<void> => {
    release();
    await settle();
    await settle();
  };
  return { ...pairing, done, sign, said };
}

describe.each([
  ['code', ['answer']],
  ['id', ['answer', 'welcome']],
] as const)('while the inviter signs the enrolment, by %s,', (form, before) => {
  it('nothing is said or stored; then all comes in order', async () => {
    const { done, sign, said, inviter, joiner } = await signing(form);
    expect([done, said(), inviter.outcome, joiner.outcome]).toEqual([['signing'], before, undefined, undefined]);
    await sign();
    expect(done).toEqual(['signing', 'signed', 'stored', 'kept']);
    expect(said()).toEqual(['answer', 'welcome', 'done']);
    expect(inviter.outcome?.peer.peerId).toBe(JOINER.peerId);
    expect(joiner.outcome?.enrolment).toEqual(ENROLMENT);
  });

  it('the end by its own person counts: nothing is stored [S-PAIR-7]', async () => {
    const { done, sign, inviter, joiner, inviterAbort } = await signing(form);
    inviterAbort.abort();
    await sign();
    expect(done).toEqual(['signing', 'signed']);
    expect([inviter.code, joiner.code]).toEqual(['pairing.cancelled', 'pairing.cancelled']);
  });

  it('the end by the joiner waits in the mailbox, and leaves no pairing [S-PAIR-7]', async () => {
    const { done, sign, inviter, joinerAbort } = await signing(form);
    joinerAbort.abort();
    await settle();
    expect(inviter.code).toBeUndefined();
    await sign();
    expect(inviter.code).toBe('pairing.cancelled');
    expect(done.filter((step) => step === 'stored').length).toBe(done.filter((step) => step === 'taken back').length);
    expect(done).not.toContain('kept');
  });

  it('the life of the pairing may end: nothing is stored [S-PAIR-7]', async () => {
    const { done, sign, inviter, clock } = await signing(form);
    await clock.advance(11 * 60_000);
    await sign();
    expect(done).toEqual(['signing', 'signed']);
    expect(inviter.code).toBe('pairing.expired');
  });
});

describe('two devices whose keys take their time', () => {
  it('pair as others do, whoever is the slow one', async () => {
    for (const [inviter, joiner] of [
      [slowIdentity(INVITER), slowIdentity(JOINER)],
      [slowIdentity(INVITER), JOINER],
      [INVITER, slowIdentity(JOINER)],
    ] as const) {
      const kept: PairingOutcome[] = [];
      const pairing = await startPairing({
        inviter: { identity: inviter },
        joiner: { identity: joiner, store: (outcome) => void kept.push(outcome) },
      });
      for (let round = 0; round < 20; round += 1) await settle();
      expect([pairing.inviter.code, pairing.joiner.code]).toEqual([undefined, undefined]);
      expect(pairing.inviter.outcome?.words).toEqual(kept[0]?.words);
    }
  });
});
