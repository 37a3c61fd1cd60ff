import { ClawReachError } from '../errors.ts';

/**
 * Failed pairing; never contains a secret. `src-shared/locales` has the texts of the codes.
 *
 * - `pairing.code-format`, `pairing.link-format`: the typed or opened text is no code or link
 * - `pairing.used`: the secret has already been used for one run
 * - `pairing.wrong-code`: the other side doesn't know the secret
 * - `pairing.cancelled`: a person on either side cancelled
 * - `pairing.interrupted`: the mailbox closed, or the inviter's final confirmation is missing
 * - `pairing.expired`: the pairing took longer than 10 minutes
 * - `pairing.timeout`: the other side was present and stopped answering
 * - `pairing.self`: both sides are the same device
 * - `pairing.certificate`: the other side's certificate is invalid, or has another key than the handshake
 * - `pairing.wrong-device`: another device answered than the one named in the link
 * - `pairing.commitment`: the joiner revealed another nonce than the one to which it had committed
 * - `pairing.version`: the other side has another version
 * - `pairing.protocol`: an invalid message: changed in transit, out of order, or from a faulty program
 * - `pairing.refused`: the person on either side declined
 * - `pairing.not-kept`: the joiner could not store the pairing
 * - `pairing.failed`: the other side failed for a reason of its own, or this side had an internal error
 *
 * The agent's pairing module adds:
 *
 * - `pairing.use-link`: too many wrong codes; only links can be used
 * - `pairing.too-many`: too many open invitations
 * - `pairing.unknown`: there is no such invitation
 * - `adding.other-device`: another device answered than the one whose ID was given
 */
export class PairingError extends ClawReachError {
  override readonly name = 'PairingError';
}
