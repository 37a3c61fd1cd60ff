import { once } from 'node:events';
import type { Socket } from 'node:net';
import { listenTcp, type TcpListener } from '#node/forwarding/index.ts';
import { CONNECTOR_LIMITS, RULE_LIMITS, type RuleContext } from '../rules/index.ts';

/** Clients of a rule that are not connected to a target: as many as it may connect, and those that have not said where they want to go. */
const MOST_CLIENTS = RULE_LIMITS.connections + CONNECTOR_LIMITS.handshakes;

/** The port of a rule here, with the connections that came to it. */
export class RulePort {
  readonly #context: Pick<RuleContext, 'rule' | 'formerPort' | 'report' | 'claimPort'>;
  readonly #serve: (socket: Socket) => void;
  /** Sockets that nothing carries yet, or that are served here to their end. */
  readonly #sockets = new Set<Socket>();
  #listener: TcpListener | undefined;
  #release: () => void = () => undefined;

  /** @param serve gets each connection, paused and half-open; errors of the socket are listened to already */
  constructor(
    context: Pick<RuleContext, 'rule' | 'formerPort' | 'report' | 'claimPort'>,
    serve: (socket: Socket) => void,
  ) {
    this.#context = context;
    this.#serve = serve;
  }

  /** @throws {ForwardError} as `listenTcp` */
  async open(signal: AbortSignal): Promise<void> {
    const { rule, formerPort, report, claimPort } = this.#context;
    const listener = await listenTcp({
      ...rule.listen,
      formerPort,
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

  /** The socket belongs to somebody else from now on. */
  letGo(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** Closes the port and everything that came to it and was not let go. */
  async close(): Promise<void> {
    this.#release();
    await this.#listener?.close();
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.destroy();
    // Whoever serves them has heard of it when this is over.
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
