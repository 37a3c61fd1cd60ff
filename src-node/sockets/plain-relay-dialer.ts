import type { JsonAnswer, ControlChannel, ControlDialOptions } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { dialSocket } from './dial-socket.ts';
import { openWebSocket } from './open-websocket.ts';
import type { PlainEndpoint } from './plain-endpoint.ts';
import { postJson } from './post-json.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import { WebSocketControl } from './websocket-control.ts';

/** Largest message accepted from a plain relay, bytes. */
const MAX_PLAIN_PAYLOAD = 1024 * 1024;
/** Time limit of the answer to the WebSocket upgrade, ms. */
const UPGRADE_TIMEOUT = 10_000;

/** Dialer for plain relays, which speak the documented JSON protocol. The agent gets it as an option; `createPlainRelayDialer` makes the real one. */
export interface PlainRelayDialer {
  /** Opens the WebSocket `/connect` of a relay. @throws {DialError} */
  connect(endpoint: PlainEndpoint, options: ControlDialOptions): Promise<ControlChannel>;
  /** Sends JSON to one of a relay's functions. @param name such as `pair-device` @throws {DialError} */
  call(endpoint: PlainEndpoint, name: string, body: unknown, options: ControlDialOptions): Promise<JsonAnswer>;
}

/** Creates the dialer for plain relays. Opens sockets only when called, through the proxy that `route` names. */
export function createPlainRelayDialer({
  clock,
  route,
}: Readonly<{ clock: Clock; route?: NetworkRoute }>): PlainRelayDialer {
  return {
    async connect(endpoint, { signal, tlsPin }) {
      const { socket, tlsPin: seen } = await dialSocket(endpoint, { clock, signal, tlsPin, route });
      const websocket = await openWebSocket(socket, endpoint, {
        path: `${endpoint.path}/connect`,
        header: endpoint.header,
        clock,
        signal,
        maxPayload: MAX_PLAIN_PAYLOAD,
        timeout: UPGRADE_TIMEOUT,
      });
      return new WebSocketControl(websocket, socket, seen, clock);
    },
    async call(endpoint, name, body, { signal, tlsPin }) {
      const path = `${endpoint.path}/${name}`;
      return await postJson(endpoint, { path, header: endpoint.header, body, clock, signal, tlsPin, route });
    },
  };
}
