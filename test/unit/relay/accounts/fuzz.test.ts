import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlatformError, type PasskeyAssertion, type PasskeyAttestation } from '#shared/platform/index.ts';
import { challengeOf, PasskeyChallenges, verifyAssertion, verifyAttestation } from '#relay/accounts/passkeys/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { SoftwarePasskey } from '#test/support/accounts/software-passkey.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { heldBuffers } from '#test/support/garbage.ts';
import { strangeBytes } from '#test/support/mutations.ts';

const ORIGIN = 'http://localhost:7474';
const PARTY = { id: 'localhost', origins: [ORIGIN] };
const MIB = 1024 * 1024;

const challenges = new PasskeyChallenges(nativeBackend, new Uint8Array(32));
const challenge = challenges.create('sign-in', '', 1);
const passkey = new SoftwarePasskey('a passkey');
const row = {
  id: passkey.id,
  account: 'a'.repeat(32),
  public_key: passkey.publicKey,
  counter: 0,
  transports: '[]',
  name: 'Key',
  created_at: 1,
  used_at: null,
};
const assertion = passkey.answer(challenge, ORIGIN, { counter: 7 });
const attestation = passkey.attest(challenge, ORIGIN);

/** Runs a check of strange bytes in one field of an answer: it is accepted, or rejected with the one error of passkeys. */
async function fuzz<Field extends string>(
  fields: Readonly<Record<Field, string>>,
  check: (changed: Readonly<Record<Field, string>>) => Promise<unknown>,
  cases: number,
): Promise<number> {
  const names = Object.keys(fields) as Field[];
  const valid = names.map((name) => Buffer.from(fields[name], 'base64url'));
  let accepted = 0;
  const strange = fc.tuple(fc.nat(names.length - 1), strangeBytes(valid, 512));
  await fc.assert(
    fc.asyncProperty(strange, async ([which, { bytes }]) => {
      const field = names[which] ?? names[0];
      if (field === undefined) return;
      try {
        await check({ ...fields, [field]: Buffer.from(bytes).toString('base64url') });
        accepted += 1;
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code !== 'account.passkey') throw error;
      }
    }),
    { numRuns: casesOf(cases, 50) },
  );
  return accepted;
}

describe('strange bytes in the answer of a passkey', () => {
  it('end in one named error, and leave nothing in memory, at a sign-in [S-ACCOUNT-12]', async () => {
    const { clientDataJSON, authenticatorData, signature } = assertion.response;
    const verify = async (changed: object): Promise<number> => {
      const response = { ...assertion, response: { ...assertion.response, ...changed } } as PasskeyAssertion;
      challenges.check(challengeOf(response), () => '', 1);
      const counter = await verifyAssertion(response, { passkey: row, challenge, party: PARTY });
      // What was signed is unchanged; a signature may have bytes after its end.
      expect({ ...response.response, signature }).toEqual(assertion.response);
      return counter;
    };
    expect(await verify({})).toBe(7);
    const before = heldBuffers();
    const accepted = await fuzz({ clientDataJSON, authenticatorData, signature }, verify, 100_000);
    expect(accepted).toBeLessThan(casesOf(100_000, 50) / 10);
    expect(heldBuffers() - before).toBeLessThan(16 * MIB);
  });

  it('end in one named error, and leave nothing in memory, at a registration [S-ACCOUNT-12]', async () => {
    const { clientDataJSON, attestationObject } = attestation.response;
    const verify = async (changed: object): Promise<unknown> => {
      const response = { ...attestation, response: { ...attestation.response, ...changed } } as PasskeyAttestation;
      challengeOf(response);
      return verifyAttestation(response, { challenge, party: PARTY });
    };
    await verify({});
    const before = heldBuffers();
    const kept = await fuzz({ attestationObject }, verify, 100_000);
    await fuzz({ clientDataJSON }, verify, 20_000);
    // Nothing signs a new key, so other bytes of it may be as good.
    expect(kept).toBeLessThan(casesOf(100_000, 50));
    expect(heldBuffers() - before).toBeLessThan(16 * MIB);
  });

  it('are no challenge of this relay [S-ACCOUNT-12]', () => {
    const valid = [Buffer.from(challenge, 'base64url')];
    fc.assert(
      fc.property(strangeBytes(valid, 128), ({ bytes }) => {
        const text = Buffer.from(bytes).toString('base64url');
        const found = challenges.check(text, () => '', 1);
        expect(found === undefined || text === challenge).toBe(true);
      }),
      { numRuns: casesOf(100_000, 20) },
    );
  });
});
