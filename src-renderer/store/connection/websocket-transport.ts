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

/** Key in `sessionStorage` of the secret that the server gave in exchange for the token. The secret is valid for this tab and its reloads. */
const SECRET = 'clawreach.session';
const TOKEN = /^#([A-Za-z0-9_-]{43})$/;
/** Longest wait for the server's first message, ms; the server is on this machine. */
const READY_WAIT = 10_000;
/** Interval of checking how much the socket still has to send, ms; browsers have no event for that. */
const BUFFER_POLL = 20;

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
  const socket = new WebSocket(url, [WEB_HOST.protocol, credential]);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.close(), READY_WAIT);
    socket.addEventListener('message', function greet({ data }: MessageEvent<unknown>) {
      const message = readMessage(data);
      if (message?.type === 'session') {
        sessionStorage.setItem(SECRET, message.session);
        token = undefined;
        return;
      }
      socket.removeEventListener('message', greet);
      if (message === undefined) {
        socket.close();
        return;
      }
      clearTimeout(timer);
      resolve(new WebSocketTransport(socket));
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(timer);
      if (code === WEB_HOST_CLOSE.link) {
        if (token === undefined) sessionStorage.removeItem(SECRET);
        token = undefined;
      }
      reject(problem(code));
    });
  });
}

function readMessage(data: unknown): ReturnType<typeof webHostMessage.safeParse>['data'] {
  try {
    return typeof data === 'string' ? safeParse(webHostMessage, JSON.parse(data)).data : undefined;
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
  readonly #socket: WebSocket;
  readonly #early: Uint8Array[] = [];
  #handlers: AppTransportHandlers | undefined;
  #closing = false;
  #isClosed = false;
  #isEndReported = false;
  #error: AppApiError | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#closing) return;
      if (!(data instanceof ArrayBuffer)) this.close();
      else if (this.#handlers === undefined) this.#early.push(new Uint8Array(data));
      else this.#handlers.message(new Uint8Array(data));
    });
    socket.addEventListener('close', ({ code, wasClean }) => {
      this.#isClosed = true;
      clearTimeout(this.#poll);
      if (!this.#closing && !(wasClean && code === 1000)) this.#error = problem(code);
      this.#reportEnd();
    });
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (this.#closing || this.#isClosed) return;
    this.#socket.send(new Uint8Array(message));
    if (this.bufferedBytes > APP_TRANSPORT_DRAINED && this.#poll === undefined) this.#waitForDrain();
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
    if (this.#isClosed) queueMicrotask(() => this.#reportEnd());
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(1000);
  }

  #waitForDrain(): void {
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      if (this.#isClosed) return;
      if (this.bufferedBytes > APP_TRANSPORT_DRAINED) this.#waitForDrain();
      else this.#handlers?.drain();
    }, BUFFER_POLL);
  }

  #reportEnd(): void {
    if (this.#handlers === undefined || this.#isEndReported) return;
    this.#isEndReported = true;
    this.#handlers.closed(this.#error);
  }
}
