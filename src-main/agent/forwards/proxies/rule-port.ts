import { once } from 'node:events';
import type { Socket } from 'node:net';
import { listenTcp, type TcpListener } from '#node/forwarding/index.ts';
import { CONNECTOR_LIMITS, RULE_LIMITS, type RuleContext } from '../rules/index.ts';

/** Most sockets of a forward without a connection to a target: as many as it may connect, and those whose target is not yet known. */
const MOST_CLIENTS = RULE_LIMITS.connections + CONNECTOR_LIMITS.handshakes;

/**
 * TCP port that a forward listens on at this device, with the accepted sockets. Protects the port from peers while it is open, except for a shared
 * folder.
 */
export class RulePort {
  readonly #context: Pick<RuleContext, 'rule' | 'formerPort' | 'report' | 'claimPort'>;
  readonly #serve: (socket: Socket) => void;
  /** Accepted sockets that are still owned by this port: not yet connected to a target, or served by this device itself. */
  readonly #sockets = new Set<Socket>();
  #listener: TcpListener | undefined;
  #release: () => void = () => undefined;

  /** @param serve called with each accepted socket, paused and half-open, with an error listener */
  constructor(
    context: Pick<RuleContext, 'rule' | 'formerPort' | 'report' | 'claimPort'>,
    serve: (socket: Socket) => void,
  ) {
    this.#context = context;
    this.#serve = serve;
  }

  /**
   * Opens the port and reports its address on the forward.
   * @throws {ForwardError} as `listenTcp`
   */
  async open(signal: AbortSignal): Promise<void> {
    const { rule, formerPort, report, claimPort } = this.#context;
    const listener = await listenTcp({
      ...rule.listen,
      formerPort,
      namesOwner: true,
      onConnection: (socket) => this.#take(socket),
    });
    if (signal.aborted) {
      await listener.close();
      return;
    }
    this.#listener = listener;
    this.#release = claimPort(listener.port);
    report({ address: listener.address });
  }

  /** Gives up ownership of a socket: the caller closes it from now on. */
  releaseSocket(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** Closes the port and all sockets that it still owns. */
  async close(): Promise<void> {
    this.#release();
    await this.#listener?.close();
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.destroy();
    // Wait, so that their servers have seen the sockets close.
    await Promise.all(closed);
  }

  #take(socket: Socket): void {
    if (this.#sockets.size >= MOST_CLIENTS) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#serve(socket);
  }
}

/** Returns the remote address of a socket, `ip:port`. */
export function sourceOf({ remoteAddress, remotePort }: Socket): string | null {
  if (remoteAddress === undefined || remotePort === undefined) return null;
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
