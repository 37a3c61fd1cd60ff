import * as z from 'zod';
import { gatewaySettings } from '#shared/app-api/index.ts';
import type { DocumentDefinition } from '../../core/store/index.ts';
import type { GatewayRole, GatewaySettings } from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { gatewayError, sameEndpoint } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import { looksLike } from '#shared/visible-text/index.ts';
import { DocumentStore, SecretBox, type DocumentFile } from '../../core/store/index.ts';

/** Gateways a device may know. */
export const MOST_GATEWAYS = 64;

/** A secret under a key of this device, base64url. */
const sealed = z
  .string()
  .max(8192)
  .regex(/^[A-Za-z0-9_-]+$/);

const storedRole = z.strictObject({
  /** Seed of the Ed25519 key of this device in this role. */
  key: sealed,
  /** What the gateway gave this key after the pairing; with it alone a device comes back. */
  deviceToken: sealed.nullable(),
  /** What that token is good for. */
  scopes: z.array(z.string().max(128)).max(32),
});

const storedGateway = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{16}$/),
  settings: gatewaySettings,
  operator: storedRole,
  node: storedRole,
  token: sealed.nullable(),
  password: sealed.nullable(),
  /** Of a setup code: good for one use until then, ms since 1970. */
  bootstrap: z.strictObject({ token: sealed, expiresAt: z.number().int().nullable() }).nullable(),
});
/** A gateway as it is saved: nothing in it can be used on another device. */
export type StoredGateway = z.infer<typeof storedGateway>;

const gatewaysDocument = z.strictObject({ gateways: z.array(storedGateway).max(MOST_GATEWAYS) });
export type GatewaysDocument = z.infer<typeof gatewaysDocument>;

export const GATEWAYS_DOCUMENT: DocumentDefinition<GatewaysDocument> = {
  name: 'gateways',
  version: 1,
  schema: gatewaysDocument,
  migrations: {},
  initial: () => ({ gateways: [] }),
};

/** A secret that a person gives: undefined keeps what there is, null takes it away. */
export type SecretChange = string | null | undefined;

/** Of a setup code. `expiresAt`: ms since 1970; null where the code does not say. */
export type Bootstrap = Readonly<{ token: string; expiresAt: number | null }>;

export type SecretChanges = Readonly<{
  token?: SecretChange;
  password?: SecretChange;
  bootstrap?: Bootstrap | null | undefined;
}>;

/** What a role may show to its gateway, opened. */
export type RoleSecrets = Readonly<{
  /** Ed25519 seed, 32 bytes. */
  seed: Uint8Array;
  deviceToken: string | null;
  token: string | null;
  password: string | null;
  bootstrap: Bootstrap | null;
}>;

type SecretName = 'key' | 'device-token' | 'token' | 'password' | 'bootstrap';

const SEED_LENGTH = 32;

/** The saved gateways, their secrets sealed. Names are unique, without regard to case. */
export class GatewayBook {
  readonly #document: DocumentStore<GatewaysDocument>;
  readonly #crypto: CryptoBackend;
  readonly #box: SecretBox;

  /** Loads at once. @param options.masterSecret not kept @throws {StoreError} as SettingsFile */
  constructor(
    options: Readonly<{ file: DocumentFile; crypto: CryptoBackend; masterSecret: Uint8Array; logger: Logger }>,
  ) {
    const { file, crypto, masterSecret, logger } = options;
    this.#document = new DocumentStore(file, GATEWAYS_DOCUMENT, logger);
    this.#crypto = crypto;
    this.#box = new SecretBox(crypto, masterSecret, 'clawreach gateway secrets 1');
  }

  list(): readonly StoredGateway[] {
    return this.#document.value.gateways;
  }

  /** @throws {GatewayError} `gateway.unknown` */
  get(id: string): StoredGateway {
    const stored = this.list().find((gateway) => gateway.id === id);
    if (stored === undefined) throw gatewayError('gateway.unknown', 'there is no such gateway', { name: id });
    return stored;
  }

  /** Saves a gateway with new keys. @throws {GatewayError} `gateway.exists`, `gateway.too-many`; {StoreError} */
  add(settings: GatewaySettings, secrets: SecretChanges): StoredGateway {
    this.#requireFreeName(settings.name);
    if (this.list().length >= MOST_GATEWAYS)
      throw gatewayError('gateway.too-many', 'this device knows as many gateways as it can', { most: MOST_GATEWAYS });
    const id = toHex(this.#crypto.randomBytes(8));
    const role = (name: GatewayRole) => ({ key: this.#newKey(id, name), deviceToken: null, scopes: [] });
    const stored: StoredGateway = {
      id,
      settings,
      operator: role('operator'),
      node: role('node'),
      token: null,
      password: null,
      bootstrap: null,
      ...this.#sealed(id, secrets),
    };
    this.#document.save({ gateways: [...this.list(), stored] });
    return stored;
  }

  /** @throws {GatewayError} `gateway.unknown`, `gateway.exists`; {StoreError} */
  update(id: string, settings: GatewaySettings, secrets: SecretChanges): StoredGateway {
    const before = this.get(id);
    if (settings.name !== before.settings.name) this.#requireFreeName(settings.name, id);
    // What one gateway gave goes to no other: at another place only the same certificate says that it is the same gateway.
    const same = isSameGateway(before.settings, settings);
    const forget = { deviceToken: null, scopes: [] };
    // What a person gave for it stays while a certificate has to be trusted first; without TLS whoever answers there would get it at once.
    const kept = same || settings.endpoint.tls ? {} : { token: null, password: null, bootstrap: null };
    return this.#save({
      ...before,
      settings,
      operator: same ? before.operator : { ...before.operator, ...forget },
      node: same ? before.node : { ...before.node, ...forget },
      ...kept,
      ...this.#sealed(id, secrets),
    });
  }

  /** The certificate that this gateway is known by from now on. */
  pin(id: string, fingerprint: string): StoredGateway {
    const before = this.get(id);
    return this.#save({ ...before, settings: { ...before.settings, fingerprint } });
  }

  /** Nothing of it is kept, also not in the copy before. */
  remove(id: string): void {
    this.get(id);
    this.#document.save({ gateways: this.list().filter((gateway) => gateway.id !== id) });
    // The save before made a copy of what still had it.
    this.#document.forgetBackup();
  }

  /** What the gateway gave this device for the next time; null forgets it. */
  keepDeviceToken(id: string, role: GatewayRole, token: string | null, scopes: readonly string[]): void {
    const before = this.get(id);
    const own = this.secrets(id, role);
    if (own?.deviceToken === token && before[role].scopes.join() === scopes.join()) return;
    const deviceToken = token === null ? null : this.#box.seal(place(id, role, 'device-token'), token);
    this.#save({ ...before, [role]: { ...before[role], deviceToken, scopes: [...scopes] } });
  }

  /** A setup code is used up. */
  forgetBootstrap(id: string): void {
    const before = this.get(id);
    if (before.bootstrap !== null) this.#save({ ...before, bootstrap: null });
  }

  /** Undefined where this device cannot open its own key: the document comes from another one. */
  secrets(id: string, role: GatewayRole): RoleSecrets | undefined {
    const stored = this.get(id);
    const key = this.#box.open(place(id, role, 'key'), stored[role].key);
    if (key === null) return undefined;
    const open = (name: SecretName, of: GatewayRole | null, text: string | null): string | null =>
      text === null ? null : this.#box.open(place(id, of, name), text);
    const bootstrap = open('bootstrap', null, stored.bootstrap?.token ?? null);
    return {
      seed: fromBase64Url(key),
      deviceToken: open('device-token', role, stored[role].deviceToken),
      token: open('token', null, stored.token),
      password: open('password', null, stored.password),
      bootstrap: bootstrap === null ? null : { token: bootstrap, expiresAt: stored.bootstrap?.expiresAt ?? null },
    };
  }

  #save(stored: StoredGateway): StoredGateway {
    this.#document.save({
      gateways: this.list().map((gateway) => (gateway.id === stored.id ? stored : gateway)),
    });
    return stored;
  }

  #newKey(id: string, role: GatewayRole): string {
    return this.#box.seal(place(id, role, 'key'), toBase64Url(this.#crypto.randomBytes(SEED_LENGTH)));
  }

  #sealed(id: string, secrets: SecretChanges): Partial<Pick<StoredGateway, 'token' | 'password' | 'bootstrap'>> {
    const { token, password, bootstrap } = secrets;
    const seal = (name: SecretName, text: string | null): string | null =>
      text === null ? null : this.#box.seal(place(id, null, name), text);
    return {
      ...(token === undefined ? {} : { token: seal('token', token) }),
      ...(password === undefined ? {} : { password: seal('password', password) }),
      ...(bootstrap === undefined
        ? {}
        : {
            bootstrap:
              bootstrap === null
                ? null
                : {
                    token: this.#box.seal(place(id, null, 'bootstrap'), bootstrap.token),
                    expiresAt: bootstrap.expiresAt,
                  },
          }),
    };
  }

  #requireFreeName(name: string, except?: string): void {
    const taken = this.list().some(({ id, settings }) => id !== except && looksLike(settings.name, name));
    if (taken) throw gatewayError('gateway.exists', 'a gateway of this name is known already', { name });
  }
}

/** What a sealed secret is bound to: it cannot be moved to another gateway, role or purpose. */
function place(id: string, role: GatewayRole | null, name: SecretName): string {
  return `${id} ${role ?? ''} ${name}`;
}

function isSameGateway(before: GatewaySettings, after: GatewaySettings): boolean {
  if (sameEndpoint(before.endpoint, after.endpoint)) return true;
  return after.endpoint.tls && after.fingerprint !== null && after.fingerprint === before.fingerprint;
}
