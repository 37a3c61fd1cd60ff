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

/** Most gateways that one device can save. */
export const MOST_GATEWAYS = 64;

/** Secret sealed with a key of this device, base64url. */
const sealed = z
  .string()
  .max(8192)
  .regex(/^[A-Za-z0-9_-]+$/);

const storedRole = z.strictObject({
  /** Seed of this device's Ed25519 key for this role. */
  key: sealed,
  /** Token that the gateway issued to this key after pairing; enough to sign in again. */
  deviceToken: sealed.nullable(),
  /** Scopes of that token. */
  scopes: z.array(z.string().max(128)).max(32),
});

const storedGateway = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{16}$/),
  settings: gatewaySettings,
  operator: storedRole,
  node: storedRole,
  token: sealed.nullable(),
  password: sealed.nullable(),
  /** Single-use setup code; `expiresAt` in Unix ms. */
  bootstrap: z.strictObject({ token: sealed, expiresAt: z.number().int().nullable() }).nullable(),
});
/** Gateway as saved on disk. Its secrets are sealed, so a copy is of no use on another device. */
export type StoredGateway = z.infer<typeof storedGateway>;

const gatewaysDocument = z.strictObject({ gateways: z.array(storedGateway).max(MOST_GATEWAYS) });
export type GatewaysDocument = z.infer<typeof gatewaysDocument>;

/** Definition of the document `gateways.json`. */
export const GATEWAYS_DOCUMENT: DocumentDefinition<GatewaysDocument> = {
  name: 'gateways',
  version: 1,
  schema: gatewaysDocument,
  migrations: {},
  initial: () => ({ gateways: [] }),
};

/** Change to a saved secret: undefined keeps it, null removes it. */
export type SecretChange = string | null | undefined;

/** Token of a setup code. `expiresAt`: Unix ms; null if the code doesn't say. */
export type Bootstrap = Readonly<{ token: string; expiresAt: number | null }>;

/** Changes to a gateway's saved secrets. */
export type SecretChanges = Readonly<{
  token?: SecretChange;
  password?: SecretChange;
  bootstrap?: Bootstrap | null | undefined;
}>;

/** Unsealed secrets that a role may present to its gateway. */
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

/** Saved gateways with their encrypted secrets; reads and writes `gateways.json`. Names are unique, ignoring case. */
export class GatewayBook {
  readonly #document: DocumentStore<GatewaysDocument>;
  readonly #crypto: CryptoBackend;
  readonly #box: SecretBox;

  /** Loads the file. @param options.masterSecret not stored @throws {StoreError} as SettingsFile */
  constructor(
    options: Readonly<{ file: DocumentFile; crypto: CryptoBackend; masterSecret: Uint8Array; logger: Logger }>,
  ) {
    const { file, crypto, masterSecret, logger } = options;
    this.#document = new DocumentStore(file, GATEWAYS_DOCUMENT, logger);
    this.#crypto = crypto;
    this.#box = new SecretBox(crypto, masterSecret, 'clawreach gateway secrets 1');
  }

  /** Returns the saved gateways. */
  list(): readonly StoredGateway[] {
    return this.#document.value.gateways;
  }

  /** Returns a gateway. @throws {GatewayError} `gateway.unknown` */
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

  /** Replaces a gateway's settings and changes its secrets. @throws {GatewayError} `gateway.unknown`, `gateway.exists`; {StoreError} */
  update(id: string, settings: GatewaySettings, secrets: SecretChanges): StoredGateway {
    const before = this.get(id);
    if (settings.name !== before.settings.name) this.#requireFreeName(settings.name, id);
    // A token that one gateway issued goes to no other: at another address only the same certificate proves that it is the same gateway.
    const same = isSameGateway(before.settings, settings);
    const forget = { deviceToken: null, scopes: [] };
    // With TLS a person has to trust the certificate before secrets are sent, so they are kept; without TLS the new address would get them at once.
    const cleared = same || settings.endpoint.tls ? {} : { token: null, password: null, bootstrap: null };
    return this.#save({
      ...before,
      settings,
      operator: same ? before.operator : { ...before.operator, ...forget },
      node: same ? before.node : { ...before.node, ...forget },
      ...cleared,
      ...this.#sealed(id, secrets),
    });
  }

  /** Saves the certificate's fingerprint as the trusted one. */
  pin(id: string, fingerprint: string): StoredGateway {
    const before = this.get(id);
    return this.#save({ ...before, settings: { ...before.settings, fingerprint } });
  }

  /** Removes the gateway, also from the file's backup. */
  remove(id: string): void {
    this.get(id);
    this.#document.save({ gateways: this.list().filter((gateway) => gateway.id !== id) });
    // `save` has just backed up the version that still contains it.
    this.#document.forgetBackup();
  }

  /** Saves the token that the gateway issued to this device; null removes it. */
  saveDeviceToken(id: string, role: GatewayRole, token: string | null, scopes: readonly string[]): void {
    const before = this.get(id);
    const opened = this.secrets(id, role);
    if (opened?.deviceToken === token && before[role].scopes.join() === scopes.join()) return;
    const deviceToken = token === null ? null : this.#box.seal(sealingContext(id, role, 'device-token'), token);
    this.#save({ ...before, [role]: { ...before[role], deviceToken, scopes: [...scopes] } });
  }

  /** Removes the setup code after its only use. */
  forgetBootstrap(id: string): void {
    const before = this.get(id);
    if (before.bootstrap !== null) this.#save({ ...before, bootstrap: null });
  }

  /** Unseals a role's secrets; undefined if this device can't, since the file comes from another one. */
  secrets(id: string, role: GatewayRole): RoleSecrets | undefined {
    const stored = this.get(id);
    const key = this.#box.open(sealingContext(id, role, 'key'), stored[role].key);
    if (key === null) return undefined;
    const open = (name: SecretName, of: GatewayRole | null, text: string | null): string | null =>
      text === null ? null : this.#box.open(sealingContext(id, of, name), text);
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
    return this.#box.seal(sealingContext(id, role, 'key'), toBase64Url(this.#crypto.randomBytes(SEED_LENGTH)));
  }

  #sealed(id: string, secrets: SecretChanges): Partial<Pick<StoredGateway, 'token' | 'password' | 'bootstrap'>> {
    const { token, password, bootstrap } = secrets;
    const seal = (name: SecretName, text: string | null): string | null =>
      text === null ? null : this.#box.seal(sealingContext(id, null, name), text);
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
                    token: this.#box.seal(sealingContext(id, null, 'bootstrap'), bootstrap.token),
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

/** Builds the context that a sealed secret is bound to, so that it can't be moved to another gateway, role or purpose. */
function sealingContext(id: string, role: GatewayRole | null, name: SecretName): string {
  return `${id} ${role ?? ''} ${name}`;
}

function isSameGateway(before: GatewaySettings, after: GatewaySettings): boolean {
  if (sameEndpoint(before.endpoint, after.endpoint)) return true;
  return after.endpoint.tls && after.fingerprint !== null && after.fingerprint === before.fingerprint;
}
