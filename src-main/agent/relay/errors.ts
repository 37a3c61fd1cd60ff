import { ClawReachError } from '#shared/errors.ts';

/**
 * Failure of the relay. Codes: `relay.<RelayErrorCode>` as sent by the relay, `relay.refused.<RefuseReason>` for a
 * `connect`, and findings of this client (`relay.protocol`, `relay.key-mismatch`, …).
 */
export class RelayClientError extends ClawReachError {
  override readonly name = 'RelayClientError';
}
