import * as z from 'zod';
import { ClawReachError } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { FramedMessageReader, type FramedMessage } from '#node/sockets/index.ts';
import type { LinkStream } from '#shared/link/index.ts';

/**
 * Failure of a path through hops. Codes: `via.params`, `via.self`, `via.busy`, `via.unreachable` (the hop cannot reach
 * the target or does not know it), `via.refused` (the hop does not allow pass-through), `via.chain` (the hop is itself
 * reached through a hop), `via.no-answer`, `via.aborted`.
 */
export class HopError extends ClawReachError {
  override readonly name = 'ViaError';
}

/** Accepts only the canonical spelling of a peer ID. */
const peerId = z
  .string()
  .max(64)
  .transform((text, context): PeerId => {
    try {
      const id = parsePeerId(text);
      if (id === text) return id;
    } catch {
      // Told below, without the parser's words.
    }
    context.addIssue({ code: 'custom', message: 'not a peer id' });
    return z.NEVER;
  });

export const hopStreamParams = z.union([
  z.strictObject({ to: peerId, ask: z.literal(false).optional() }),
  z.strictObject({ from: peerId }),
]);

/**
 * Params of a `relay` stream's OPEN: `to` asks a hop to pass on to that peer, `from` marks the stream's end at the
 * destination. `ask: false`: no user requested it, so the hop's user must not be asked.
 */
export type HopStreamParams = z.infer<typeof hopStreamParams>;

/**
 * Parses the params of a `relay` stream.
 * @throws {HopError} `via.params`
 */
export function parseHopStreamParams(value: unknown): HopStreamParams {
  const parsed = hopStreamParams.safeParse(value);
  if (!parsed.success) throw new HopError('via.params', 'the params are those of no relay stream');
  return parsed.data;
}

/**
 * Reads the framed handshake message at the start of a stream, and the bytes behind it; undefined when the stream ends
 * early or carries something else.
 * @throws {LinkError} of the stream
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
