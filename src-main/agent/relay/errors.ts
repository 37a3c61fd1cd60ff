import { ClawReachError } from '#shared/errors.ts';

/**
 * The relay refused, failed or lied. Codes: `relay.<RelayErrorCode>` as the relay said it, `relay.refused.<RefuseReason>` for a `connect`,
 * and our own findings (`relay.protocol`, `relay.key-mismatch`, …).
 */
export class RelayClientError extends ClawReachError {
  override readonly name = 'RelayClientError';
}
