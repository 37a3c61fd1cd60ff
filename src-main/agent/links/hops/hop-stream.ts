import * as z from 'zod';
import { ClawReachError } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { FramedMessageReader, type FramedMessage } from '#node/sockets/index.ts';
import type { LinkStream } from '#shared/link/index.ts';

/**
 * No way through another peer. Codes: `via.params`, `via.self`, `via.busy`, `via.unreachable` (the middle peer does not reach the target, or
 * does not know it), `via.refused` (the middle peer lets us not), `via.chain` (it is to be reached through another one itself), `via.no-answer`, `via.aborted`.
 */
export class HopError extends ClawReachError {
  override readonly name = 'ViaError';
}

/** Only the canonical text: one peer, one spelling. */
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
 * Params of OPEN of a `relay` stream: `to` asks a middle peer for a way on, `from` is that way's end at the target. `ask: false`: no person has
 * asked for it, so none is to be asked.
 */
export type HopStreamParams = z.infer<typeof hopStreamParams>;

/** @throws {HopError} `via.params` */
export function parseHopStreamParams(value: unknown): HopStreamParams {
  const parsed = hopStreamParams.safeParse(value);
  if (!parsed.success) throw new HopError('via.params', 'the params are those of no relay stream');
  return parsed.data;
}

/**
 * The framed handshake message at the beginning of a stream, and what came behind it; undefined when the stream ends before, or brings
 * something else.
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
