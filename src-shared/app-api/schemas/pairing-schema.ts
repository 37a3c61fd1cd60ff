import * as z from 'zod';
import { none, peerReference } from '../fields.ts';
import { browserLife, pairingWordList, peerView, right } from './peer-schema.ts';

const pairingResult = z.strictObject({
  peer: peerView,
  words: pairingWordList,
});
/** New peer, and the words to compare. */
export type PairingResult = z.infer<typeof pairingResult>;

/** Calls that pair this device with another by a code or link, part of `AGENT_CALLS`. Times are ms since 1970. */
export const PAIRING_CALLS = {
  /** Creates an invitation. The rights in `allow` take effect after `pairing.confirm`; the same applies to `pairing.join`. */
  'pairing.invite': {
    input: z.strictObject({ allow: z.array(right).max(8), link: z.boolean().optional() }),
    output: z.strictObject({
      pairing: z.number().int(),
      /** `ABCD-1234`; null in the link form. */
      code: z.string().nullable(),
      link: z.string().nullable(),
      /** Pin of the relay's own certificate, hexadecimal, which the other machine must trust; null if none is needed. A link contains the pin. */
      pin: z.string().nullable(),
      expiresAt: z.number().int(),
      /** URL of the relay through which the invitation works; null: only in this network. */
      relay: z.string().nullable(),
      /** True if the relay holds one invitation of this device at a time, as those of earlier versions do: another one replaces this. */
      alone: z.literal(true).optional(),
      /** `host:port` of this device, at which the invitation works without a relay; empty if it accepts no direct connections. */
      addresses: z.array(z.string().max(80)).max(16),
      /**
       * Relay that can't be used now, so that the invitation works in this network. `returns`: also at the relay, once it is back. `problem`: code of
       * what a person has to solve first, such as `relay.removed`; undefined if the relay can't be reached.
       */
      away: z.strictObject({ url: z.string(), returns: z.boolean(), problem: z.string().optional() }).optional(),
    }),
  },
  /** Waits until another device has used the invitation. */
  'pairing.result': {
    input: z.strictObject({ pairing: z.number().int() }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  /**
   * Joins with a code or link. A code is looked for in the local network, and at the relay if there is one; `at` names the machine's address. Aborting
   * the call cancels the pairing.
   */
  'pairing.join': {
    input: z.strictObject({
      codeOrLink: z.string().min(1).max(1024),
      allow: z.array(right).max(8),
      /** Address or host name of the machine that shows the code, with or without a port; without it, the agent searches. */
      at: z.string().min(1).max(300).optional(),
    }),
    output: pairingResult,
    progress: z.enum(['joined', 'confirming']),
  },
  /**
   * Reports that a person has compared these words and found them equal: the peer's pending rights apply from now on. If the words differ, call
   * `peers.forget`. `life`: lifetime of a browser from now on, in which it may open terminals; default 12 hours, or its tab if it keeps no keys.
   */
  'pairing.confirm': {
    input: z.strictObject({ peer: peerReference, words: pairingWordList, life: browserLife.optional() }),
    output: peerView,
  },
  'pairing.cancel': { input: z.strictObject({ pairing: z.number().int() }), output: none },
} as const;
