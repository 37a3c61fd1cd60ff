import { LinkManager, type PinnedPeer } from '#agent/links/index.ts';
import { RelayClient } from '#agent/relay/index.ts';
import { pageClock } from '#browser/clock/index.ts';
import { createPageKeys, pageIdentity } from '#browser/keys/index.ts';
import { createPageRelayDialer } from '#browser/relay-dialer/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { parsePeerId, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';

/** A device as its peers pin it. All bytes are base64url. */
export type PageDevice = Readonly<{ peerId: string; signingKey: string; staticKey: string }>;

/** What `test/integration/browser/relay-dialer.test.ts` asks of the page in Chromium. */
export type RelayPage = Readonly<{
  /** Makes the page a device of this relay, which it joins with the ticket. */
  create(relay: Readonly<{ url: string; ticket: Readonly<{ id: string; secret: string }> }>): Promise<PageDevice>;
  /** Waits until the page is online, and returns `online`; or the code of the failure. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** State of the connection to the relay. */
  state(): string;
  /** Sends that many bytes to the peer, which sends them back, and returns how many came back, and how many of them were wrong. */
  echo(peer: PageDevice, total: number): Promise<Readonly<{ bytes: number; wrong: number }>>;
  /** Answer to a JSON request, or the code of the failure. */
  post(url: string, path: string): Promise<Readonly<{ status: number }> | string>;
  /** Codes of what a dialer refuses: a pin, a signal that is aborted, a port where nothing listens. */
  refusals(url: string, closed: string): Promise<readonly string[]>;
}>;

const clock = pageClock;
const dialer = createPageRelayDialer({ clock });
const pins = new Map<PeerId, PinnedPeer>();
let identity: DeviceIdentity | undefined;
let client: RelayClient | undefined;
let links: LinkManager | undefined;

function made(): Readonly<{ client: RelayClient; links: LinkManager }> {
  if (client === undefined || links === undefined) throw new Error('nothing was created');
  return { client, links };
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  return await act.then(() => 'none', errorCode);
}

const page: RelayPage = {
  async create({ url, ticket }) {
    const keys = await createPageKeys();
    identity = await pageIdentity(nobleBackend, keys, Math.floor(clock.now() / 1000));
    const own = { id: fromBase64Url(ticket.id), secret: fromBase64Url(ticket.secret) };
    client = new RelayClient({
      crypto: nobleBackend,
      identity,
      clock,
      logger: silentLogger,
      dialer,
      role: 'browser',
      config: { url, enrolTicket: () => own },
      longestWait: () => 500,
    });
    links = new LinkManager({
      crypto: nobleBackend,
      identity,
      clock,
      logger: silentLogger,
      relay: client,
      peers: { lookup: (peerId) => pins.get(peerId) },
      onStream: (stream) => stream.refuse('link.no-service', 'none'),
      onChange: () => undefined,
    });
    return {
      peerId: identity.peerId,
      signingKey: toBase64Url(identity.signingKey),
      staticKey: toBase64Url(identity.staticKey.publicKey),
    };
  },
  start() {
    const { client: relay } = made();
    relay.start();
    return new Promise((resolve) => {
      relay.onStatus = () => {
        if (relay.status.state === 'online') resolve('online');
        else if (relay.failure !== undefined) resolve(errorCode(relay.failure));
      };
    });
  },
  async stop() {
    await made().client.stop();
  },
  state: () => made().client.status.state,
  async echo({ peerId, signingKey, staticKey }, total) {
    const peer = parsePeerId(peerId);
    pins.set(peer, {
      peerId: peer,
      signingKey: fromBase64Url(signingKey),
      staticKey: fromBase64Url(staticKey),
      generation: 1,
    });
    const session: Session = await made().links.session(peer);
    const stream = session.open('rpc', {});
    const batch = Uint8Array.from({ length: 65_537 }, (_, at) => at % 251);
    let bytes = 0;
    let wrong = 0;
    const reading = (async () => {
      for (;;) {
        const chunk = await stream.read();
        if (chunk === null) return;
        for (const [at, byte] of chunk.entries()) if (byte !== ((bytes + at) % batch.length) % 251) wrong += 1;
        bytes += chunk.length;
      }
    })();
    for (let sent = 0; sent < total; sent += batch.length) await stream.write(batch.subarray(0, total - sent));
    await stream.end();
    await reading;
    return { bytes, wrong };
  },
  async post(url, path) {
    const options = { signal: new AbortController().signal };
    try {
      const answer = await dialer.post?.(parseRelayUrl(url), path, {}, options);
      return { status: answer?.status ?? 0 };
    } catch (error) {
      return errorCode(error);
    }
  },
  async refusals(url, closed) {
    const endpoint = parseRelayUrl(url);
    const { signal } = new AbortController();
    const ticket = new Uint8Array(32);
    return [
      await codeOf(dialer.control(endpoint, { signal, tlsPin: new Uint8Array(32) })),
      await codeOf(dialer.control(endpoint, { signal: AbortSignal.abort() })),
      await codeOf(dialer.control(parseRelayUrl(closed), { signal })),
      // A ticket that the relay doesn't know.
      await codeOf(dialer.link(endpoint, { signal, ticket })),
      await codeOf(dialer.link(endpoint, { signal: AbortSignal.timeout(0), ticket })),
    ];
  },
};

Object.assign(globalThis, { page });
