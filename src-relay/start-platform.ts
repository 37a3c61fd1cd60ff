import packageJson from '../package.json' with { type: 'json' };
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Logger } from '#shared/logger.ts';
import { accountPorts } from './account-ports.ts';
import {
  clientNetwork,
  createAccounts,
  createSmtpSender,
  parseMailOptions,
  recordAudit,
  SiteAddress,
  type FirstAccountLink,
} from './accounts/index.ts';
import { createAccountRoutes, createAuthRoutes } from './accounts/routes/index.ts';
import { RelayStartError } from './errors.ts';
import { instanceRoutes, startForeign } from './foreign/index.ts';
import type { ServedOrigin, ServerFeature } from './http/index.ts';
import type { Hub } from './hub/index.ts';
import type { RelayKey, Sealer } from './keys/index.ts';
import type { AccountsOptions } from './options.ts';
import { builtReleaseSource, skillConfigRoutes, startPlainProtocol } from './plain/index.ts';
import { createPlatform, serveRoutes, type PlatformServices } from './platform/index.ts';
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
  sealer: Sealer;
  origin: ServedOrigin;
  /** Host that the relay binds to; undefined for all addresses. */
  listenHost: string | undefined;
  /** TCP port, once the relay listens. */
  port(): number;
  /** True if a new machine needs the admission token. */
  needsToken: boolean;
  /** True if new devices come in by accounts and enrolments only. */
  accountsOnly: boolean;
  /** Returns the pin of the relay's own certificate, if machines meet that one; null otherwise. */
  pin(): string | null;
}>;

/** Running platform: accounts, projects, plain devices and foreign instances. */
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
 * Composes the platform from accounts, projects and, if switched on, the documented protocol. Called by `startRelay`, by dynamic import and only with
 * accounts on, so that a relay without them loads none of this code.
 * @throws {RelayStartError} `relay.accounts-address`, `relay.accounts-mail`, `relay.mail`
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { clock, crypto, logger, store, hub, relayKey, sealer, dataDirectory, needsToken, accountsOnly, pin } = options;
  const { signUp = 'invited', mail, plainProtocol = false, plainLimits = {}, plainRates = {} } = options.accounts;
  if (signUp === 'open' && mail === undefined) {
    throw new RelayStartError('relay.accounts-mail', 'open sign-up needs a mail server');
  }
  const site = new SiteAddress(options.origin, options.listenHost, options.port);
  const sendMail = mail === undefined ? undefined : createSmtpSender(parseMailOptions(mail));
  const accounts = createAccounts({
    dataDirectory,
    store,
    clock,
    crypto,
    logger,
    relayKey,
    site,
    signUpMode: signUp,
    sendMail,
    ...accountPorts(() => platform),
  });
  const { callers, parts } = accounts;
  const releases = options.accounts.releases ?? builtReleaseSource();
  const plain = !plainProtocol
    ? undefined
    : startPlainProtocol({
        store,
        callers,
        clock,
        crypto,
        logger,
        limits: plainLimits,
        rates: plainRates,
        releases,
        changed: (project, topic, ids) => platform.report([{ kind: 'project', project, topic, ids }]),
        async invite(request) {
          const invited = await platform.invitations.invite(request);
          return invited.status === 'added' ? invited : { status: 'invited', link: invited.link };
        },
        // Never from `Host`: connectors store the address.
        relayUrl: () => site.origin.replace(/^http/, 'ws'),
      });
  const foreign = startForeign({
    store,
    clock,
    crypto,
    logger,
    sealer,
    hub,
    limits: options.accounts.foreignLimits ?? {},
    rates: options.accounts.foreignRates ?? {},
    metrics: hub.metrics,
    changed: (project) => platform.report([{ kind: 'project', project, topic: 'instances', ids: [] }]),
  });
  const platform: PlatformServices = createPlatform({
    store,
    clock,
    crypto,
    logger,
    relayKey,
    sealer,
    version: packageJson.version,
    hub,
    callers,
    secrets: parts.tokens,
    links: {
      linkTo: (secret) => site.link('/auth', 'invite', secret),
      admit: (email, account) => parts.rates.admitMail('invitation', email, account),
      send(email, link) {
        parts.mailer?.send(email, 'invitation', link);
        return parts.mailer !== undefined;
      },
    },
    hasMail: parts.mailer !== undefined,
    signUp,
    record: (database, { address, ...event }, now) =>
      recordAudit(database, { ...event, network: address === undefined ? undefined : clientNetwork(address) }, now),
    plain,
    recheckInstances: () => foreign.recheck(),
    // The scripts are part of the documented protocol.
    joining: () => ({ installs: plain !== undefined && releases !== undefined, needsToken, accountsOnly, pin: pin() }),
  });
  const skillConfigs = skillConfigRoutes(
    { store, clock, crypto },
    {
      sealer,
      changed: (account, ids) => platform.report([{ kind: 'account', account, topic: 'skill-configs', ids }]),
    },
  );
  const { serving } = platform;
  return {
    features: [
      {
        name: 'platform',
        prefix: '/api/v1',
        requests: [
          ...serveRoutes(createAuthRoutes(accounts), serving),
          ...serveRoutes(createAccountRoutes(accounts), serving),
          ...serveRoutes(platform.handlers, serving),
          ...serveRoutes(skillConfigs, serving),
          ...serveRoutes(instanceRoutes(platform.context, { sealer, live: foreign }), serving),
          ...(plain === undefined ? [] : serveRoutes(plain.handlers, serving)),
          ...foreign.requests,
        ],
        sockets: [platform.events, foreign.socket],
      },
      ...(plain === undefined ? [] : [plain.feature]),
    ],
    start: () => accounts.start(),
    async close() {
      await platform.close();
      await plain?.close();
      await foreign.close();
      await accounts.close();
    },
  };
}
