import type { Socket } from 'node:net';
import { isAnswered, type ListenTcpOptions, type TcpListener } from '#node/forwarding/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { ForwardError, TCP_RESET_CANCELLED } from '#shared/forward/index.ts';
import type { IncomingStream, LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { hostAndPort } from './host.ts';
import type { ReservedPorts } from './reserved-ports.ts';
import type { AllowedTarget, TargetRequester, TargetPolicy } from './target-policy.ts';

/** Options of `PeerListener`. */
export type PeerListenerOptions = Readonly<{
  requester: TargetRequester;
  session: Session;
  /** Stream with which the peer requested the port; the port closes with it. */
  control: IncomingStream;
  allowed: AllowedTarget;
  policy: TargetPolicy;
  reservedPorts: ReservedPorts;
  clock: Clock;
  logger: Logger;
  /** Time for the peer to accept a connection, ms. */
  timeout: number;
  closing: AbortSignal;
  /** Takes one connection of the peer's quota. @returns a function that releases it @throws {ForwardError} `forward.too-many` */
  takeQuota(): () => void;
  /** Copies a connection both ways until it ends. */
  carry(link: LinkStream, socket: Socket, target: string, source: string): Promise<void>;
  /** Opens a TCP port on this machine. */
  listen(options: ListenTcpOptions): Promise<TcpListener>;
}>;

/**
 * TCP port that `TargetServer` opens on this device for a peer (a remote forward of the peer); passes each accepted connection to the peer. Tests the
 * port with a connection of its own first, and reserves it while it is open. `TargetServer` lists the connections and writes the audit log.
 */
export class PeerListener {
  readonly #options: PeerListenerOptions;
  #listener: TcpListener | undefined;
  #over: Promise<void> = Promise.resolve();

  constructor(options: PeerListenerOptions) {
    this.#options = options;
  }

  /** Listening address, `host:port`; empty before `open`. */
  get address(): string {
    return this.#listener?.address ?? '';
  }

  /** Resolves when the port is closed. */
  get over(): Promise<void> {
    return this.#over;
  }

  /**
   * Opens the port and notifies the peer.
   * @throws {ForwardError} one of `CONNECTION_CODES`
   */
  async open(): Promise<void> {
    const { allowed, control, policy, requester, reservedPorts, closing } = this.#options;
    const [host = ''] = allowed.addresses;
    // Some systems would let the peer listen on our port at another address, and receive connections meant for us.
    if (reservedPorts.has(allowed.port))
      throw new ForwardError('forward.port-in-use', `port ${allowed.port} is in use`);
    const listener = await this.#listen(host, allowed.port);
    this.#listener = listener;
    let link: LinkStream | undefined;
    let isDenied = false;
    const release = policy.watch(requester, allowed, host, () => {
      isDenied = true;
      link?.reset(TCP_RESET_CANCELLED);
    });
    if (isDenied || control.cancelled.aborted || closing.aborted) {
      release();
      await listener.close();
      throw new ForwardError('forward.denied', 'this device does not let you listen there');
    }
    // Protect the port, so that the peer can't connect to itself through it.
    const releasePort = reservedPorts.claim(listener.port);
    link = control.accept({ port: listener.port });
    const end = (): void => link.reset(TCP_RESET_CANCELLED);
    closing.addEventListener('abort', end, { once: true });
    void untilEnd(link);
    this.#over = link.closed.then(async () => {
      closing.removeEventListener('abort', end);
      release();
      await listener.close();
      releasePort();
    });
  }

  async #listen(host: string, port: number): Promise<TcpListener> {
    try {
      // Most systems report a taken port themselves; some let two programs listen at different addresses.
      const isTaken = await isAnswered(host, port);
      const onConnection = (socket: Socket): void => {
        if (isTaken) socket.destroy();
        else void this.#take(socket);
      };
      const listener = await this.#options.listen({ host, port, onConnection });
      if (!isTaken) return listener;
      await listener.close();
      throw new ForwardError('forward.port-in-use', 'another program listens there');
    } catch (error) {
      throw explain(error, port);
    }
  }

  /** Passes one accepted connection to the peer. Never rejects. */
  async #take(socket: Socket): Promise<void> {
    const { requester, allowed, policy, carry, takeQuota, logger } = this.#options;
    const source = hostAndPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
    // An error before the connection is joined must not end the program.
    socket.on('error', () => undefined);
    let stream: OutgoingStream | undefined;
    let release: () => void = () => undefined;
    let releaseQuota: () => void = () => undefined;
    try {
      releaseQuota = takeQuota();
      stream = this.#offer(source);
      const offered = stream;
      const [host = ''] = allowed.addresses;
      release = policy.watch(requester, allowed, host, () => offered.reset(TCP_RESET_CANCELLED));
      await this.#taken(offered);
      await carry(offered, socket, this.address, source);
    } catch (error) {
      stream?.reset(TCP_RESET_CANCELLED);
      if (!socket.destroyed) socket.resetAndDestroy();
      logger.debug('a connection to a listener of a peer was not taken', {
        peer: requester.peerId,
        errorCode: errorCode(error),
      });
    } finally {
      release();
      releaseQuota();
      socket.destroy();
    }
  }

  #offer(source: string): OutgoingStream {
    const { session, control } = this.#options;
    const stream = session.open('tcp', { from: { listener: control.id, address: source } }, { priority: 'normal' });
    stream.opened.catch(() => undefined);
    return stream;
  }

  async #taken(stream: OutgoingStream): Promise<void> {
    const { clock, timeout } = this.#options;
    const timer = clock.setTimer(timeout, () => stream.reset(TCP_RESET_CANCELLED));
    try {
      await stream.opened;
    } finally {
      timer.cancel();
    }
  }
}

/** Resolves when the peer ends its direction of the stream, or sends bytes, which is a protocol error. */
async function untilEnd(link: LinkStream): Promise<void> {
  try {
    if ((await link.read()) === null) await link.end();
    else link.reset(TCP_RESET_CANCELLED);
  } catch {
    // The reason is reported by `closed`.
  }
}

/** Converts the error of listening into one that the peer knows, naming a free port if there is one. */
function explain(error: unknown, port: number): unknown {
  if (!(error instanceof ForwardError)) return error;
  const { free } = error.details;
  const instead = typeof free === 'number' && free > 0 ? `; ${free} is free` : '';
  switch (error.code) {
    case 'forward.port-in-use':
      return new ForwardError('forward.port-in-use', `port ${port} is in use${instead}`, { cause: error });
    case 'forward.port-privileged':
      return new ForwardError('forward.port-unavailable', `port ${port} needs an administrator${instead}`, {
        cause: error,
      });
    case 'forward.address':
      return new ForwardError('forward.port-unavailable', 'no such address at this device', { cause: error });
    default:
      return error;
  }
}
