import type { UdpTransport } from '#agent/webrtc/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';
import type { IncomingPath } from '#agent/direct/index.ts';
import { createSession, type LinkSession } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { loopbackUdp } from '#test/support/loopback-transports.ts';
import { newIdentity } from '#test/support/relay-clients.ts';

const MESSAGE = Uint8Array.from({ length: 300 }, (_, index) => index);

/** Why there are no data channels of WebRTC on this machine; undefined where there are. */
export async function udpProblem(): Promise<string | undefined> {
  const sockets = createWebRtcSockets({ clock: systemClock, logger: silentLogger });
  await sockets.ready().catch(() => undefined);
  return sockets.problem;
}

/** Two devices on this machine with a session between them, by which they prepare paths over UDP. */
export class UdpPair {
  readonly near: UdpTransport;
  readonly far: UdpTransport;
  readonly session: LinkSession;
  readonly #other: LinkSession;

  constructor() {
    this.near = loopbackUdp();
    this.far = loopbackUdp();
    this.session = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
    this.#other = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
    attachMemoryPath(this.session, this.#other);
    // Another peer each time: the suite makes more of them in a minute than one may.
    this.#other.onStream = (stream) => void this.far.takeOffer(stream, newIdentity().peerId);
  }

  /** Dials; the other end has to accept. */
  async connect(): Promise<Readonly<{ dialed: ReturnType<UdpTransport['dial']>; incoming: IncomingPath }>> {
    const { signal } = new AbortController();
    const came = new Promise<IncomingPath>((resolve) => {
      this.far.onIncoming = resolve;
    });
    const dialed = this.near.dial(this.session, newIdentity().peerId, MESSAGE, signal);
    dialed.catch(() => undefined);
    return { dialed, incoming: await Promise.race([came, dialed.then(() => came)]) };
  }

  async close(): Promise<void> {
    this.near.close();
    this.far.close();
    await Promise.all([this.session.close('test', 'over'), this.#other.close('test', 'over')]);
  }
}
