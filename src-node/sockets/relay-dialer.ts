import { DialError, type RelayEndpoint, type LinkDialOptions, type RelayDialer } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { RELAY_LIMITS, RELAY_PATHS } from '#shared/relay-api/index.ts';
import { dialRawLink } from './dial-raw-link.ts';
import { dialSocket } from './dial-socket.ts';
import { dialWebSocketLink } from './dial-websocket-link.ts';
import { createLinkFormMemory } from './link-form-memory.ts';
import { getFile } from './get-file.ts';
import { openWebSocket } from './open-websocket.ts';
import { postJson } from './post-json.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import type { DataConnectionFormCache } from './types.ts';
import { WebSocketControl } from './websocket-control.ts';

/** Largest message accepted on a control connection, bytes. The largest honest one is a `welcome` with 10 000 peer IDs. */
const MAX_CONTROL_PAYLOAD = 1024 * 1024;

/** Clock, cache and route of connections to relays. */
export type RelayDialerOptions = Readonly<{
  clock: Clock;
  /** Cache of working forms; a new one if undefined. */
  memory?: DataConnectionFormCache;
  /** Time limit of the answer to the raw upgrade, ms; default 3000. */
  probeTimeout?: number;
  /** Proxy and trusted certificate authorities; undefined for a direct connection and the program's defaults. */
  route?: NetworkRoute;
}>;

/** Creates the dialer by which an agent opens control and data connections to relays over the network. Opens sockets only when called. */
export function createRelayDialer(options: RelayDialerOptions): RelayDialer {
  const { clock, route } = options;
  const memory = options.memory ?? createLinkFormMemory(clock);
  return {
    async control(endpoint, { signal, tlsPin }) {
      const dialed = await dialSocket(endpoint, { clock, signal, tlsPin, route });
      const websocket = await openWebSocket(dialed.socket, endpoint, {
        path: RELAY_PATHS.control,
        clock,
        signal,
        maxPayload: MAX_CONTROL_PAYLOAD,
        timeout: RELAY_LIMITS.helloTimeout,
      });
      return new WebSocketControl(websocket, dialed.socket, dialed.tlsPin, clock);
    },
    async link(endpoint, link): Promise<ByteChannel> {
      if (memory.recall(endpoint.authority) !== 'websocket') {
        const raw = await tryRaw(endpoint, { ...link, clock, route, probeTimeout: options.probeTimeout });
        if (raw !== undefined) return raw;
      }
      const channel = await dialWebSocketLink(endpoint, { ...link, clock, route });
      // The WebSocket form works, so the network blocked the raw form, not the relay.
      memory.remember(endpoint.authority, 'websocket');
      return channel;
    },
    async post(endpoint, path, body, { signal, tlsPin }) {
      return await postJson(endpoint, { path, body, clock, signal, tlsPin, route });
    },
    async get(endpoint, path, { signal, tlsPin, most, encoding }) {
      return await getFile(endpoint, { path, most, encoding, clock, signal, tlsPin, route });
    },
    async proxy(endpoint) {
      return (await route?.proxyFor(endpoint))?.url;
    },
  };
}

/** Dials the raw form of a data connection; undefined if an intermediary blocks the upgrade. */
async function tryRaw(
  endpoint: RelayEndpoint,
  options: LinkDialOptions &
    Readonly<{ clock: Clock; route: NetworkRoute | undefined; probeTimeout: number | undefined }>,
): Promise<ByteChannel | undefined> {
  try {
    return await dialRawLink(endpoint, options);
  } catch (error) {
    if (error instanceof DialError && error.code === 'relay.upgrade') return undefined;
    throw error;
  }
}
