import * as z from 'zod';
import { none } from '../fields.ts';

/** The relay of this device, and the connections it takes itself. Times are milliseconds since 1970. */

/** One honest status model (X11): a state, and where it is not good a code whose text tells cause and next step. */
export const relayStatus = z.strictObject({
  url: z.string().nullable(),
  state: z.enum(['none', 'connecting', 'online', 'waiting', 'failed', 'stopped']),
  /** Key of `ERROR_TEXTS`. */
  problem: z.string().nullable(),
  /** When the next try is due, in state `waiting`. */
  retryAt: z.number().int().nullable(),
  secure: z.boolean(),
  keyId: z.string().nullable(),
  /** The application on this machine runs it, and only while it is open; left out of any other. */
  own: z.literal(true).optional(),
});
export type RelayStatus = z.infer<typeof relayStatus>;

/** How this device takes direct connections. */
const networkView = z.strictObject({
  /** `outbound-only`: this device dials, and takes no connection. */
  listen: z.enum(['on', 'outbound-only']),
  /** The port asked for. */
  port: z.number().int().min(1).max(65_535),
  /** The port in use; another one where that was taken, null where nothing listens. */
  listening: z.number().int().nullable(),
  /** Key of `ERROR_TEXTS`, where nothing listens although it should. */
  problem: z.string().nullable(),
  /** `host:port`, what peers are told. */
  addresses: z.array(z.string()).max(16),
});
export type NetworkView = z.infer<typeof networkView>;

export const NETWORK_CALLS = {
  'relay.configure': {
    input: z.strictObject({
      url: z.string().min(1).max(300),
      /** Admission token of the relay, for this device's first visit. */
      admission: z.string().max(256).optional(),
      /** Allows `ws:` off loopback. */
      insecure: z.boolean().optional(),
      /** SHA-256 of the relay's TLS key, hexadecimal with or without colons; trusts that certificate. */
      pin: z.string().max(128).optional(),
      /** It runs on this machine, for a time: the relay used before is kept, for `relay.goBack`. */
      own: z.boolean().optional(),
      /** Also where nothing answers at that address, and another relay is in use. */
      force: z.boolean().optional(),
    }),
    output: relayStatus,
  },
  /** Waits until the relay connection is up, or fails with the reason why it is not. */
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
