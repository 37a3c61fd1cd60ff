import type { Clock } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { DialError, type LinkDialOptions, type RelayDialer, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { LINK_READY, RELAY_LIMITS, RELAY_PATHS } from '#shared/relay-api/index.ts';
import { openSocket } from './open-socket.ts';
import { PageControl } from './page-control.ts';
import { PageLinkChannel } from './page-link-channel.ts';

/** Time limit of an open connection, ms: DNS, TCP, TLS and the upgrade together. */
const OPEN_TIMEOUT = 20_000;
/** Time limit of the answer to a JSON request, ms. */
const ANSWER_TIMEOUT = 15_000;

/** Clock of connections to relays. */
export type PageRelayDialerOptions = Readonly<{ clock: Clock }>;

/**
 * Creates the dialer by which the agent of a page opens control and data connections to relays: WebSockets, and `fetch` for JSON. Proxies and
 * certificates are the browser's concern, so a pin is refused. Opens nothing until it is called.
 */
export function createPageRelayDialer({ clock }: PageRelayDialerOptions): RelayDialer {
  return {
    async control(endpoint, { signal, tlsPin }) {
      const socket = await openSocket(endpoint, {
        path: RELAY_PATHS.control,
        clock,
        signal,
        tlsPin,
        timeout: OPEN_TIMEOUT,
      });
      return new PageControl(socket, endpoint);
    },
    async link(endpoint, options) {
      return await openLink(endpoint, options, clock);
    },
    async post(endpoint, path, body, { signal, tlsPin }) {
      if (tlsPin !== undefined)
        throw new DialError('relay.tls', 'a page sees no certificate', { details: { authority: endpoint.authority } });
      const limit = new AbortController();
      const timer = clock.setTimer(ANSWER_TIMEOUT, () => limit.abort());
      try {
        const response = await fetch(endpoint.url.replace(/^ws/, 'http') + path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
          body: JSON.stringify(body),
          redirect: 'error',
          credentials: 'omit',
          signal: AbortSignal.any([signal, limit.signal]),
        });
        const text = await response.text();
        return { status: response.status, body: parsed(text) };
      } catch (cause) {
        const code = signal.aborted ? 'relay.aborted' : limit.signal.aborted ? 'relay.timeout' : 'relay.unreachable';
        throw new DialError(code, 'the request failed', { cause, details: { authority: endpoint.authority } });
      } finally {
        timer.cancel();
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Opens a data connection: the ticket is the first message, LINK_READY the first byte of the answer.
 * @throws {DialError} the codes of `openSocket`; `relay.data-connection` after that
 */
async function openLink(endpoint: RelayEndpoint, options: LinkDialOptions, clock: Clock): Promise<ByteChannel> {
  const { signal, tlsPin, ticket } = options;
  const socket = await openSocket(endpoint, { path: RELAY_PATHS.link, clock, signal, tlsPin, timeout: OPEN_TIMEOUT });
  return await new Promise<ByteChannel>((resolve, reject) => {
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeEventListener('message', onMessage);
      socket.removeEventListener('close', onClose);
    };
    const fail = (code: string, reason: string): void => {
      settle();
      socket.close();
      reject(new DialError(code, `data connection: ${reason}`, { details: { reason } }));
    };
    const onAbort = (): void => fail('relay.aborted', 'given up');
    const onClose = (): void => fail('relay.data-connection', 'the other end closed the connection');
    const onMessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
      const bytes = typeof data === 'string' ? undefined : new Uint8Array(data);
      if (bytes?.[0] !== LINK_READY) {
        fail('relay.data-connection', 'the relay sent something else than the ready byte');
        return;
      }
      settle();
      resolve(new PageLinkChannel(socket, clock, bytes.subarray(1)));
    };
    const timer = clock.setTimer(RELAY_LIMITS.ticketLife, () =>
      fail('relay.data-connection', 'the other side did not come'),
    );
    socket.addEventListener('message', onMessage);
    socket.addEventListener('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else socket.send(ticket as Uint8Array<ArrayBuffer>);
  });
}
