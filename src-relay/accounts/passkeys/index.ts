export { PasskeyChallenges, useChallenge, type ChallengePurpose } from './challenges.ts';
export {
  countPasskeys,
  listPasskeys,
  passkeyId,
  passkeyView,
  transportsOf,
  userHandle,
  type PasskeyRow,
  type Transport,
} from './passkey-rows.ts';
export {
  challengeOf,
  PASSKEY_ALGORITHMS,
  rejected,
  verifyAssertion,
  verifyAttestation,
  type NewPasskey,
} from './verify-response.ts';
