import { createAccount } from '../account/index.ts';
import { createAnsweringClient } from '../answering/index.ts';
import { createCommonRelay } from '../common-relay/index.ts';
import { createCore } from '../core/core.ts';
import type { Handlers, Module } from '../core/module.ts';
import { createPageFiles, type PageTransferFiles } from '../files/page/index.ts';
import { createIntroductions } from '../introductions/index.ts';
import { createHistory } from '../history/index.ts';
import { createLeave } from '../leave/index.ts';
import { createNetwork, TicketAdmission } from '../network/index.ts';
import { createPairing } from '../pairing/index.ts';
import { createPause } from '../pause/index.ts';
import { createPeers } from '../peers/index.ts';
import { createRecordings } from '../recordings/index.ts';
import { createTerminalClient, TerminalChannels } from '../terminals/client/index.ts';
import { AGENT_CALLS, type AppHandlers, type AppTransport } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import type { ClearableLineFile, DocumentFile, StoredProblem } from '#shared/storage.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { WebRtcSockets } from '#shared/webrtc/index.ts';
import { createWakeOnLan } from '../wake-on-lan/index.ts';
import { createShareLinks } from '../share-links/index.ts';
import { admissionHandlers } from './admission.ts';
import { servePageStream } from './page-streams.ts';

/** Longest time that one module may take to close, ms. A page may end at any moment anyway. */
const CLOSE_TIMEOUT = 500;

/** Parts of the browser that the agent of a page uses; `src-browser` implements them. */
export type PageAgentOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  store: Readonly<{
    document(name: string): DocumentFile;
    lines(name: string): ClearableLineFile;
    /** Resolves when everything is saved that was written before. @throws {StoreError} `store.write` */
    flush(): Promise<void>;
    /** Removes what is kept, and keeps nothing from now on: this device lives until its tab closes. */
    keepNothing(): Promise<void>;
    /** False if nothing is kept. */
    readonly keeps: boolean;
    /** Parts that were found damaged, by an error code each, which the status names. */
    readonly problems: readonly StoredProblem[];
  }>;
  /** Files and places that a person picks in the pages of this browser. */
  files: Omit<PageTransferFiles, 'book'>;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  /** UDP connections over WebRTC; undefined: the agent makes and accepts none. */
  webrtc?: WebRtcSockets | undefined;
  /** UDP connections lead to this machine only: for tests. */
  loopback?: boolean | undefined;
  version: string;
  /** Name of this device, used when it is created. */
  deviceName: string;
  /** Name of the person whose account this device belongs to, which guests of share links and, before this device's, new peers are told. */
  personName?: string | undefined;
  /** URL of the relay from which the page was loaded, such as `wss://relay.example:443`. */
  relayUrl: string;
}>;

/** Agent of a page: a device with keys of its own that serves nothing, and uses what its peers allow. */
export type PageAgent = Readonly<{
  peerId: PeerId;
  /** Connects to the relay. */
  start(): void;
  /** Answers a user interface until its transport ends. */
  serve(transport: AppTransport): void;
  /** Checks the connections: the browser says that it is online again, or the page was frozen. */
  networkChanged(): void;
  /** Closes links and the relay connection, and saves everything. Idempotent. */
  close(reason: string): Promise<void>;
}>;

/**
 * Creates the agent of a page from the portable modules of the agent, with the keys, documents and connections of a browser. Connects to nothing before
 * `start`. One per identity may run at a time: the relay keeps only the newest connection of a device.
 * @throws {StoreError} a document can't be used
 */
export async function createPageAgent(options: PageAgentOptions): Promise<PageAgent> {
  const { crypto, identity, store, clock, logger, dialer, version, relayUrl } = options;
  const core = await createCore({
    crypto,
    clock,
    logger,
    version,
    pid: 0,
    profile: new URL(relayUrl).host,
    deviceName: options.deviceName,
    // Nothing in a page is sealed with it: the keys are the browser's.
    secret: {
      load: () => Promise.resolve(crypto.randomBytes(32)),
      save: () => Promise.resolve(),
      describe: () => 'browser',
    },
    identity,
    files: {
      settings: store.document('settings'),
      peers: store.document('peers'),
      approvals: store.document('approvals'),
      audit: store.lines('audit'),
    },
  });
  if (core.settings.value.relay.url === null)
    core.settings.update((current) => ({ ...current, relay: { ...current.relay, url: relayUrl } }));
  const { pause, ...pauseModule } = createPause(core, { problems: { list: () => store.problems } });
  const history = createHistory(core, { file: store.lines('history') });
  const { webrtc, loopback } = options;
  const admission = new TicketAdmission();
  const network = createNetwork(core, {
    dialer,
    pause,
    webrtc,
    loopback,
    role: 'browser',
    enrolTicket: () => admission.ticket,
  });
  const peers = createPeers(core, { ...network, traffic: store.document('traffic') });
  const channels = new TerminalChannels(core);
  const recordings = createRecordings(core, { folder: undefined, channels });
  const terminals = createTerminalClient(core, { ...network, ...recordings, history, channels });
  const common = createCommonRelay(core, network);
  const pairing = createPairing(core, {
    ...network,
    ...peers,
    browser: () => (store.keeps ? 'kept' : 'tab'),
    personName: options.personName,
  });
  const introductions = createIntroductions(core, { ...network, ...peers });
  const leave = createLeave(core, { ...network, store });
  const account = createAccount(core, { network, admission });
  const answering = createAnsweringClient(core, network);
  const wakeOnLan = createWakeOnLan(core, { network });
  const files = createPageFiles(core, { network, files: { ...options.files, book: store.document('transfers') } });
  // A person at a machine has approved this browser for its tab only.
  core.events.on('peer.named', ({ browser }) => {
    if (browser?.life !== 'tab' || !store.keeps) return;
    store.keepNothing().catch((error: unknown) => {
      logger.warn('what is kept could not be removed', { errorCode: errorCode(error) });
    });
    core.views.announce('status');
  });
  const shareLinks = createShareLinks(core, {
    ...network,
    channels,
    served: undefined,
    pause,
    personName: options.personName,
  });
  core.views.addStatus(() => ({
    terminals: { serving: 0, using: channels.count },
    ...(!store.keeps && { endsWithPage: true as const }),
  }));
  network.serveStreams((stream, peerId, session) =>
    servePageStream(stream, peerId, {
      peers: core.peers,
      udp: network.network.udp,
      introductions: introductions.introductions,
      onFactsChanged: (from) => core.events.emit('peer.facts-changed', { peerId: from, session }),
      onNoticed: (from) => terminals.shares.noticed(from),
      onRequestsChanged: (from) => answering.noticed(from),
      files,
    }),
  );
  const modules: readonly Module[] = [
    core,
    pauseModule,
    history,
    network,
    peers,
    recordings,
    terminals,
    common,
    pairing,
    introductions,
    { handlers: admissionHandlers(admission, network) },
    leave,
    account,
    answering,
    wakeOnLan,
    files,
    shareLinks,
  ];
  const handlers = completeHandlers(modules);
  let closing: Promise<void> | undefined;
  const close = async (reason: string): Promise<void> => {
    core.beginClosing(reason, 'end');
    const reversed = modules.toReversed();
    for (const module of reversed) module.stop?.();
    for (const module of reversed) {
      // A module that fails must not keep the others from closing.
      await withTimeout(clock, CLOSE_TIMEOUT, Promise.resolve('end' as const).then(module.close)).catch(
        (error: unknown) => logger.error('a module could not be closed', { errorCode: errorCode(error) }),
      );
    }
    await store.flush();
  };
  return {
    peerId: identity.peerId,
    start: () => {
      for (const module of modules) module.start?.();
    },
    serve: (transport) => {
      if (closing === undefined) core.server.serveConnection(transport, handlers);
      else transport.close();
    },
    networkChanged: () => {
      if (closing === undefined) network.network.networkChanged();
    },
    close: async (reason) => {
      closing ??= close(reason);
      await closing;
    },
  };
}

/** Merges the modules' handlers. A call that needs a machine fails with `agent.unavailable`. */
function completeHandlers(modules: readonly Module[]): AppHandlers {
  const handlers: Handlers = Object.assign({}, ...modules.map((module) => module.handlers));
  const refuse = (call: string) => () =>
    Promise.reject(new ClawReachError('agent.unavailable', `a browser answers no ${call}`, { details: { call } }));
  const missing = Object.keys(AGENT_CALLS).filter((call) => !(call in handlers));
  return Object.assign(Object.fromEntries(missing.map((call) => [call, refuse(call)])), handlers) as AppHandlers;
}
