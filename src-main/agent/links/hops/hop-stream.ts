import * as z from 'zod';
import { FramedMessageReader, type FramedMessage } from '#shared/handshake/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Error of a path through hops. Codes: `via.params`, `via.self`, `via.busy`, `via.unreachable` (the hop can't reach the target or doesn't know it),
 * `via.refused` (the hop doesn't allow pass-through), `via.chain` (the hop is itself reached through a hop), `via.hop-lost` (`HopLostError`),
 * `via.no-answer`, `via.aborted`.
 */
export class HopError extends ClawReachError {
  override readonly name = 'ViaError';
}

/** Schema of a peer ID in its canonical spelling. */
const peerId = z
  .string()
  .max(64)
  .transform((text, context): PeerId => {
    try {
      const id = parsePeerId(text);
      if (id === text) return id;
    } catch {
      // Reported below, without the parser's message.
    }
    context.addIssue({ code: 'custom', message: 'not a peer id' });
    return z.NEVER;
  });

/** Schema of `HopStreamParams`. */
export const hopStreamParams = z.union([
  z.strictObject({ to: peerId, ask: z.literal(false).optional() }),
  z.strictObject({ from: peerId }),
]);

/**
 * Parameters of a `relay` stream's OPEN. `to`: asks a hop for a path to that peer. `from`: sent by the hop to the destination. `ask: false`: no user
 * requested the path, so the hop must not ask its user.
 */
export type HopStreamParams = z.infer<typeof hopStreamParams>;

/**
 * Parses the parameters of a `relay` stream.
 * @throws {HopError} `via.params`
 */
export function parseHopStreamParams(value: unknown): HopStreamParams {
  const parsed = safeParse(hopStreamParams, value);
  if (!parsed.success) throw new HopError('via.params', 'the params are not those of a relay stream');
  return parsed.data;
}

/**
 * Reads the framed handshake message at the start of a stream, and the bytes behind it; undefined if the stream ends early or carries something else.
 * Used by both ends of a hop's stream.
 * @throws {LinkError} error of the stream
 */
export async function readHandshakeMessage(stream: LinkStream): Promise<FramedMessage | undefined> {
  const reader = new FramedMessageReader();
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) return undefined;
    const read = reader.push(buffer.subarray(0, length));
    if (read === 'malformed') return undefined;
    if (read !== 'incomplete') return read;
  }
}
