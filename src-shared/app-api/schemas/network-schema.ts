import * as z from 'zod';
import { none } from '../fields.ts';

/** Relay of this device, and its direct connections. Times are ms since 1970. */

/** Relay connection: a state, and for a bad one a code whose text has cause and next step. */
export const relayStatus = z.strictObject({
  url: z.string().nullable(),
  state: z.enum(['none', 'connecting', 'online', 'waiting', 'failed', 'stopped']),
  /** Error code. */
  problem: z.string().nullable(),
  /** Time of the next attempt, in state `waiting`. */
  retryAt: z.number().int().nullable(),
  secure: z.boolean(),
  keyId: z.string().nullable(),
  /** Set when the application on this machine runs the relay, which lasts only while it is open. */
  own: z.literal(true).optional(),
});
export type RelayStatus = z.infer<typeof relayStatus>;

/** State of this device's direct connections. */
const networkView = z.strictObject({
  /** `outbound-only`: this device dials, and takes no connections. */
  listen: z.enum(['on', 'outbound-only']),
  /** Configured port. */
  port: z.number().int().min(1).max(65_535),
  /** Port in use; another one if the configured one was taken, null if nothing listens. */
  listening: z.number().int().nullable(),
  /** Error code when nothing listens although it should. */
  problem: z.string().nullable(),
  /** `host:port` as announced to peers. */
  addresses: z.array(z.string()).max(16),
});
export type NetworkView = z.infer<typeof networkView>;

export const NETWORK_CALLS = {
  'relay.configure': {
    input: z.strictObject({
      url: z.string().min(1).max(300),
      /** Admission token of the relay for this device's first connection. */
      admission: z.string().max(256).optional(),
      /** Allows `ws:` to other machines. */
      insecure: z.boolean().optional(),
      /** SHA-256 of the relay's TLS key, hexadecimal with or without colons; trusts that certificate. */
      pin: z.string().max(128).optional(),
      /** The relay runs on this machine for a time: the previous one is remembered for `relay.goBack`. */
      own: z.boolean().optional(),
      /** Saves an address at which nothing answers, even if another relay is in use. */
      force: z.boolean().optional(),
    }),
    output: relayStatus,
  },
  /** Waits for the relay connection, or fails with the reason. */
  'relay.ready': { input: z.strictObject({ timeout: z.number().int().min(0).max(60_000) }), output: relayStatus },

  'network.get': { input: none, output: networkView },
  'network.set': {
    input: z.strictObject({
      listen: z.enum(['on', 'outbound-only']).optional(),
      port: z.number().int().min(1).max(65_535).optional(),
    }),
    output: networkView,
  },
} as const;
