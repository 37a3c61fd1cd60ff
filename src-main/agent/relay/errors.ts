import { ClawReachError } from '#shared/errors.ts';

/**
 * Error of the relay connection. Codes: `relay.<RelayErrorCode>` as sent by the relay, `relay.refused.<RefuseReason>` for a refused `connect`, and
 * errors that this client finds (`relay.protocol`, `relay.key-mismatch`, …).
 */
export class RelayClientError extends ClawReachError {
  override readonly name = 'RelayClientError';
}
