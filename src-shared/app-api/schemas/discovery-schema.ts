import * as z from 'zod';
import { none, peerId } from '../fields.ts';
import { relayStatus } from './network-schema.ts';

/*
 * Schemas of the discovery of devices in the local network, and of adding a peer by its ID. Announcements are unauthenticated text.
 * Times are ms since 1970.
 */

const foundDevice = z.strictObject({
  /** Valid while the device is listed. */
  id: z.string().max(32),
  /** `host:port` from which the announcement came. */
  address: z.string().max(64),
  /** Announced name, which anyone can choose; null without one. */
  name: z.string().max(64).nullable(),
  /** Peer that announced itself there; only a link proves it. */
  peer: z.strictObject({ peerId, name: z.string() }).nullable(),
});
export type FoundDevice = z.infer<typeof foundDevice>;

const discoveryView = z.strictObject({
  /** Setting of the person. */
  enabled: z.boolean(),
  /** Everyone in the network can read this device's name. */
  showName: z.boolean(),
  state: z.enum(['off', 'on', 'unavailable']),
  /** Error code, in state `unavailable`. */
  problem: z.string().nullable(),
  /** Number of private networks of this machine. */
  networks: z.number().int(),
  /** Peers can find this device; not while it takes no direct connections. */
  announced: z.boolean(),
  /** Peers first. */
  devices: z.array(foundDevice).max(10_064),
});
export type DiscoveryView = z.infer<typeof discoveryView>;

const addingView = z.strictObject({
  adding: z.number().int(),
  /** `waiting`: this device can be added; `asking`: it has asked the other one. */
  side: z.enum(['waiting', 'asking']),
  /**
   * `comparing`: both people compare; `agreed`: only the person here has confirmed; `added`: both have, and the devices are peers. `added`, `agreed`
   * and `failed` stay visible for ten minutes.
   */
  state: z.enum(['waiting', 'comparing', 'agreed', 'added', 'failed']),
  /** Time at which it ends by itself. */
  expiresAt: z.number().int(),
  /** Other device, from `comparing` on. */
  other: z
    .strictObject({
      peerId,
      shortId: z.string(),
      /** Name that it announces; null before. */
      name: z.string().nullable(),
      safetyNumber: z.string(),
      /** Four words, equal on both screens. */
      words: z.array(z.string()).length(4),
    })
    .nullable(),
  /** Error code, in state `failed`. */
  problem: z.string().nullable(),
});
export type AddingView = z.infer<typeof addingView>;

/** Most devices listed at a relay. */
export const MOST_PRESENT = 1000;

/** Peer ID in any spelling. */
const typedId = z.string().min(1).max(128);

export const DISCOVERY_CALLS = {
  'discovery.get': { input: none, output: discoveryView },
  /** Searches the local network; answers after two seconds. */
  'discovery.search': { input: none, output: discoveryView },
  'discovery.set': {
    input: z.strictObject({ enabled: z.boolean().optional(), showName: z.boolean().optional() }),
    output: discoveryView,
  },
  /** Lets one device that knows this one's peer ID ask to be added, for ten minutes. `only` limits it to that device. */
  'adding.wait': { input: z.strictObject({ only: typedId.optional() }), output: addingView },
  /** Asks the device with this peer ID, which must be waiting at the same relay. */
  'adding.ask': { input: z.strictObject({ peerId: typedId }), output: addingView },
  'adding.list': { input: none, output: z.array(addingView).max(16) },
  /** Confirms or denies that words and number are equal on both screens. */
  'adding.answer': { input: z.strictObject({ adding: z.number().int(), same: z.boolean() }), output: addingView },
  /**
   * Tests whether a peer reaches the relay with this certificate at the URL, through a connection that leaves at the peer under its right `forward`.
   */
  'relay.probe': {
    input: z.strictObject({
      peer: z.string().min(1).max(128),
      url: z.string().min(1).max(300),
      pin: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    output: z.strictObject({ found: z.enum(['same', 'other', 'unreachable']), problem: z.string().nullable() }),
  },
  /** Returns from this machine's own relay to the previous one; does nothing without one. */
  'relay.goBack': { input: none, output: relayStatus },
  /** Lists other devices at the relay that it shows to this one; strangers by the first group of their ID. */
  'relay.present': { input: none, output: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_PRESENT) },
  /** Relay URL in this device's invitation links, if it differs from the configured one, because others reach the relay from outside. */
  'relay.advertised': { input: none, output: z.strictObject({ url: z.string().nullable() }) },
  'relay.advertise': {
    input: z.strictObject({ url: z.string().min(1).max(300).nullable() }),
    output: z.strictObject({ url: z.string().nullable() }),
  },
  'adding.cancel': { input: z.strictObject({ adding: z.number().int() }), output: none },
} as const;

export const DISCOVERY_EVENTS = {
  /** At most four times a second. */
  'discovery.changed': discoveryView,
  'adding.changed': addingView,
} as const;
