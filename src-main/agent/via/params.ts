import * as z from 'zod';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { HopError } from './errors.ts';

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

export const viaParams = z.union([
  z.strictObject({ to: peerId, ask: z.literal(false).optional() }),
  z.strictObject({ from: peerId }),
]);

/**
 * Params of OPEN of a `relay` stream: `to` asks a middle peer for a way on, `from` is that way's end at the target. `ask: false`: no person has
 * asked for it, so none is to be asked.
 */
export type HopStreamParams = z.infer<typeof viaParams>;

/** @throws {HopError} `via.params` */
export function parseViaParams(value: unknown): HopStreamParams {
  const parsed = viaParams.safeParse(value);
  if (!parsed.success) throw new HopError('via.params', 'the params are those of no relay stream');
  return parsed.data;
}
