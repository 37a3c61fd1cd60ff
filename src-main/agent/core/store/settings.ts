import * as z from 'zod';
import { BROWSER_MODES, loopLimits, MACHINE_ORDERS, PROXY_MODES } from '#shared/app-api/index.ts';
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
  /** The person allowed `ws:` to a relay on another machine. */
  insecure: z.boolean(),
  /** SHA-256 of the relay's TLS key, hexadecimal. */
  tlsPin: z.string().max(128).nullable(),
  /** Set while the person's pin is unconfirmed: no connection has shown a matching certificate yet. */
  pinUnproven: z.literal(true).optional(),
  /** Public key of the relay, base64url, pinned at the first welcome message. */
  relayKey: base64Url(64).nullable(),
  /** URL of this relay in invitation links; missing if it equals `url`. */
  advertised: z.string().max(300).optional(),
  /** True if the application on this machine runs the relay. It then runs only while the application is open. */
  own: z.boolean().optional(),
  /** Admission token, kept until the relay's first welcome message. */
  admission: z.string().max(256).optional(),
});

/** Most memberships remembered. */
export const MEMBERSHIPS_LIMIT = 256;

/** Project at a relay that this device has given to an account. */
const accountLink = z.strictObject({
  /** Public key of the relay, base64url. */
  relayKey: base64Url(44),
  project: z.string().regex(/^[0-9a-f]{32}$/),
  account: z.strictObject({
    id: z.string().regex(/^[0-9a-f]{32}$/),
    address: z.string().max(320),
    name: z.string().max(256),
  }),
  linkedAt: z.number().int(),
});

/** Schema of one `GivenMembership`. */
const membership = z.strictObject({
  /** Public key of the relay, base64url. */
  relayKey: base64Url(44),
  /** Project in 32 hexadecimal digits; null for all projects of this device at the relay. */
  project: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  member: z.string().max(64),
  /** Change that the relay has not confirmed yet; null for none. */
  owed: z.enum(['member', 'removed']).nullable(),
  /** Enrolment that this device signed, base64url. */
  enrolment: base64Url(1024).optional(),
});

const settings = z.strictObject({
  relay,
  /** Relay that this device used before it switched to the one that runs on this machine. It returns to that relay afterwards. */
  relayBefore: relay.optional(),
  /** Address of the relay on this machine in invitation links, kept while this device uses another relay. */
  ownAdvertised: z.string().max(300).optional(),
  /** Direct connections; missing in documents of versions without them. */
  network: z
    .strictObject({
      /** `outbound-only`: this device dials and doesn't listen. */
      listen: z.enum(['on', 'outbound-only']),
      port: z.number().int().min(1).max(65_535),
    })
    .default({ listen: 'on', port: DIRECT_PORT }),
  /** Discovery in the local network; missing in documents of versions without discovery. */
  discovery: z
    .strictObject({
      enabled: z.boolean(),
      showName: z.boolean(),
      /** The person has set `showName`; missing: the agent decides when to show the name. */
      nameChosen: z.literal(true).optional(),
    })
    .default({ enabled: true, showName: false }),
  /** Proxy to relays; missing: the system's proxy settings. */
  proxy: z
    .strictObject({
      mode: z.enum(PROXY_MODES),
      /** `http://host:port`. */
      address: z.string().max(300).optional(),
      user: z.string().max(256).optional(),
      /** Sealed by a `SecretBox`, base64url. */
      password: base64Url(8192).optional(),
      /** Certificate authorities that are trusted for relays, PEM. */
      authorities: z.array(z.string().max(8192)).max(16),
    })
    .optional(),
  deviceName: z.string().min(1).max(64),
  /** Generation of the device's X25519 key. */
  generation: z.number().int().min(1).max(0xffff_ffff),
  /** Enrolments that this device has received, base64url. */
  enrolments: z.array(base64Url(4096)).max(64),
  /** Serial of the newest enrolment or removal that this device has signed. */
  membershipSerial: z.number().int().min(0).optional(),
  /** Memberships that this device has given, including those that wait for a comparison of pairing words or for the relay. */
  memberships: z.array(membership).max(MEMBERSHIPS_LIMIT).optional(),
  /** Accounts to which this device has given its projects, one for each relay. */
  accountLinks: z.array(accountLink).max(16).optional(),
  /** Check of the page that the relay serves; missing: once a day. */
  relayPageCheck: z.enum(['daily', 'off']).optional(),
  /** Set while a person has paused the device. Times in ms since 1970; `until` is null without an end. */
  paused: z.strictObject({ since: z.number().int(), until: z.number().int().nullable() }).optional(),
  /** Terminals that are recorded automatically; missing in documents of versions without recordings. */
  recordings: z
    .strictObject({ peers: z.array(z.string().max(64)).max(1000), served: z.boolean() })
    .default({ peers: [], served: false }),
  /** Folder for received files; missing: the default of the program. */
  fileInbox: z.string().min(1).max(8192).optional(),
  /** Order in which lists show machines; missing: the person's own. An unknown value of a later version reads as missing. */
  machineOrder: z.enum(MACHINE_ORDERS).optional().catch(undefined),
  /** Setting of what browsers may do here; missing: what was approved. An unknown value of a later version asks each time. */
  browsers: z.enum(BROWSER_MODES).optional().catch('ask'),
  /** Introductions that this device has given and received; missing: none. */
  introductions: z
    .strictObject({
      given: z
        .array(
          z.strictObject({
            about: z.string().max(64),
            to: z.string().max(64),
            ofNewcomer: z.boolean(),
            relayKey: base64Url(64),
            project: z.string().max(32),
            notAfter: z.number().int(),
            ended: z.boolean(),
          }),
        )
        .max(512),
      received: z
        .array(
          z.strictObject({
            by: z.string().max(64),
            newcomer: z.string().max(64),
            serial: z.number().int(),
            until: z.number().int(),
            forgotten: z.boolean(),
          }),
        )
        .max(256),
    })
    .optional(),
  /** Numbers of messages without a person after which further ones are held; missing: `LOOP_LIMITS`. */
  messageLoops: loopLimits.optional().catch(undefined),
  /** Program of new terminals; missing: the login shell. */
  shell: z.string().min(1).max(4096).optional(),
});
/** Membership in a project at a relay that this device has given or is revoking. */
export type GivenMembership = Readonly<z.infer<typeof membership>>;
/** All settings of this device. */
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

/** All settings of this device, relay and proxy among them, in the document `settings` of the profile. Modules read and change them here. */
export class SettingsStore {
  readonly #document: DocumentStore<Settings>;
  readonly #listeners = new Set<(settings: Settings) => void>();

  /** @param deviceName name in a new document, 1 to 64 characters */
  constructor(options: Readonly<{ file: DocumentFile; deviceName: string; logger: Logger }>) {
    this.#document = new DocumentStore(options.file, definition(options.deviceName), options.logger);
  }

  get value(): Settings {
    return this.#document.value;
  }

  /**
   * Saves the result of `change`, which gets a copy of the current settings.
   * @throws {StoreError} `store.write`, `store.invalid`; the settings don't
   * change then
   */
  update(change: (settings: Settings) => Settings): Settings {
    this.#document.save(change(structuredClone(this.value)));
    for (const listener of this.#listeners) listener(this.value);
    return this.value;
  }

  /** Calls the listener after each update. @returns a function that unsubscribes the listener */
  onChange(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
