import * as z from 'zod';
import { PLAIN_RELAY_KINDS } from '../../plain-relay/index.ts';
import { none, peerId } from '../fields.ts';
import { PLAIN_RELAY_RIGHTS, grant, rightDecision } from './peer-schema.ts';

/** Most plain relays of a profile. */
export const MOST_PLAIN_RELAYS = 8;

/** Reference to a plain relay as a person types it: its name, its host, or the beginning of its ID. */
const relay = z.string().min(1).max(300);
const path = z.string().min(1).max(4096);

const trust = {
  /** Pin of the relay's own certificate, 64 hexadecimal digits. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** Allows a relay on another machine without TLS. */
  insecure: z.boolean().optional(),
};

/** States of the connection to a plain relay. `stopped`: until a person acts. `off`: switched off, or the device is paused. */
export const PLAIN_RELAY_STATES = ['connecting', 'online', 'waiting', 'stopped', 'off'] as const;

const plainRelayView = z.strictObject({
  /** ID of the principal, in the form of a peer ID. It belongs to no key. */
  id: peerId,
  /** Name of the principal: `Plain relay HOST`. */
  name: z.string().max(128),
  /** Host of the relay, with its port if it isn't the usual one. */
  host: z.string().max(300),
  url: z.string().max(300),
  /** A connector serves terminals and prompts, a node only prompts. */
  kind: z.enum(PLAIN_RELAY_KINDS),
  /** Path of the file with the token. */
  config: z.string(),
  enabled: z.boolean(),
  state: z.enum(PLAIN_RELAY_STATES),
  /** Time of the last change of `state`. */
  since: z.number().int(),
  /** Time of the next attempt to connect; null if none is planned. */
  retryAt: z.number().int().nullable(),
  /** Error code of the last failure; null while the relay is online. */
  problem: z.string().max(128).nullable(),
  /** Values for the text of `problem`. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  rights: z.record(z.enum(PLAIN_RELAY_RIGHTS), grant),
  /** Terminals of this relay here, including those that wait for an approval. */
  terminals: z.number().int(),
  /** Requests to OpenClaw that are running. */
  requests: z.number().int(),
  /** Always set: the relay can read what it carries, and type in its terminals. */
  relayReads: z.literal(true),
});
/** Plain relay to which this device is connected as a connector or node of the documented protocol. */
export type PlainRelayView = z.infer<typeof plainRelayView>;

const plainRelays = z.array(plainRelayView).max(MOST_PLAIN_RELAYS);

/**
 * Calls about plain relays, which can read what they carry. A person accepts that before the calls `pair` and `add`. Part of `AGENT_CALLS`. Times are
 * ms since 1970.
 */
export const PLAIN_RELAY_CALLS = {
  'plainRelays.list': { input: none, output: plainRelays },
  /** Exchanges a pairing code for the token of a connector, writes the configuration file, and connects. */
  'plainRelays.pair': {
    input: z.strictObject({
      code: z.string().max(64),
      /** Address of the relay's functions, which ends with `/functions/v1`. */
      api: z.string().max(300),
      /** Name of this device at the relay. */
      name: z.string().min(1).max(100),
      /** File to write, an absolute path; without it, one in the profile with the host in its name. */
      config: path.optional(),
      ...trust,
    }),
    output: plainRelayView,
  },
  /** Connects by an existing configuration file, of a connector or a node. */
  'plainRelays.add': { input: z.strictObject({ config: path, ...trust }), output: plainRelayView },
  /** Switches a relay on or off. Switching on also retries after a problem. */
  'plainRelays.enable': { input: z.strictObject({ relay, enabled: z.boolean() }), output: plainRelayView },
  'plainRelays.setRight': {
    input: z.strictObject({
      relay,
      right: z.enum(PLAIN_RELAY_RIGHTS),
      decision: rightDecision,
      expiresAt: z.number().int().nullable(),
    }),
    output: plainRelayView,
  },
  /** Ends all terminals and requests of a relay, or of all. */
  'plainRelays.end': {
    input: z.strictObject({ relay: relay.optional() }),
    output: z.strictObject({ terminals: z.number().int(), requests: z.number().int() }),
  },
  /** Disconnects from a relay and forgets it. Its configuration file stays. */
  'plainRelays.remove': { input: z.strictObject({ relay }), output: none },
} as const;

/** Event with all plain relays, sent after each change. */
export const PLAIN_RELAY_EVENTS = { 'plainRelays.changed': plainRelays } as const;
