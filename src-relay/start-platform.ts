import { toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import { PlatformError } from '#shared/platform/index.ts';
import {
  createAccounts,
  createSmtpSender,
  parseMailOptions,
  SiteAddress,
  type FirstAccountLink,
} from './accounts/index.ts';
import { createAccountRoutes, createAuthRoutes } from './accounts/routes/index.ts';
import { RelayStartError } from './errors.ts';
import type { ServedOrigin, ServerFeature } from './http/index.ts';
import type { Hub } from './hub/index.ts';
import type { RelayKey } from './keys/index.ts';
import type { AccountsOptions } from './options.ts';
import { createPlatform, serveRoutes, type OneTimeSecrets } from './platform/index.ts';
import type { Store } from './store/index.ts';

/** Options and parts of the relay that the platform uses. */
export type PlatformOptions = Readonly<{
  accounts: AccountsOptions;
  dataDirectory: string;
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  store: Store;
  hub: Hub;
  relayKey: RelayKey;
  origin: ServedOrigin;
  /** Host that the relay binds to; undefined for all addresses. */
  listenHost: string | undefined;
  /** TCP port, once the relay listens. */
  port(): number;
}>;

/** Running platform: accounts, projects and plain devices. */
export type Platform = Readonly<{
  /** Features for the HTTP server. */
  features: readonly ServerFeature[];
  /**
   * Begins its work, once the relay listens.
   * @returns link for the first account; undefined if there is an account
   */
  start(): Promise<FirstAccountLink | undefined>;
  /** Ends its work, once the server has closed and before the store does. */
  close(): Promise<void>;
}>;

/**
 * Composes the platform from accounts, projects and plain devices. Called by `startRelay`, by dynamic import and only with accounts on, so that a relay
 * without them loads none of this code.
 * @throws {RelayStartError} `relay.accounts-address`, `relay.accounts-mail`, `relay.mail`
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { clock, crypto, logger, store, hub, relayKey, dataDirectory } = options;
  const { signUp = 'invited', mail } = options.accounts;
  if (signUp === 'open' && mail === undefined) {
    throw new RelayStartError('relay.accounts-mail', 'open sign-up needs a mail server');
  }
  const accounts = createAccounts({
    dataDirectory,
    store,
    clock,
    crypto,
    logger,
    relayKey,
    site: new SiteAddress(options.origin, options.listenHost, options.port),
    signUpMode: signUp,
    sendMail: mail === undefined ? undefined : createSmtpSender(parseMailOptions(mail)),
    invitations: {
      isInvited: async () => false,
      fulfil: async () => () => undefined,
      redeem: async () => {
        throw new PlatformError('account.link', 'the invitation is over');
      },
    },
    data: {
      remove: async () => () => undefined,
      disabled: async () => undefined,
      export: async () => ({ projects: [], invitations: [], skillConfigs: [], plainSessions: [] }),
    },
    listener: { ended: () => undefined, changed: () => undefined },
  });
  const hash = (secret: string): Uint8Array => crypto.sha256(toUtf8(secret));
  const secrets: OneTimeSecrets = {
    async create(database, facts, expiresAt) {
      const secret = toBase64Url(crypto.randomBytes(32));
      await this.store(database, secret, facts, expiresAt);
      return secret;
    },
    async store(database, secret, { purpose, account = null, email = null, project = null }, expiresAt) {
      await database
        .insertInto('one_time')
        .values({
          hash: hash(secret),
          purpose,
          account,
          email,
          project,
          device: null,
          expires_at: expiresAt,
          used_at: null,
        })
        .execute();
    },
    find: (database, secret, purpose, now) =>
      database
        .selectFrom('one_time')
        .selectAll()
        .where('hash', '=', hash(secret))
        .where('purpose', '=', purpose)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst(),
    use: (database, secret, purpose, now) =>
      database
        .updateTable('one_time')
        .set({ used_at: now })
        .where('hash', '=', hash(secret))
        .where('purpose', '=', purpose)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst(),
  };
  const platform = createPlatform({
    store,
    clock,
    crypto,
    logger,
    relayKey,
    version: '0',
    hub,
    callers: accounts.callers,
    secrets,
    links: { linkTo: (secret) => `https://relay.example/auth#invite=${secret}`, send: () => false },
    // Invitations are not mailed yet: owners hand their links over.
    hasMail: false,
    signUp,
    record: async () => undefined,
  });
  const handlers = { ...createAuthRoutes(accounts), ...createAccountRoutes(accounts) };
  return {
    features: [
      {
        name: 'platform',
        prefix: '/api/v1',
        requests: [
          ...serveRoutes(handlers, { clock, store, callers: accounts.callers }),
          ...serveRoutes(platform.handlers, platform.serving),
        ],
        sockets: [platform.events],
      },
    ],
    start: () => accounts.start(),
    close: async () => {
      await platform.close();
      await accounts.close();
    },
  };
}
