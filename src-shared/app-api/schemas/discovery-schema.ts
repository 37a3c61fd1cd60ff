import * as z from 'zod';
import { none, peerId } from '../fields.ts';
import { relayStatus } from './network-schema.ts';
import { browserLife, browserOffer, PEER_SYSTEMS } from './peer-schema.ts';

const discoveredDeviceView = z.strictObject({
  /** ID of the entry, valid while the device is listed. */
  id: z.string().max(32),
  /** `host:port` from which the announcement came. */
  address: z.string().max(64),
  /** Further addresses at which the same machine announces itself. */
  others: z.array(z.string().max(64)).max(8).optional(),
  /** Announced operating system, which proves nothing. */
  system: z.enum(PEER_SYSTEMS).optional(),
  /** Announced name, which anyone can choose; null without one. */
  name: z.string().max(64).nullable(),
  /** Name of a peer with which people confuse the announced name, which is therefore not shown. */
  alike: z.string().optional(),
  /** Peer that claims this announcement; only a link proves the claim. Null for a stranger. */
  peer: z.strictObject({ peerId, name: z.string() }).nullable(),
  /** The device announces an open pairing code. */
  inviting: z.boolean(),
  /** Round trip, ms, as measured by the last `discovery.search` with `measure`; null for peers, and without an answer. */
  roundTrip: z.number().nonnegative().nullable(),
});
/** Device found in the local network by its announcement, which is unauthenticated. */
export type DiscoveredDeviceView = z.infer<typeof discoveredDeviceView>;

const discoveryView = z.strictObject({
  /** Discovery is switched on by the person. */
  enabled: z.boolean(),
  /**
   * This device announces its name, which everyone in the network can then read. Unless the person has chosen, true while it shows a pairing code
   * or has no peers.
   */
  showName: z.boolean(),
  state: z.enum(['off', 'on', 'unavailable']),
  /** Error code, in state `unavailable`. */
  problem: z.string().nullable(),
  /** Number of private networks of this machine. */
  networks: z.number().int(),
  /** Peers can find this device. False while this device accepts no direct connections. */
  announced: z.boolean(),
  /** Found devices, peers first. */
  devices: z.array(discoveredDeviceView).max(10_064),
});
/** Settings, state and results of the discovery in the local network. */
export type DiscoveryView = z.infer<typeof discoveryView>;

const addingView = z.strictObject({
  adding: z.number().int(),
  /** `waiting`: this device lets another one ask. `asking`: this device has asked the other one. */
  side: z.enum(['waiting', 'asking']),
  /** Link for `adding.ask` at another device, also as a QR code; set while this device waits. It is no secret. */
  link: z.string().max(1024).optional(),
  /**
   * `comparing`: both people compare the words. `agreed`: only the person here has confirmed. `added`: both people have confirmed, and the devices
   * are peers. `added`, `agreed` and `failed` stay visible for ten minutes.
   */
  state: z.enum(['waiting', 'comparing', 'agreed', 'added', 'failed']),
  /** Time at which the attempt ends by itself. */
  expiresAt: z.number().int(),
  /** Other device; null before `comparing`. */
  other: z
    .strictObject({
      peerId,
      shortId: z.string(),
      /** Name that the other device announces; null before it does. */
      name: z.string().nullable(),
      safetyNumber: z.string(),
      /** Pairing words, equal on both screens. */
      words: z.array(z.string()).length(4),
      /** Set for a browser: the lifetime that it's given here unless a person chooses another one. */
      browser: browserLife.optional(),
    })
    .nullable(),
  /** Error code, in state `failed`. */
  problem: z.string().nullable(),
});
/** Attempt to add a peer by its ID. */
export type AddingView = z.infer<typeof addingView>;

const addRequestView = z.strictObject({
  peerId,
  shortId: z.string(),
  /** Name that the browser announces. */
  name: z.string().max(64),
  system: z.enum(PEER_SYSTEMS),
  /** Account that the browser belongs to, by the relay's word alone. */
  account: z.string().max(320),
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
});
/** Request of a browser of this device's account to be added. It proves nothing; `adding.ask` with its ID compares words. */
export type AddRequestView = z.infer<typeof addRequestView>;
const addRequests = z.array(addRequestView).max(16);

/** Maximum number of devices in the answer to `relay.present`. */
export const MOST_PRESENT = 1000;

/** Peer ID as a person types it, with any case and separators. */
const typedId = z.string().min(1).max(128);
/** Link of a device that waits. */
const addLink = z
  .string()
  .max(1024)
  .regex(/^\s*clawreach:\/\/add\b/i);

/**
 * Calls that find devices in the local network, add a peer by its ID (`adding.*`), and look at the relay (`relay.*`). Part of `AGENT_CALLS`.
 * Announcements in the local network are unauthenticated text. Times are ms since 1970.
 */
export const DISCOVERY_CALLS = {
  'discovery.get': { input: none, output: discoveryView },
  /**
   * Searches the local network and answers after two seconds. `measure` also measures the round trips to found devices that aren't peers; set it only
   * while a person looks at the list, since it connects to them.
   */
  'discovery.search': { input: z.strictObject({ measure: z.boolean().optional() }), output: discoveryView },
  'discovery.set': {
    input: z.strictObject({ enabled: z.boolean().optional(), showName: z.boolean().optional() }),
    output: discoveryView,
  },
  /** Lets one device that knows this one's peer ID ask to be added, for ten minutes. `only` limits it to that device. */
  'adding.wait': { input: z.strictObject({ only: typedId.optional() }), output: addingView },
  /** Asks the device with this peer ID, or that of a link, to become a peer. The device must be waiting at the same relay. */
  'adding.ask': { input: z.strictObject({ peerId: z.union([typedId, addLink]) }), output: addingView },
  /** Asks the other devices of this browser's account to add it, which waits in the adding. Each of them shows the request. */
  'adding.request': { input: z.strictObject({ adding: z.number().int() }), output: none },
  /** Lists the requests of browsers to be added by this device. */
  'adding.requests': { input: none, output: addRequests },
  /** Removes such a request. */
  'adding.dismiss': { input: z.strictObject({ peerId }), output: none },
  'adding.list': { input: none, output: z.array(addingView).max(16) },
  /** Confirms (`same`) or denies that words and safety number are equal on both screens. `life`: lifetime of a browser here. */
  'adding.answer': {
    input: z.strictObject({ adding: z.number().int(), same: z.boolean(), life: browserOffer.optional() }),
    output: addingView,
  },
  /**
   * Tests whether a peer reaches the relay at the URL, and whether that relay has the pinned certificate. The test connection leaves from the peer,
   * under the peer's right `forward`.
   */
  'relay.probe': {
    input: z.strictObject({
      peer: z.string().min(1).max(128),
      url: z.string().min(1).max(300),
      pin: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    output: z.strictObject({ found: z.enum(['same', 'other', 'unreachable']), problem: z.string().nullable() }),
  },
  /** Returns from the relay on this machine to the previous one; does nothing without a previous one. */
  'relay.goBack': { input: none, output: relayStatus },
  /** Uses no relay from now on: machines in one network stay linked, others are out of reach until a relay is set again. */
  'relay.leave': { input: none, output: relayStatus },
  /** Lists the other devices that the relay shows to this one. A device that isn't a peer is named by the first group of its ID. */
  'relay.present': { input: none, output: z.array(z.strictObject({ peerId, name: z.string() })).max(MOST_PRESENT) },
  /**
   * Returns the relay URL that this device's invitation links contain, if it differs from the configured URL because other devices reach the relay at
   * another address.
   */
  'relay.advertised': { input: none, output: z.strictObject({ url: z.string().nullable() }) },
  /** Sets that URL; null uses the configured one. */
  'relay.advertise': {
    input: z.strictObject({ url: z.string().min(1).max(300).nullable() }),
    output: z.strictObject({ url: z.string().nullable() }),
  },
  'adding.cancel': { input: z.strictObject({ adding: z.number().int() }), output: none },
} as const;

/** Events about discovery, and about each attempt to add a peer by its ID. */
export const DISCOVERY_EVENTS = {
  /** Sent at most four times a second. */
  'discovery.changed': discoveryView,
  'adding.changed': addingView,
  'adding.requested': addRequests,
} as const;
