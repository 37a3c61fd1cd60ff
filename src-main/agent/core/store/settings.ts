import * as z from 'zod';
import { PROXY_MODES } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore, type DocumentDefinition } from './document.ts';

const base64Url = (limit: number) =>
  z
    .string()
    .max(limit)
    .regex(/^[A-Za-z0-9_-]*$/);

/** Default port for direct connections. */
const DIRECT_PORT = 7473;

const relay = z.strictObject({
  url: z.string().max(300).nullable(),
  enabled: z.boolean(),
  /** `ws:` off loopback was allowed by the person. */
  insecure: z.boolean(),
  /** SHA-256 of the relay's TLS key, hexadecimal. */
  tlsPin: z.string().max(128).nullable(),
  /** A person gave that pin, and no connection has shown a certificate with it yet. */
  pinUnproven: z.literal(true).optional(),
  /** The relay's own key, base64url, pinned at the first welcome. */
  relayKey: base64Url(64).nullable(),
  /** URL of this relay in invitation links, if it differs. */
  advertised: z.string().max(300).optional(),
  /** The application on this machine runs it, and only while it is open. */
  own: z.boolean().optional(),
  /** Kept only until the first welcome. */
  admission: z.string().max(256).optional(),
});

/** Memberships that are remembered at most. */
export const MEMBERSHIPS_LIMIT = 256;

const membership = z.strictObject({
  /** Key of the relay, base64url. */
  relayKey: base64Url(44),
  /** 32 hexadecimal digits; null for every project of this device there. */
  project: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  member: z.string().max(64),
  /** Change the relay is still to be told of: that the device is a member, or is removed. */
  owed: z.enum(['member', 'removed']).nullable(),
  /** Enrolment that was given, base64url. */
  enrolment: base64Url(1024).optional(),
});

const settings = z.strictObject({
  relay,
  /** While this device uses the relay that runs on it: the one it used before, and uses again after that. */
  relayBefore: relay.optional(),
  /** While it uses another one: how invitation links named the relay that runs on it, for when that is used again. */
  ownAdvertised: z.string().max(300).optional(),
  /** Direct connections; missing in documents from before there were any. */
  network: z
    .strictObject({
      /** `outbound-only`: this device dials, and takes no connection. */
      listen: z.enum(['on', 'outbound-only']),
      port: z.number().int().min(1).max(65_535),
    })
    .default({ listen: 'on', port: DIRECT_PORT }),
  /** The local network; missing in documents from before devices looked there. */
  discovery: z
    .strictObject({ enabled: z.boolean(), showName: z.boolean() })
    .default({ enabled: true, showName: false }),
  /** Proxy to relays; missing means the system's settings. */
  proxy: z
    .strictObject({
      mode: z.enum(PROXY_MODES),
      /** `http://host:port`. */
      address: z.string().max(300).optional(),
      user: z.string().max(256).optional(),
      /** Sealed. */
      password: base64Url(8192).optional(),
      /** PEM of certificate authorities that count for relays. */
      authorities: z.array(z.string().max(8192)).max(16),
    })
    .optional(),
  deviceName: z.string().min(1).max(64),
  /** Generation of the device's X25519 key. */
  generation: z.number().int().min(1).max(0xffff_ffff),
  /** Enrolments this device has got, base64url. */
  enrolments: z.array(base64Url(4096)).max(64),
  /** Serial of the newest enrolment or removal that this device has signed. */
  membershipSerial: z.number().int().min(0).optional(),
  /** Memberships this device has given, pending until the words are confirmed, and what a relay is still to be told of them. */
  memberships: z.array(membership).max(MEMBERSHIPS_LIMIT).optional(),
  /** A person wants no connection, until then or until they say otherwise; milliseconds since 1970. */
  paused: z.strictObject({ since: z.number().int(), until: z.number().int().nullable() }).optional(),
  /** Terminals that are recorded without being asked for; missing in documents of versions without recordings. */
  recordings: z
    .strictObject({ peers: z.array(z.string().max(64)).max(1000), served: z.boolean() })
    .default({ peers: [], served: false }),
  /** Program of new terminals instead of the login shell. */
  shell: z.string().min(1).max(4096).optional(),
});
/** Membership at a relay that this device has given, or has to take back. */
export type GivenMembership = Readonly<z.infer<typeof membership>>;
export type Settings = Readonly<z.infer<typeof settings>>;

function definition(deviceName: string): DocumentDefinition<Settings> {
  return {
    name: 'settings',
    version: 1,
    schema: settings,
    migrations: {},
    initial: () => ({
      relay: { url: null, enabled: true, insecure: false, tlsPin: null, relayKey: null },
      network: { listen: 'on', port: DIRECT_PORT },
      discovery: { enabled: true, showName: false },
      deviceName,
      generation: 1,
      enrolments: [],
      recordings: { peers: [], served: false },
    }),
  };
}

/** Settings of this device. */
export class SettingsStore {
  readonly #document: DocumentStore<Settings>;
  readonly #listeners = new Set<(settings: Settings) => void>();

  /** @param deviceName Of a device that starts for the first time, 1 to 64 characters. */
  constructor(options: Readonly<{ file: DocumentFile; deviceName: string; logger: Logger }>) {
    this.#document = new DocumentStore(options.file, definition(options.deviceName), options.logger);
  }

  get value(): Settings {
    return this.#document.value;
  }

  /** Saves what the function makes of the settings of now. @throws {StoreError} `store.write`, `store.invalid`; nothing changes then. */
  update(change: (settings: Settings) => Settings): Settings {
    this.#document.save(change(structuredClone(this.value)));
    for (const listener of this.#listeners) listener(this.value);
    return this.value;
  }

  /** Calls the listener after each update; the result takes it off again. */
  onChange(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
