import * as z from 'zod';
import { none, peerId, peerReference } from '../fields.ts';

/** State of this device's connection to its relay. In a bad state, `problem` is an error code; its text names the cause and the next step. */
export const relayStatus = z.strictObject({
  url: z.string().nullable(),
  state: z.enum(['none', 'connecting', 'online', 'waiting', 'failed', 'stopped']),
  /** Error code. */
  problem: z.string().nullable(),
  /** Time of the next attempt, in state `waiting`. */
  retryAt: z.number().int().nullable(),
  secure: z.boolean(),
  keyId: z.string().nullable(),
  /** Pin of the relay's own certificate, 64 hexadecimal digits; undefined if an authority signed the certificate. */
  pin: z.string().optional(),
  /** URL of the relay for other machines; undefined if it is `url`. */
  advertised: z.string().optional(),
  /** Set if the application on this machine runs the relay, which then ends with the application. */
  own: z.literal(true).optional(),
});
export type RelayStatus = z.infer<typeof relayStatus>;

/** State of this device's listener for direct connections. */
const networkView = z.strictObject({
  /** `outbound-only`: this device dials, and takes no connections. */
  listen: z.enum(['on', 'outbound-only']),
  /** Configured port. */
  port: z.number().int().min(1).max(65_535),
  /** Port in use: null if nothing listens, and another than `port` if that one was taken. */
  listening: z.number().int().nullable(),
  /** Error code when nothing listens although it should. */
  problem: z.string().nullable(),
  /** `host:port` as announced to peers. */
  addresses: z.array(z.string()).max(16),
});
export type NetworkView = z.infer<typeof networkView>;

/** Calls that configure the relay and direct connections, part of `AGENT_CALLS`. Times are ms since 1970. */
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
      /** The relay runs temporarily on this machine. The agent stores the previous relay for `relay.goBack`. */
      own: z.boolean().optional(),
      /** Saves the URL even if no relay answers there and another relay is in use. */
      force: z.boolean().optional(),
      /** Saves nothing if another relay works now and the new one doesn't admit this device. */
      onlyIfAdmitted: z.boolean().optional(),
    }),
    output: relayStatus,
  },
  /** Waits up to `timeout` ms for the relay connection; fails with the reason if there is none. */
  'relay.ready': { input: z.strictObject({ timeout: z.number().int().min(0).max(60_000) }), output: relayStatus },

  /**
   * Offers this device's relay to a peer, whose person is asked. Fails with `relay-offer.none` without a relay that other machines can reach with TLS.
   * `online`: the peer is connected to the relay.
   */
  'relayOffers.send': {
    input: z.strictObject({ peer: peerReference }),
    progress: z.enum(['connecting', 'approval']),
    output: z.strictObject({ peerId, name: z.string(), online: z.boolean() }),
  },

  'network.get': { input: none, output: networkView },
  'network.set': {
    input: z.strictObject({
      listen: z.enum(['on', 'outbound-only']).optional(),
      port: z.number().int().min(1).max(65_535).optional(),
    }),
    output: networkView,
  },
} as const;

export const NETWORK_EVENTS = {
  /**
   * A peer's relay that the person here has approved can't be used. `isSet`: this device uses it anyway and goes on trying; otherwise its relay wasn't
   * changed. `code`: error code of the cause.
   */
  'relayOffers.failed': z.strictObject({
    name: z.string(),
    url: z.string(),
    isSet: z.boolean(),
    code: z.string(),
    message: z.string(),
  }),
} as const;
