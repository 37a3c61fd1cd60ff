import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '#shared/clock.ts';
import { FeatureRequests } from './feature-requests.ts';
import { FeatureSockets } from './feature-sockets.ts';
import type { ServerFeature } from './features.ts';
import type { HttpLimits } from './limits.ts';
import type { PendingSocketLimit } from './pending-sockets.ts';
import { Router, type RouteMatch } from './router.ts';

/** Features of the server, and everything that their requests and sockets share. */
export type FeatureServerOptions = Readonly<{
  features: readonly ServerFeature[];
  clock: Clock;
  limits: HttpLimits;
  gate: PendingSocketLimit;
  trustProxy: boolean;
  /** Takes a request of an address from its rate. Returns the time to wait, ms; 0 admits it. */
  admitRequest(address: string): number;
  /** The same for a WebSocket. */
  admitSocket(address: string): number;
  isSameOrigin(request: IncomingMessage): boolean;
  isSameOriginSocket(request: IncomingMessage): boolean;
  /** Counts a refusal. */
  refused(reason: 'rate' | 'busy' | 'draining' | 'upgrade' | 'origin'): void;
  /** Logs an error that a feature didn't expect. */
  failed(feature: string, error: unknown): void;
}>;

/** Routes of all features: finds the one that a request is for, and answers it. Created by `RelayServer` if there are features. */
export class FeatureServer {
  readonly #router: Router;
  readonly #requests: FeatureRequests;
  readonly #sockets: FeatureSockets;

  /** @throws {Error} for routes that contradict each other */
  constructor(options: FeatureServerOptions) {
    this.#router = new Router(options.features);
    this.#requests = new FeatureRequests(options);
    this.#sockets = new FeatureSockets(options);
  }

  /** Memory of the bodies of requests that aren't answered yet, bytes. */
  get bodyBytes(): number {
    return this.#requests.bodyBytes;
  }

  /** Returns what a path belongs to; undefined if it is no feature's. */
  find(path: string): RouteMatch | undefined {
    return this.#router.find(path);
  }

  /** Answers a request. Returns false if its path is no feature's. */
  request(request: IncomingMessage, response: ServerResponse, path: string, isWaiting: boolean): boolean {
    const match = this.find(path);
    if (match === undefined) return false;
    void this.#requests.handle(request, response, { path, match, isWaiting });
    return true;
  }

  /** Answers an upgrade request. Returns false if its path is no feature's WebSocket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, path: string): boolean {
    const match = this.find(path);
    if (match?.kind !== 'socket') return false;
    void this.#sockets.upgrade(request, socket, head, match);
    return true;
  }

  /** Handles malformed or slow bytes on a connection. Returns false if no request of a feature is being answered there. */
  clientError(error: Error, socket: Duplex): boolean {
    return this.#requests.clientError(error, socket);
  }

  /** Closes WebSockets and streams, and rejects new requests. */
  drain(): void {
    this.#requests.drain();
    this.#sockets.drain();
  }

  /** Waits for running requests, for a bounded time, and drops the rest. */
  async close(): Promise<void> {
    await this.#requests.close();
    this.#sockets.close();
  }
}
