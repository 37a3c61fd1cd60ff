/// <reference types="vite/client" />
import {
  APP_TRANSPORT_DRAINED,
  AppApiError,
  WEB_HOST,
  WEB_HOST_CLOSE,
  WEB_HOST_PROBLEMS,
  webHostMessage,
  type AppTransport,
  type AppTransportHandlers,
} from '#shared/app-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import worker from './socket-worker.ts?worker&url';
import { WorkerSocket } from './worker-socket.ts';

/** Key in `sessionStorage` of the secret that the server gave in exchange for the token. The secret is valid for this tab and its reloads. */
const SECRET = 'clawreach.session';
const TOKEN = /^#([A-Za-z0-9_-]{43})$/;
/** Longest wait for the server's first message, ms; the server is on this machine. */
const READY_WAIT = 10_000;

/**
 * Token from the link that opened the page, until the server has exchanged or rejected it. The token is removed from the address bar and the history.
 */
let token: string | undefined;

/**
 * Connects a window in a browser, for `connectApi`, to the server that the page came from (`src-main/web-host`), with the token in the page's address
 * or the secret of this tab. A new link that is opened in the same tab counts at the next attempt.
 * @throws {AppApiError} `control.lost`; `web-host.link-used`, `web-host.tries`, `web-host.agent`, `web-host.full`
 */
export function connectWebSocket(): Promise<AppTransport> {
  const given = TOKEN.exec(location.hash)?.[1];
  if (given !== undefined) {
    token = given;
    history.replaceState(history.state, '', location.pathname);
  }
  const secret = sessionStorage.getItem(SECRET);
  const credential = token === undefined ? secret && `${WEB_HOST.session}${secret}` : `${WEB_HOST.token}${token}`;
  // Without a credential the server would reject it and count a failed attempt.
  if (credential === null || credential === '') return Promise.reject(problem(WEB_HOST_CLOSE.link));
  const url = new URL(WEB_HOST.path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve, reject) => {
    let transport: WebSocketTransport | undefined;
    const socket = new WorkerSocket(new Worker(worker), url, [WEB_HOST.protocol, credential], {
      text: (text) => {
        const message = readMessage(text);
        if (message === undefined || transport !== undefined) socket.close();
        else if (message.type === 'session') {
          sessionStorage.setItem(SECRET, message.session);
          token = undefined;
        } else {
          clearTimeout(timer);
          transport = new WebSocketTransport(socket);
          resolve(transport);
        }
      },
      binary: (bytes) => (transport === undefined ? socket.close() : transport.receive(bytes)),
      sent: () => transport?.sent(),
      closed: (code, wasClean) => {
        clearTimeout(timer);
        if (code === WEB_HOST_CLOSE.link) {
          if (token === undefined) sessionStorage.removeItem(SECRET);
          token = undefined;
        }
        transport?.closed(code, wasClean);
        reject(problem(code));
      },
    });
    const timer = setTimeout(() => socket.close(), READY_WAIT);
  });
}

function readMessage(text: string): ReturnType<typeof webHostMessage.safeParse>['data'] {
  try {
    return safeParse(webHostMessage, JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function problem(code: number): AppApiError {
  const known = WEB_HOST_PROBLEMS[code];
  return known === undefined
    ? new AppApiError('control.lost', 'no connection to where the page came from')
    : new AppApiError(known, `refused with ${code}`);
}

class WebSocketTransport implements AppTransport {
  readonly #socket: WorkerSocket;
  readonly #early: Uint8Array[] = [];
  #handlers: AppTransportHandlers | undefined;
  #isFull = false;
  #closing = false;
  #isClosed = false;
  #isEndReported = false;
  #error: AppApiError | undefined;

  constructor(socket: WorkerSocket) {
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedBytes;
  }

  send(message: Uint8Array): void {
    if (this.#closing || this.#isClosed) return;
    this.#socket.send(message);
    if (this.bufferedBytes > APP_TRANSPORT_DRAINED) this.#isFull = true;
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
    if (this.#isClosed) queueMicrotask(() => this.#reportEnd());
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close();
  }

  /** Takes a message of the server. */
  receive(message: Uint8Array): void {
    if (this.#closing) return;
    if (this.#handlers === undefined) this.#early.push(message);
    else this.#handlers.message(message);
  }

  /** Notes that some of the buffered bytes were sent. */
  sent(): void {
    if (!this.#isFull || this.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    this.#isFull = false;
    this.#handlers?.drain();
  }

  /** Notes that the socket has closed. */
  closed(code: number, wasClean: boolean): void {
    this.#isClosed = true;
    if (!this.#closing && !(wasClean && code === 1000)) this.#error = problem(code);
    this.#reportEnd();
  }

  #reportEnd(): void {
    if (this.#handlers === undefined || this.#isEndReported) return;
    this.#isEndReported = true;
    this.#handlers.closed(this.#error);
  }
}
