import type { RawData } from 'ws';
import { DialError, type RelayEndpoint, type LinkDialOptions } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { LINK_READY, RELAY_LIMITS, RELAY_PATHS } from '#shared/relay-api/index.ts';
import { dialSocket } from './dial-socket.ts';
import { openWebSocket } from './open-websocket.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import { WebSocketChannel } from './websocket-channel.ts';
import { messageBytes } from './websocket-control.ts';

/** Largest message accepted, bytes. The relay forwards what it read at once from the other side's socket, which is much less. */
const MAX_PAYLOAD = 2 * 1024 * 1024;

/**
 * Opens a data connection to the relay in its WebSocket form: the ticket is the first message, LINK_READY the first byte of the answer. Used by
 * `createRelayDialer` where the raw form is blocked.
 * @throws {DialError} the codes of `dialSocket` and `openWebSocket`; `relay.data-connection` after that
 */
export async function dialWebSocketLink(
  endpoint: RelayEndpoint,
  options: LinkDialOptions & Readonly<{ clock: Clock; route?: NetworkRoute | undefined }>,
): Promise<WebSocketChannel> {
  const { clock, signal, tlsPin, ticket, route } = options;
  const { socket } = await dialSocket(endpoint, { clock, signal, tlsPin, route });
  const websocket = await openWebSocket(socket, endpoint, {
    path: RELAY_PATHS.link,
    clock,
    signal,
    maxPayload: MAX_PAYLOAD,
    timeout: RELAY_LIMITS.helloTimeout,
  });
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      websocket.off('message', onMessage).off('close', onClose);
    };
    const fail = (code: string, reason: string): void => {
      settle();
      websocket.terminate();
      reject(new DialError(code, `data connection: ${reason}`, { details: { reason } }));
    };
    const onAbort = (): void => fail('relay.aborted', 'given up');
    const onClose = (): void => fail('relay.data-connection', 'the other end closed the connection');
    const timer = clock.setTimer(RELAY_LIMITS.ticketLife, () => {
      fail('relay.data-connection', 'the other side did not come');
    });
    const onMessage = (data: RawData, isBinary: boolean): void => {
      const bytes = messageBytes(data);
      if (!isBinary || bytes[0] !== LINK_READY) {
        fail('relay.data-connection', 'the relay sent something else than the ready byte');
        return;
      }
      settle();
      websocket.off('error', ignore);
      websocket.pause();
      resolve(new WebSocketChannel(websocket, clock, bytes.subarray(1)));
    };
    websocket.on('message', onMessage).on('close', onClose).on('error', ignore);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    websocket.resume();
    websocket.send(ticket, { binary: true });
  });
}

function ignore(): void {
  // `close` follows and reports the end.
}
