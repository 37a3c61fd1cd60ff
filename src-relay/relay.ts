import { withTimeout } from '#shared/timeout.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import type { AddressInfo } from 'node:net';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { coversHost, loadCertificateFiles, openSelfSignedCertificate, type TlsCertificate } from '#node/tls/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import { RelayStartError } from './errors.ts';
import {
  AuthorityCheck,
  PendingSocketLimit,
  createRoutes,
  dialableAddresses,
  isNearAddress,
  isWildcard,
  FeatureServer,
  HTTP_LIMITS,
  isSameOrigin,
  isSameOriginSocket,
  joinAuthority,
  parsePublicUrl,
  RelayServer,
  servedOrigin,
  type ServedOrigin,
  type ServerFeature,
} from './http/index.ts';
import { ControlSocket, Hub } from './hub/index.ts';
import { openAdmissionToken, openDataDirectory, openRelayKey, openSealKey, Sealer } from './keys/index.ts';
import { RELAY_PROCESS_LIMITS, DEFAULT_RATES, type HubLimits } from './limits/index.ts';
import type { RelayOptions, RelayTls, RunningRelay } from './options.ts';
import type { PageState } from './site/index.ts';
import type { Platform, PlatformOptions } from './start-platform.ts';
import { openStore } from './store/index.ts';
import { StunResponder } from './stun/index.ts';

const DEFAULT_PORT = 7474;
const DEFAULT_DRAIN = 5000;
/** Longest wait for sockets that were told to end, ms. */
const LAST_WORDS = 3000;
/** Length of the connection ID in front of early data, bytes. */
const CONNECTION_ID_BYTES = 16;

/**
 * Starts a relay (PROTOCOL section 7) and resolves once it accepts connections. Opens the data directory, keys, certificate and database, then the
 * TCP port and the STUN port. Called by the command `clawreach-relay`, which the desktop application also runs as a child process.
 * @throws {RelayStartError} `relay.port`, `relay.stun-port`, `relay.data-directory`, `relay.key`, `relay.admission-token`, `relay.database`,
 * `relay.node-version`, `relay.public-url`, `relay.admission-accounts`, `relay.accounts-address`, `relay.accounts-mail`, `relay.mail`, `relay.seal-key`
 * @throws {TlsError} `tls.certificate`, `tls.write`
 */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const clock = options.clock ?? systemClock;
  const crypto = options.crypto ?? nativeBackend;
  const logger = options.logger ?? silentLogger;
  const limits: HubLimits = { ...RELAY_PROCESS_LIMITS, ...options.limits };
  const publicUrls = (options.publicUrls ?? []).map((url) => parsePublicUrl(url));
  const trustProxy = options.trustProxy ?? false;
  if (options.admission === 'accounts' && options.accounts === undefined)
    throw new RelayStartError('relay.admission-accounts', 'admission by accounts needs accounts');

  await openDataDirectory(options.dataDirectory);
  const relayKey = await openRelayKey(crypto, options.dataDirectory);
  const { admission = 'token' } = options;
  const admissionToken =
    admission === 'token' ? await openAdmissionToken(crypto, options.dataDirectory, options.admissionToken) : undefined;
  const sealer =
    options.accounts === undefined
      ? undefined
      : new Sealer(crypto, await openSealKey(crypto, options.dataDirectory, options.accounts.sealKey));
  const tls: RelayTls = options.tls ?? { mode: 'own' };
  const loadCertificate = () => openCertificate(tls, options.dataDirectory, clock.now());
  const certificate = await loadCertificate();
  let served = certificate;
  // After a reload both pins are valid: a client may have seen the old certificate a moment ago.
  let pins = certificate === undefined ? undefined : [certificate.pin];
  const store = await openStore(options.dataDirectory, limits);

  let port = 0;
  let stun: StunResponder | undefined;
  let isReady = false;
  const authority = new AuthorityCheck(
    publicUrls,
    () => port,
    (host) => served !== undefined && coversHost(served, host),
  );
  const gate = new PendingSocketLimit(limits, (address) => trustProxy && isNearAddress(address));
  const rates = { ...DEFAULT_RATES, ...options.rates };
  const hub = new Hub({
    clock,
    crypto,
    logger,
    limits,
    rates,
    relayKey,
    sealer,
    admissionToken,
    accountsOnly: admission === 'accounts',
    store,
    tlsPins: () => pins,
    acceptsAuthority: (name, host, pin) => authority.accepts(name, host, pin),
    acceptsPage: (name, page) => authority.acceptsPage(name, page),
    stunPort: () => stun?.port,
    unauthenticated: () => gate.size,
    authenticated: (socket) => gate.leave(socket),
  });
  const origin = servedOrigin(publicUrls, certificate !== undefined);
  const platform = await openPlatform(options, {
    clock,
    crypto,
    logger,
    store,
    hub,
    relayKey,
    sealer,
    origin,
    listenHost: options.listen?.host,
    port: () => port,
    needsToken: admissionToken !== undefined,
    accountsOnly: admission === 'accounts',
    // A public address may lead to a proxy, with a certificate of its own.
    pin: () =>
      tls.mode === 'own' && served !== undefined && publicUrls.length === 0 ? formatPin(toHex(served.pin)) : null,
  }).catch(async (error: unknown) => {
    await hub.close();
    await store.close();
    throw error;
  });
  const page = options.page === undefined ? undefined : await openPageFeature(options, { authority, origin, logger });
  const features = [...(platform?.features ?? []), ...(page === undefined ? [] : [page.feature])];
  const featureServer =
    features.length === 0
      ? undefined
      : new FeatureServer({
          features,
          clock,
          limits: HTTP_LIMITS,
          gate,
          trustProxy,
          admitRequest: (address) => hub.admitRequest(address),
          admitSocket: (address) => hub.admitSocket(address),
          isSameOrigin: (request) => isSameOrigin(request, origin),
          isSameOriginSocket: (request) => isSameOriginSocket(request, origin),
          refused: (reason) => hub.metrics.refused('http', reason),
          failed: (feature, error) => logger.error('request failed', { feature, message: errorMessage(error) }),
        });
  const server = new RelayServer(
    {
      controlSocket: ControlSocket,
      pendingSockets: gate,
      trustProxy,
      controlMessage: Math.max(limits.controlMessage, limits.earlyData + CONNECTION_ID_BYTES),
      linkMessage: limits.linkMessage,
      helloTimeout: limits.helloTimeout,
      lingerTimeout: limits.lingerTimeout,
      handlers: {
        control: (socket, arrival) => hub.control(socket, arrival),
        rawLink: (socket, head) => hub.rawLink(socket, head),
        webSocketLink: (socket, arrival) => hub.webSocketLink(socket, arrival),
        request: createRoutes({
          metricsToken: options.metricsToken,
          ...(page === undefined ? {} : { headers: RELAY_HEADERS }),
          hasPage: page !== undefined,
          behindProxy: trustProxy || (certificate === undefined && publicUrls.length > 0),
          ready: () => isReady,
          metrics: () => hub.metrics.render(),
        }),
        wait: (address) => hub.wait(address),
        refused: (reason) => hub.metrics.refused('http', reason),
      },
      features: featureServer,
    },
    certificate,
  );
  try {
    port = await server.listen({ port: DEFAULT_PORT, ...options.listen });
  } catch (error) {
    await platform?.close();
    await hub.close();
    await store.close();
    throw listenError('relay.port', error, options.listen?.port ?? DEFAULT_PORT);
  }
  if (options.stun !== 'off') {
    try {
      stun = await StunResponder.listen({
        clock,
        host: options.listen?.host,
        port: options.stun ?? port,
        rates,
        count: (outcome) => hub.metrics.stun(outcome),
      });
    } catch (error) {
      const failure = listenError('relay.stun-port', error, options.stun ?? port);
      // The port was a default, not a request: the relay starts without STUN, and devices that can't connect directly use the relay.
      if (options.stun === undefined) logger.warn('no STUN port', { error: failure.message });
      else {
        await Promise.all([server.close(), hub.close()]);
        await platform?.close();
        await store.close();
        throw failure;
      }
    }
  }
  hub.start();
  const firstAccount = await platform?.start();
  isReady = true;
  logger.info('relay started', { port, stun: stun?.port ?? 'off', keyId: relayKey.keyId, tls: tls.mode });

  let closing: Promise<void> | undefined;
  const close = async (drain: number, announceRestart: boolean): Promise<void> => {
    isReady = false;
    server.drain();
    await stun?.close();
    await hub.drain(drain, announceRestart);
    await hub.close();
    // A socket whose other side has vanished may never finish closing.
    await withTimeout(clock, LAST_WORDS, server.close());
    await platform?.close();
    await store.close();
    logger.info('relay stopped');
  };

  const scheme = certificate === undefined ? 'ws' : 'wss';
  const authorities = [
    ...publicUrls.map((url) => url.authority),
    ...boundHosts(options.listen?.host).map((host) => joinAuthority(host, port)),
  ];
  return {
    port,
    stunPort: stun?.port,
    authorities,
    urls: [
      ...publicUrls.map((url) => url.url),
      ...authorities.slice(publicUrls.length).map((text) => `${scheme}://${text}`),
    ],
    url: `${scheme}://${joinAuthority(localHost(options.listen?.host), port)}`,
    relayKey: relayKey.publicKey,
    keyId: relayKey.keyId,
    admissionToken,
    tlsPin: certificate?.pin,
    firstAccount,
    page: page?.state,
    async reloadCertificate() {
      const fresh = await loadCertificate();
      if (fresh === undefined || pins === undefined) return;
      server.setCertificate(fresh);
      served = fresh;
      pins = [fresh.pin, ...pins].slice(0, 2);
    },
    close: (closeOptions) =>
      (closing ??= close(
        closeOptions?.drain ?? options.drainTimeout ?? DEFAULT_DRAIN,
        closeOptions?.announceRestart ?? options.announceRestart ?? true,
      )),
  };
}

/**
 * Headers of the relay's own answers beside a page, so that a browser treats none of them as a part of it.
 */
const RELAY_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
} as const;

/** Loads the page and creates its feature. Loads none of this code for a relay without a page. */
async function openPageFeature(
  { page, accounts }: RelayOptions,
  { authority, origin, logger }: Readonly<{ authority: AuthorityCheck; origin: ServedOrigin; logger: Logger }>,
): Promise<Readonly<{ state: PageState; feature: ServerFeature }>> {
  const { openPage, createPageFeature } = await import('./site/index.ts');
  const state = await openPage(page ?? {}, logger);
  const isPublic = (host: string): boolean => origin.public.includes(`https://${host}`);
  const feature = createPageFeature(state, {
    accounts: accounts !== undefined,
    isOwnHost: (host) => authority.isOwnHost(host),
    isSecure: (host) => origin.scheme === 'https' || isPublic(host),
    ownsName: (host) => isPublic(host) && !host.includes(':'),
  });
  return { state, feature };
}

/** Starts the platform if accounts are on. Loads none of its code otherwise. */
async function openPlatform(
  { accounts, dataDirectory }: RelayOptions,
  { sealer, ...parts }: Omit<PlatformOptions, 'accounts' | 'dataDirectory' | 'sealer'> & { sealer: Sealer | undefined },
): Promise<Platform | undefined> {
  if (accounts === undefined || sealer === undefined) return undefined;
  const { startPlatform } = await import('./start-platform.ts');
  return startPlatform({ ...parts, sealer, accounts, dataDirectory });
}

async function openCertificate(tls: RelayTls, directory: string, now: number): Promise<TlsCertificate | undefined> {
  switch (tls.mode) {
    case 'off':
      return undefined;
    case 'own':
      return openSelfSignedCertificate(directory, now);
    case 'files':
      return loadCertificateFiles(tls.certificate, tls.key);
  }
}

/** Lists hosts at which the relay is reachable, those for other machines first. */
function boundHosts(host: string | undefined): string[] {
  return host === undefined || isWildcard(host) ? [...dialableAddresses(), '127.0.0.1'] : [host];
}

function localHost(host: string | undefined): string {
  return host === undefined || isWildcard(host) ? '127.0.0.1' : host;
}

function listenError(
  name: 'relay.port' | 'relay.stun-port',
  error: unknown,
  port: AddressInfo['port'],
): RelayStartError {
  const code = systemCode(error) ?? 'unknown';
  return new RelayStartError(name, `cannot listen on port ${port}: ${code}`, {
    cause: error,
    details: { port, reason: code },
  });
}
