import * as z from 'zod';
import { none, peerReference } from '../fields.ts';
import { pairingWordList, peerView, right } from './peer-schema.ts';

/** Pairing by a code or a link. Times are ms since 1970. */

const pairingResult = z.strictObject({
  peer: peerView,
  words: pairingWordList,
});
export type PairingResult = z.infer<typeof pairingResult>;

export const PAIRING_CALLS = {
  /** Creates an invitation. `allow` is pending until `pairing.confirm`, as with `pairing.join`. */
  'pairing.invite': {
    input: z.strictObject({ allow: z.array(right).max(8), link: z.boolean().optional() }),
    output: z.strictObject({
      pairing: z.number().int(),
      /** `ABCD-1234`; null in the link form. */
      code: z.string().nullable(),
      link: z.string().nullable(),
      /** Hexadecimal pin of a relay with its own certificate, which the other machine has to trust; a link contains it. */
      pin: z.string().nullable(),
      expiresAt: z.number().int(),
    }),
  },
  /** Waits for the other side of an invitation. */
  'pairing.result': {
    input: z.strictObject({ pairing: z.number().int() }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  'pairing.join': {
    input: z.strictObject({ codeOrLink: z.string().min(1).max(1024), allow: z.array(right).max(8) }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  /** Confirms that a person has compared these words: the peer's pending rights apply from now on. If the words differ, call `peers.forget`. */
  'pairing.confirm': { input: z.strictObject({ peer: peerReference, words: pairingWordList }), output: peerView },
  'pairing.cancel': { input: z.strictObject({ pairing: z.number().int() }), output: none },
} as const;
