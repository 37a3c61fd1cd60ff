import * as z from 'zod';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore, type DocumentDefinition } from './document.ts';

const base64Url = (limit: number) =>
  z
    .string()
    .max(limit)
    .regex(/^[A-Za-z0-9_-]*$/);

/** Where a device takes direct connections unless it is told, or forced, otherwise. */
const DIRECT_PORT = 7473;

const settings = z.strictObject({
  relay: z.strictObject({
    url: z.string().max(300).nullable(),
    enabled: z.boolean(),
    /** `ws:` off loopback was allowed by the person. */
    insecure: z.boolean(),
    /** SHA-256 of the relay's TLS key, hexadecimal. */
    tlsPin: z.string().max(128).nullable(),
    /** The relay's own key, base64url, pinned at the first welcome. */
    relayKey: base64Url(64).nullable(),
    /** Kept only until the first welcome. */
    admission: z.string().max(256).optional(),
  }),
  /** Direct connections; missing in documents from before there were any. */
  network: z
    .strictObject({
      /** `outbound-only`: this device dials, and takes no connection. */
      listen: z.enum(['on', 'outbound-only']),
      port: z.number().int().min(1).max(65_535),
    })
    .default({ listen: 'on', port: DIRECT_PORT }),
  deviceName: z.string().min(1).max(64),
  /** Of the device's X25519 key. */
  generation: z.number().int().min(1).max(0xffff_ffff),
  /** Enrolments this device has got, base64url. */
  enrolments: z.array(base64Url(4096)).max(64),
  /** Of the newest enrolment or removal this device has signed. */
  membershipSerial: z.number().int().min(0).optional(),
  /** Program of new terminals instead of the login shell. */
  shell: z.string().min(1).max(4096).optional(),
});
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
      deviceName,
      generation: 1,
      enrolments: [],
    }),
  };
}

/** What this device remembers beside its peers. */
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
