import * as z from 'zod';
import { none, peerId } from '../fields.ts';
import { relayStatus } from './network-schema.ts';

/**
 * Finding peers (C6): devices in the local network, and adding one by hand, by its peer id. What others announce is text of a stranger; nothing of it
 * is proved. Times are milliseconds since 1970.
 */

const foundDevice = z.strictObject({
  /** As long as it is shown. */
  id: z.string().max(32),
  /** `host:port`, where its announcement came from. */
  address: z.string().max(64),
  /** As it calls itself, where it says so: anybody can. */
  name: z.string().max(64).nullable(),
  /** The peer that has announced itself there; to be proved by a link. */
  peer: z.strictObject({ peerId, name: z.string() }).nullable(),
});
export type FoundDevice = z.infer<typeof foundDevice>;

const discoveryView = z.strictObject({
  /** What the person has set. */
  enabled: z.boolean(),
  /** The name of this device is there for everybody in the network to read. */
  showName: z.boolean(),
  state: z.enum(['off', 'on', 'unavailable']),
  /** Key of `ERROR_TEXTS`, in state `unavailable`. */
  problem: z.string().nullable(),
  /** Private networks that this machine is in. */
  networks: z.number().int(),
  /** Peers can find this device; not while it takes no direct connections. */
  announced: z.boolean(),
  /** Peers first. */
  devices: z.array(foundDevice).max(10_064),
});
export type DiscoveryView = z.infer<typeof discoveryView>;

const addingView = z.strictObject({
  adding: z.number().int(),
  /** `waiting`: this device lets itself be added; `asking`: it has asked the other one. */
  side: z.enum(['waiting', 'asking']),
  /**
   * `comparing`: both people compare; `agreed`: the person here has said yes, the other one not yet; `added`: both have, and the two are peers.
   * The last two of these and `failed` are shown for ten minutes more.
   */
  state: z.enum(['waiting', 'comparing', 'agreed', 'added', 'failed']),
  /** When it is over by itself. */
  expiresAt: z.number().int(),
  /** Whom this is about, from `comparing` on. */
  other: z
    .strictObject({
      peerId,
      shortId: z.string(),
      /** As it calls itself; null where it has not said so yet. */
      name: z.string().nullable(),
      safetyNumber: z.string(),
      /** Four words, the same on both screens. */
      words: z.array(z.string()).length(4),
    })
    .nullable(),
  /** Key of `ERROR_TEXTS`, in state `failed`. */
  problem: z.string().nullable(),
});
export type AddingView = z.infer<typeof addingView>;

/** Devices at a relay that are named. */
export const MOST_PRESENT = 1000;

/** A peer id in any spelling. */
const typedId = z.string().min(1).max(128);

export const DISCOVERY_CALLS = {
  'discovery.get': { input: none, output: discoveryView },
  /** Asks the local network who is there; answers after two seconds. */
  'discovery.search': { input: none, output: discoveryView },
  'discovery.set': {
    input: z.strictObject({ enabled: z.boolean().optional(), showName: z.boolean().optional() }),
    output: discoveryView,
  },
  /** Lets one device that knows this one's peer id ask to be added, for ten minutes. `only`: no other than this one. */
  'adding.wait': { input: z.strictObject({ only: typedId.optional() }), output: addingView },
  /** Asks the device with this peer id, which has to be waiting at the same relay. */
  'adding.ask': { input: z.strictObject({ peerId: typedId }), output: addingView },
  'adding.list': { input: none, output: z.array(addingView).max(16) },
  /** Whether words and number are the same on both screens. */
  'adding.answer': { input: z.strictObject({ adding: z.number().int(), same: z.boolean() }), output: addingView },
  /**
   * Whether a peer reaches a relay at that URL, and whether it is the one with this certificate: a connection that leaves at the peer, with its right
   * `forward`.
   */
  'relay.probe': {
    input: z.strictObject({
      peer: z.string().min(1).max(128),
      url: z.string().min(1).max(300),
      pin: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    output: z.strictObject({ found: z.enum(['same', 'other', 'unreachable']), problem: z.string().nullable() }),
  },
  /** From the relay that runs on this machine to the one used before it; without one, nothing changes. */
  'relay.goBack': { input: none, output: relayStatus },
  /** The devices that are at the relay now beside this one, as far as it shows them to this one; of those that are no peers the first group of the id. */
  'relay.present': { input: none, output: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_PRESENT) },
  /** Under which URL this device's invitation links name its relay, where that is another one than its own: the relay is reached from outside by it. */
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
