import { FormatError } from '#shared/errors.ts';
import { HandshakeError } from '#shared/handshake/index.ts';
import { LinkError } from '#shared/link/index.ts';

/** Codes of an authentic answer with the verified certificate of another identity, another key or a replaced key. */
const KEY_CHANGED: ReadonlySet<string> = new Set([
  'handshake.wrong-peer',
  'handshake.static-key',
  'handshake.generation',
]);

/**
 * Converts an error of the initiator's handshake into the error of the link. Only a verified certificate with another key becomes `link.key-changed`;
 * `handshake.damaged` stays unchanged, since anyone on the path can send an answer that doesn't authenticate. Used by `HandshakeInitiator`. Pure.
 */
export function handshakeError(error: unknown): unknown {
  if (error instanceof HandshakeError && KEY_CHANGED.has(error.code)) {
    return new LinkError('link.key-changed', 'the peer answered with another key than the pinned one', {
      cause: error,
      details: { finding: error.code },
    });
  }
  // The peer sealed the answer, so it was not changed in transit.
  if (error instanceof FormatError) {
    return new LinkError('link.malformed', 'the peer answered with something that cannot be read', {
      cause: error,
      details: { finding: error.code },
    });
  }
  return error;
}
