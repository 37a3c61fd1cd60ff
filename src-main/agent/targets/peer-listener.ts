import type { Socket } from 'node:net';
import { isAnswered, type ListenTcpOptions, type TcpListener } from '#node/forwarding/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { ForwardError, TCP_RESET_CANCELLED } from '#shared/forward/index.ts';
import type { IncomingStream, LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { hostAndPort } from './host.ts';
import type { ReservedPorts } from './local-machine.ts';
import type { AllowedTarget, TargetRequester, TargetPolicy } from './types.ts';

export type PeerListenerOptions = Readonly<{
  asker: TargetRequester;
  session: Session;
  /** Stream with which the peer requested the port; the port closes with it. */
  control: IncomingStream;
  allowed: AllowedTarget;
  policy: TargetPolicy;
  ownPorts: ReservedPorts;
  clock: Clock;
  logger: Logger;
  /** Time for the peer to accept a connection, ms. */
  timeout: number;
  closing: AbortSignal;
  /** Takes one connection of the peer's quota. @returns a function that releases it @throws {ForwardError} `forward.too-many` */
  takeQuota(): () => void;
  /** Carries a connection to its end. */
  carry(link: LinkStream, socket: Socket, target: string, source: string): Promise<void>;
  listen(options: ListenTcpOptions): Promise<TcpListener>;
}>;

/** Port that this device opens for a peer (a remote forward of the peer); passes each accepted connection to the peer. */
export class PeerListener {
  readonly #options: PeerListenerOptions;
  #listener: TcpListener | undefined;
  #over: Promise<void> = Promise.resolve();

  constructor(options: PeerListenerOptions) {
    this.#options = options;
  }

  /** `host:port` */
  get address(): string {
    return this.#listener?.address ?? '';
  }

  /** Resolves when the port is closed. */
  get over(): Promise<void> {
    return this.#over;
  }

  /** Opens the port and tells the peer. @throws {ForwardError} of `CONNECTION_CODES` */
  async open(): Promise<void> {
    const { allowed, control, policy, asker, ownPorts, closing } = this.#options;
    const [host = ''] = allowed.addresses;
    // At another address than ours some systems would let it have the port, and part of what is meant for us with it.
    if (ownPorts.has(allowed.port)) throw new ForwardError('forward.port-in-use', `port ${allowed.port} is in use`);
    const listener = await this.#listen(host, allowed.port);
    this.#listener = listener;
    let link: LinkStream | undefined;
    let isDenied = false;
    const release = policy.hold(asker, allowed, host, () => {
      isDenied = true;
      link?.reset(TCP_RESET_CANCELLED);
    });
    if (isDenied || control.cancelled.aborted || closing.aborted) {
      release();
      await listener.close();
      throw new ForwardError('forward.denied', 'this device does not let you listen there');
    }
    // No way back to the peer itself through its own port.
    const giveBack = ownPorts.claim(listener.port);
    link = control.accept({ port: listener.port });
    const end = (): void => link.reset(TCP_RESET_CANCELLED);
    closing.addEventListener('abort', end, { once: true });
    void untilEnd(link);
    this.#over = link.closed.then(async () => {
      closing.removeEventListener('abort', end);
      release();
      await listener.close();
      giveBack();
    });
  }

  async #listen(host: string, port: number): Promise<TcpListener> {
    try {
      // Where that is so, most systems say it themselves, and a port that is free.
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

  /** Hands one connection over. Never rejects. */
  async #take(socket: Socket): Promise<void> {
    const { asker, allowed, policy, carry, takeQuota, logger } = this.#options;
    const source = hostAndPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
    // Heard until it is carried.
    socket.on('error', () => undefined);
    let stream: OutgoingStream | undefined;
    let release: () => void = () => undefined;
    let giveBack: () => void = () => undefined;
    try {
      giveBack = takeQuota();
      stream = this.#offer(source);
      const offered = stream;
      const [host = ''] = allowed.addresses;
      release = policy.hold(asker, allowed, host, () => offered.reset(TCP_RESET_CANCELLED));
      await this.#taken(offered);
      await carry(offered, socket, this.address, source);
    } catch (error) {
      stream?.reset(TCP_RESET_CANCELLED);
      if (!socket.destroyed) socket.resetAndDestroy();
      logger.debug('a connection to a listener of a peer was not taken', {
        peer: asker.peerId,
        errorCode: errorCode(error),
      });
    } finally {
      release();
      giveBack();
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

/** Resolves when the peer ends its direction of the stream, or sends bytes, which it has no reason to do. */
async function untilEnd(link: LinkStream): Promise<void> {
  try {
    if ((await link.read()) === null) await link.end();
    else link.reset(TCP_RESET_CANCELLED);
  } catch {
    // `closed` tells.
  }
}

/** Turns the listener's error into one that the peer knows, with a free port if one is known. */
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
