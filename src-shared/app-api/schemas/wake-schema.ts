import * as z from 'zod';
import { peerId, peerReference } from '../fields.ts';

/** Most peers that a person names to wake a machine. */
export const MOST_WAKERS = 8;

/** Calls that wake machines. Part of `AGENT_CALLS`. */
export const WAKE_CALLS = {
  /**
   * Has a machine woken that is asleep. `via`: peers that send the packets, whose persons may be asked; undefined: this machine and all peers that need
   * to ask no one. Fails with `wake.no-card` or `wake.no-sender`. Nothing says that the machine wakes up: it is awake when it is online.
   */
  'wake.send': {
    input: z.strictObject({ peer: peerReference, via: z.array(peerReference).min(1).max(MOST_WAKERS).optional() }),
    /** Peer whose person is asked. */
    progress: z.strictObject({ peer: peerId, name: z.string() }),
    output: z.strictObject({
      peerId,
      name: z.string(),
      /** Machines that have sent packets, and into how many networks; `by` and `name` are null for this machine. */
      sent: z.array(
        z.strictObject({ by: peerId.nullable(), name: z.string().nullable(), networks: z.number().int().min(1) }),
      ),
      /** Peers of `via` that have sent none, with an error code each. */
      failed: z.array(z.strictObject({ by: peerId, name: z.string(), code: z.string() })),
    }),
  },
} as const;
