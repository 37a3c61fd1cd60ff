import * as z from 'zod';
import { INTRODUCED_RIGHTS } from '../../identity/index.ts';
import { none, peerId, peerReference } from '../fields.ts';
import { introducedRight, peerView } from './peer-schema.ts';

/** Most targets of one call. */
const MOST_TARGETS = 64;
const rights = z.array(introducedRight).max(INTRODUCED_RIGHTS.length);

/** Calls about introductions: this device makes two of its peers peers of each other. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const INTRODUCTION_CALLS = {
  /**
   * Introduces a peer to others, which decide by their right `introduce` and may ask their person. Returns for each target the code of a refusal, or null,
   * and the name of the machine that the refusal is about: the target or the newcomer.
   */
  'introductions.introduce': {
    input: z.strictObject({
      newcomer: peerReference,
      targets: z.array(peerReference).min(1).max(MOST_TARGETS),
      /** Rights of the newcomer at each target. */
      rights,
      /** Seconds; 30 days at most. */
      life: z
        .number()
        .int()
        .min(60)
        .max(30 * 24 * 3600),
    }),
    output: z.array(
      z.strictObject({ peer: peerId, name: z.string(), problem: z.string().nullable(), at: z.string().optional() }),
    ),
    progress: z.strictObject({ peer: peerId, step: z.literal('approval') }),
  },
  /** Lists the introductions that this device has given and that hold. */
  'introductions.list': {
    input: none,
    output: z.array(
      z.strictObject({
        newcomer: peerId,
        newcomerName: z.string(),
        target: peerId,
        targetName: z.string(),
        endsAt: z.number().int(),
      }),
    ),
  },
  /** Takes back introductions of a newcomer, to one target or to all. Those that are away learn it later. */
  'introductions.end': {
    input: z.strictObject({ newcomer: peerReference, target: peerReference.optional() }),
    output: none,
  },
  /** Sets the rights that a peer with the right `introduce` may give to newcomers without a question. */
  'introductions.handOn': { input: z.strictObject({ peer: peerReference, rights }), output: peerView },
} as const;
