import type { Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import type { ForwardConnector } from '../rules/index.ts';
import { AUTO_LIMITS } from './limits.ts';

/** Options of `MixedServer`. */
export type MixedServerOptions = Readonly<{
  clock: Clock;
  /** Limits the clients whose first byte has not arrived. */
  connector: Pick<ForwardConnector, 'beginHandshake'>;
  /** Servers that take over connections; `head` is what was read already. */
  socks: Readonly<{ serve(socket: Socket, head: Uint8Array): unknown }>;
  http: Readonly<{ serve(socket: Socket, head: Uint8Array): unknown }>;
}>;

/** First byte of a SOCKS 5 client (RFC 1928 section 3); no HTTP request begins with it. */
const SOCKS_5 = 5;

/**
 * SOCKS 5 and HTTP proxy on connections that an automatic proxy (`AutoRule`) has accepted on its one port: reads the first byte and passes the
 * connection to the matching server. Closes connections without a byte for 10 s, and those above the connector's limit.
 */
export class MixedServer {
  readonly #options: MixedServerOptions;

  constructor(options: MixedServerOptions) {
    this.#options = options;
  }

  /** Serves a connection and takes ownership of its socket, which is paused and may be half open. The caller must have added an error listener. */
  serve(socket: Socket): void {
    const { clock, connector, socks, http } = this.#options;
    const leave = connector.beginHandshake();
    if (leave === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const settle = (): void => {
      timer.cancel();
      socket.off('data', take);
      socket.off('end', gone);
      socket.off('close', gone);
      leave();
    };
    const gone = (): void => {
      settle();
      socket.destroy();
    };
    const take = (head: Uint8Array): void => {
      settle();
      socket.pause();
      (head[0] === SOCKS_5 ? socks : http).serve(socket, head);
    };
    const timer = clock.setTimer(AUTO_LIMITS.firstByte, gone);
    socket.once('end', gone);
    socket.once('close', gone);
    socket.on('data', take);
    socket.resume();
  }
}
