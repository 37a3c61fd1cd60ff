import { ClawReachError } from '../errors.ts';

/**
 * Error of a pairing; never carries a secret. The texts for people are in `src-shared/locales`, by the same code.
 *
 * - `pairing.code-format`, `pairing.link-format`: what was typed or opened is no code or link
 * - `pairing.used`: the secret has had its one run
 * - `pairing.wrong-code`: the other side does not know the secret
 * - `pairing.cancelled`: a person on either side gave up
 * - `pairing.interrupted`: the mailbox closed, or the last word of the inviter never came
 * - `pairing.expired`: the pairing outlived its 10 minutes
 * - `pairing.timeout`: the other side was there and fell silent
 * - `pairing.self`: both sides are the same device
 * - `pairing.certificate`: the other side's certificate is not valid, or not that of the key it used
 * - `pairing.wrong-device`: the device that answered is not the one the link names
 * - `pairing.commitment`: the joiner opened another nonce than the one it had committed to
 * - `pairing.version`: the other side speaks another version
 * - `pairing.protocol`: a message that makes no sense: altered on its way, out of order, or from a broken program
 * - `pairing.failed`: the other side gave up for a reason of its own, or something failed inside this one
 */
export class PairingError extends ClawReachError {
  override readonly name = 'PairingError';
}
