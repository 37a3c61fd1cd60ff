import { AuthenticationError, ClawReachError, FormatError } from '#shared/errors.ts';
import { HandshakeError } from '#shared/handshake/index.ts';
import { LinkError } from '#shared/link/index.ts';

/** Findings that mean: whoever answered does not hold the key we pinned, or somebody changed its answer. */
const KEY_CHANGED: ReadonlySet<string> = new Set([
  'handshake.wrong-peer',
  'handshake.static-key',
  'handshake.generation',
]);

/** What a failed answer to our handshake is called: a person must look before another try. */
export function answerError(error: unknown): unknown {
  // An answer that was cut short is no better than one that was changed: a peer sends neither.
  const changed =
    error instanceof AuthenticationError ||
    error instanceof FormatError ||
    (error instanceof HandshakeError && KEY_CHANGED.has(error.code));
  if (!changed) return error;
  return new LinkError('link.key-changed', 'the peer answered with another key than the pinned one', {
    cause: error,
    details: { finding: error.code },
  });
}

export function codeOf(error: unknown): string {
  return error instanceof ClawReachError ? error.code : 'internal';
}
