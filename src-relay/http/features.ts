import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answers.ts';
import type { MediaBody, MediaContent } from './request-body.ts';
import type { RouteSocket } from './route-socket.ts';

/** Methods of routes. HEAD is answered by the route of GET, OPTIONS by the server. */
export type RequestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Request to a route of a feature, after the checks that hold for all: rate, path, method, origin. */
export type RelayRequest = Readonly<{
  /** Method of the route: GET for HEAD. */
  method: RequestMethod;
  /** Path without the query. */
  path: string;
  /** Values of the pattern's parameters: letters, digits and `-._~`, neither `.` nor `..`. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Headers, lower case. Links are never built from `host`. */
  headers: IncomingHttpHeaders;
  /** Address of the client, also behind a trusted proxy. */
  address: string;
  /**
   * Value of the session cookie. Undefined if the feature answers other origins, and on anything but GET and HEAD only ever set if a page of this relay
   * sent the request (`isSameOrigin`).
   */
  cookie: string | undefined;
  /** Token of `Authorization: Bearer`. */
  bearer: string | undefined;
  /** Aborted once the client has gone or the relay stops. */
  signal: AbortSignal;
  /** True if there is a body, which `json` and `media` may refuse. */
  hasBody: boolean;
  /**
   * Reads the JSON body, on first call: handlers authenticate before that.
   * @throws {HttpError} 400 `platform.input`, 408 `platform.timeout`, 413 `platform.too-large`, 415 `platform.media-type`, 503 `platform.busy`
   */
  json(): Promise<unknown>;
  /** Reads a body that isn't JSON, once. @throws {HttpError} as `json` */
  media(body: MediaBody): Promise<MediaContent>;
}>;

/** Route of a feature. */
export type RequestRoute = Readonly<{
  method: RequestMethod;
  /** Pattern such as `/api/v1/projects/:project`: literal segments of letters, digits and `-._~`, and parameters that fill a segment. */
  path: string;
  /**
   * Answers a request. A thrown `HttpError` or `PlatformError` is the answer; any other error is logged and answered as 500 `platform.internal`. A path
   * that is literal in one route belongs to that route alone, whatever its method.
   */
  handle(request: RelayRequest): Answer | Promise<Answer>;
}>;

/** Upgrade request to a WebSocket route of a feature. */
export type SocketArrival = Readonly<{
  socket: Socket;
  /** Address of the client, also behind a trusted proxy. */
  address: string;
  /** `Host` header as sent. */
  host: string;
  /** `Origin` header; undefined if a program rather than a page connects. */
  origin: string | undefined;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Value of the session cookie; only ever set if a page of this relay opened the WebSocket (`isSameOriginSocket`). */
  cookie: string | undefined;
  /** Token of `Authorization: Bearer`. */
  bearer: string | undefined;
  /** Stops counting the socket as a stranger's, and its time limit. Called by the feature once it knows who connects. */
  authenticated(): void;
}>;

/** Takes over an open WebSocket, and sets its `onMessage` and `onClose` before it returns. */
export type SocketHandler = (socket: RouteSocket) => void;

/** WebSocket route of a feature. */
export type SocketRoute = Readonly<{
  /** Exact path, such as `/connect`. */
  path: string;
  /** Largest message, bytes. A larger one closes the socket with 1009. */
  maxPayload: number;
  /** Unsent bytes at which the socket closes with 1013. */
  maxBuffered: number;
  /** Bytes that the client may send before `authenticated()`; default 16 KiB. Beyond, the connection is dropped. */
  maxUnauthenticated?: number;
  /** Time from the upgrade to `authenticated()`, ms; default 10 s. */
  authenticationTimeout?: number;
  /** Close code and reason for a client that doesn't authenticate in time; default 1008 `timeout`. */
  unauthenticated?: Readonly<{ code: number; reason: string }>;
  /**
   * Accepts an upgrade, before it is answered. Features that authenticate by header do so here; others in the first message.
   * @throws {HttpError} the answer instead of the upgrade; a `PlatformError` counts, too
   */
  accept(arrival: SocketArrival): SocketHandler | Promise<SocketHandler>;
}>;

/** Headers that pages of other origins may send to a feature; the cookie is never among them. */
export type CrossOrigin = Readonly<{ headers: readonly string[] }>;

/** Part of the relay that answers requests or WebSockets. Passed to `RelayServer` before it listens. */
export type ServerFeature = Readonly<{
  /** Name for log entries. */
  name: string;
  /** Path below which every unknown path is answered with a JSON error, such as `/api/v1`. */
  prefix?: string;
  requests?: readonly RequestRoute[];
  sockets?: readonly SocketRoute[];
  /**
   * Lets pages of every origin send requests and open WebSockets, and read the answers (Fetch Standard, CORS). The cookie doesn't count then, and no
   * origin is refused.
   */
  crossOrigin?: CrossOrigin;
}>;
