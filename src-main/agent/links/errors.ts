import { ClawReachError, FormatError } from '#shared/errors.ts';
import { HandshakeError } from '#shared/handshake/index.ts';
import { LinkError } from '#shared/link/index.ts';

/** Findings about a certificate that was verified, in an answer that authenticated: another identity, another key, or one that was replaced. */
const KEY_CHANGED: ReadonlySet<string> = new Set([
  'handshake.wrong-peer',
  'handshake.static-key',
  'handshake.generation',
]);

/**
 * Names a failed answer to our handshake. Only a verified certificate of another key is a changed key; `handshake.damaged` stays what it is, since an
 * answer that does not authenticate may come from anybody.
 */
export function handshakeError(error: unknown): unknown {
  if (error instanceof HandshakeError && KEY_CHANGED.has(error.code)) {
    return new LinkError('link.key-changed', 'the peer answered with another key than the pinned one', {
      cause: error,
      details: { finding: error.code },
    });
  }
  // Sealed by the peer itself, so that nothing on the way has changed it.
  if (error instanceof FormatError) {
    return new LinkError('link.malformed', 'the peer answered with something that cannot be read', {
      cause: error,
      details: { finding: error.code },
    });
  }
  return error;
}

export function codeOf(error: unknown): string {
  return error instanceof ClawReachError ? error.code : 'internal';
}
