import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import { LinkManager, type PinnedPeer } from '#agent/links/index.ts';
import { RelayClient } from '#agent/relay/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { OutgoingStream, Session, StreamKind } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { online, pinOf, type Known } from '../relay-clients.ts';

/** A device whose owner has taken every check out of it: it links and asks for whatever the test says. */
export class LawlessDevice {
  readonly identity: DeviceIdentity;
  readonly #client: RelayClient;
  readonly #links: LinkManager;
  readonly #pins = new Map<PeerId, PinnedPeer>();

  constructor(identity: DeviceIdentity, dialer: RelayDialer, url: string) {
    this.identity = identity;
    this.#client = new RelayClient({
      crypto: nativeBackend,
      identity,
      clock: systemClock,
      logger: silentLogger,
      dialer,
      config: { url },
    });
    this.#links = new LinkManager({
      crypto: nativeBackend,
      identity,
      clock: systemClock,
      logger: silentLogger,
      relay: this.#client,
      peers: { lookup: (peerId) => this.#pins.get(peerId) },
      onStream: (stream) => stream.refuse('link.no-service', 'none'),
    });
  }

  async start(): Promise<void> {
    this.#client.start();
    await online(this.#client);
  }

  session(target: Known): Promise<Session> {
    this.#pins.set(target.peerId, pinOf(target));
    return this.#links.session(target.peerId);
  }

  /** Opens a stream and says how the target answered: `opened`, or the code of its refusal. */
  async ask(target: Known, kind: StreamKind, params: unknown): Promise<string> {
    const session = await this.session(target);
    return answerTo(session.open(kind, params));
  }

  async close(): Promise<void> {
    await this.#links.close();
    await this.#client.stop();
  }
}

export async function answerTo(stream: OutgoingStream): Promise<string> {
  try {
    await stream.opened;
    return 'opened';
  } catch (error) {
    const { code, details } = error as { code: string; details: Readonly<Record<string, unknown>> };
    return code === 'link.refused' ? String(details['code']) : code;
  }
}

/** Reads until the other side ends it, in whatever way. */
export async function readToEnd(stream: OutgoingStream): Promise<void> {
  try {
    while ((await stream.read()) !== null);
  } catch {
    // Reset: that is an end too.
  }
}
