import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { GatewayEndpoint } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import {
  endpointAuthority,
  GatewayError,
  gatewayError,
  type GatewayProtocolSocketHandlers,
  type GatewaySocket,
} from '#shared/openclaw/gateway/index.ts';
import { dialTrusted, type Authorities } from './dial.ts';
import type { FrameReader, FrameShare } from './frame-share.ts';
import { socketError } from './socket-error.ts';

/** Limits of one connection to a gateway (docs/LIMITS.md), in bytes and ms. */
export const GATEWAY_SOCKET_LIMITS = {
  /** Limit of bytes received before this side has sent anything, which is the gateway's challenge. Also the largest frame sent before `welcome`. */
  challenge: 64 * 1024,
  /** Limit of bytes received until `welcome`: the answer with its lists and the gateway's state. */
  hello: 4 * 1024 * 1024,
  /** Largest message, in either direction. */
  message: 25 * 1024 * 1024,
  /** Limit of bytes sent that the gateway has not read yet; more ends the connection. */
  waiting: 50 * 1024 * 1024,
  /** Time limit of TCP, TLS and the upgrade. */
  connect: 15_000,
  /** Time limit of closing. */
  close: 2000,
} as const;

/** Certificate authorities, clock, share of processing time, signal, and time limit of connecting (ms, default 15 000). */
export type PinnedSocketOptions = Authorities &
  Readonly<{ clock: Clock; share: FrameShare; signal: AbortSignal; connectTimeout?: number | undefined }>;

/**
 * Opens a WebSocket to a gateway whose certificate has the pinned fingerprint or, without one, is trusted by the system. The HTTP upgrade is sent
 * only after that check. Implements `GatewayMachine.open` for `createGatewayMachine`.
 */
export function openPinnedSocket(
  endpoint: GatewayEndpoint,
  trust: Readonly<{ fingerprint: string | null }>,
  handlers: GatewayProtocolSocketHandlers,
  options: PinnedSocketOptions,
): GatewaySocket {
  const socket = new PinnedSocket(endpoint, handlers, options);
  void socket.connect(trust.fingerprint);
  return socket;
}

class PinnedSocket implements GatewaySocket {
  readonly #endpoint: GatewayEndpoint;
  readonly #handlers: GatewayProtocolSocketHandlers;
  readonly #options: PinnedSocketOptions;
  /** Aborts an attempt to connect that is under way. */
  readonly #dialing = new AbortController();
  #websocket: WebSocket | undefined;
  #socket: Socket | undefined;
  #reader: FrameReader | undefined;
  #ended = false;
  /** Received bytes counted against the limits before `welcome`; undefined afterwards. */
  #received: number | undefined = 0;
  #sent = false;
  #maxFrame: number = GATEWAY_SOCKET_LIMITS.challenge;

  constructor(endpoint: GatewayEndpoint, handlers: GatewayProtocolSocketHandlers, options: PinnedSocketOptions) {
    this.#endpoint = endpoint;
    this.#handlers = handlers;
    this.#options = options;
  }

  async connect(fingerprint: string | null): Promise<void> {
    const { clock, signal, ca, connectTimeout = GATEWAY_SOCKET_LIMITS.connect } = this.#options;
    const timer = clock.setTimer(connectTimeout, () => {
      this.#dialing.abort(gatewayError('gateway.timeout', 'no connection in time'));
    });
    const onAbort = (): void => this.#end(undefined);
    try {
      // The caller holds the socket before any handler is called.
      await Promise.resolve();
      if (signal.aborted) this.#end(undefined);
      else signal.addEventListener('abort', onAbort, { once: true });
      this.#socket = await dialTrusted(this.#endpoint, fingerprint, { ca, signal: this.#dialing.signal });
      await this.#upgrade(this.#socket);
    } catch (error) {
      this.#end(error instanceof GatewayError ? error : socketError(error, this.#endpoint));
    } finally {
      timer.cancel();
      this.#dialing.signal.addEventListener('abort', () => signal.removeEventListener('abort', onAbort));
      if (this.#ended) signal.removeEventListener('abort', onAbort);
    }
  }

  isOpen(): boolean {
    return !this.#ended && this.#websocket?.readyState === WebSocket.OPEN;
  }

  /** @throws {GatewayError} `gateway.closed`, `gateway.too-large` */
  send(data: string): void {
    if (!this.isOpen() || this.#websocket === undefined) throw gatewayError('gateway.closed', 'not connected');
    const size = Buffer.byteLength(data);
    if (size > this.#maxFrame) {
      throw gatewayError('gateway.too-large', 'more than the gateway takes', { size, limit: this.#maxFrame });
    }
    this.#sent = true;
    this.#websocket.send(data);
    if (this.#websocket.bufferedAmount > GATEWAY_SOCKET_LIMITS.waiting)
      this.#break('gateway.lost', 'the gateway reads too slowly');
  }

  close(code?: number, reason?: string): void {
    const websocket = this.#websocket;
    if (websocket === undefined || websocket.readyState !== WebSocket.OPEN) {
      this.#end(undefined);
      return;
    }
    try {
      websocket.close(code, clip(reason));
    } catch {
      // The close code must not be sent.
      websocket.close();
    }
  }

  welcome(maxPayload: number): void {
    this.#received = undefined;
    const valid = Number.isSafeInteger(maxPayload) && maxPayload > 0;
    this.#maxFrame = valid ? Math.min(maxPayload, GATEWAY_SOCKET_LIMITS.message) : GATEWAY_SOCKET_LIMITS.message;
  }

  #upgrade(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#dialing;
      const settings: ClientOptions & { closeTimeout: number } = {
        createConnection: () => socket,
        headers: { Host: endpointAuthority(this.#endpoint) },
        perMessageDeflate: false,
        followRedirects: false,
        maxPayload: GATEWAY_SOCKET_LIMITS.message,
        closeTimeout: GATEWAY_SOCKET_LIMITS.close,
      };
      // Always `ws:`: the socket already is a TLS socket if the endpoint requires TLS.
      const websocket = new WebSocket(`ws://gateway.invalid${this.#endpoint.path}`, settings);
      this.#websocket = websocket;
      const settle = (): void => {
        signal.removeEventListener('abort', onAbort);
        websocket.off('open', onOpen).off('error', onError).off('unexpected-response', onResponse);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const onOpen = (): void => {
        settle();
        this.#listen(websocket, socket);
        resolve();
        this.#handlers.open();
      };
      const onError = (error: Error): void => fail(this.#upgradeError(error));
      const onResponse = (_request: unknown, response: IncomingMessage): void => fail(statusError(response));
      const onAbort = (): void => fail(signal.reason);
      websocket.on('open', onOpen).on('error', onError).on('unexpected-response', onResponse);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #listen(websocket: WebSocket, socket: Socket): void {
    socket.on('data', (chunk: Uint8Array) => this.#count(chunk.length));
    const reader = this.#options.share.reader(websocket);
    this.#reader = reader;
    websocket.on('message', (data, isBinary) => {
      if (this.#ended) return;
      // Frames of a gateway are text, and arrive as one piece with the default type of binary data.
      if (isBinary || !Buffer.isBuffer(data)) this.#break('gateway.not-gateway', 'a binary frame');
      else reader.read(() => this.#handlers.message(data.toString('utf8')));
    });
    // A protocol violation leads to `close` as well.
    websocket.on('error', ignore);
    websocket.once('close', (code, reason) => this.#finish(code, reason.toString('utf8')));
  }

  /** Counts received bytes rather than frames, so that a frame that never ends counts too. */
  #count(length: number): void {
    if (this.#received === undefined) return;
    this.#received += length;
    const limit = this.#sent ? GATEWAY_SOCKET_LIMITS.hello : GATEWAY_SOCKET_LIMITS.challenge;
    if (this.#received > limit)
      this.#break('gateway.not-gateway', 'too much before the gateway has accepted this device');
  }

  #break(code: 'gateway.lost' | 'gateway.not-gateway', message: string): void {
    this.#end(gatewayError(code, message, { closeCode: 1006 }));
  }

  /** Ends without waiting for the other side. */
  #end(error: GatewayError | undefined): void {
    if (this.#ended) return;
    if (error !== undefined) this.#handlers.error(error);
    this.#finish(1006, '');
  }

  #finish(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader?.end();
    this.#dialing.abort(gatewayError('gateway.closed', 'ended here'));
    const websocket = this.#websocket;
    websocket?.on('error', ignore);
    websocket?.terminate();
    this.#socket?.destroy();
    this.#handlers.close(code, reason);
  }

  #upgradeError(error: Error): GatewayError {
    // The answer is not HTTP: a port with TLS sends an alert (RFC 8446 section 5.1).
    const packet: unknown = 'rawPacket' in error ? error.rawPacket : undefined;
    if (packet instanceof Uint8Array && (this.#endpoint.tls || packet[0] !== 0x15)) {
      return gatewayError('gateway.not-gateway', 'what answers does not speak HTTP', {}, error);
    }
    const broken = packet instanceof Uint8Array || ('code' in error && typeof error.code === 'string');
    // The certificate was right, so the failure is not one of TLS.
    if (broken && this.#endpoint.tls) return gatewayError('gateway.lost', error.message, { closeCode: 1006 }, error);
    if (broken) return socketError(error, this.#endpoint);
    return gatewayError('gateway.not-gateway', error.message, {}, error);
  }
}

const LOGIN: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401, 403, 407]);
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

function statusError(response: IncomingMessage): GatewayError {
  const status = response.statusCode ?? 0;
  response.resume();
  const message = `the answer to the upgrade was status ${status}`;
  if (LOGIN.has(status)) return gatewayError('gateway.proxy-login', message, { status });
  return gatewayError(PASSING.has(status) ? 'gateway.unavailable' : 'gateway.not-gateway', message, { status });
}

/** Cuts a close reason to the length that fits into a control frame (RFC 6455 section 5.5). */
function clip(reason: string | undefined): string | undefined {
  return reason === undefined
    ? undefined
    : Buffer.from(reason)
        .subarray(0, 120)
        .toString('utf8')
        .replace(/\uFFFD+$/u, '');
}

function ignore(): void {
  // `close` follows.
}
