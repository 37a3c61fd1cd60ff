import { AppApiError, type AppTransport, type AppTransportHandlers } from '#shared/app-api/index.ts';

/** A one-time token is exchanged once; the secret that comes back is good for this tab and its reloads. */
const SECRET = 'clawreach.session';

/** Connects to where the page came from. @throws {AppApiError} `control.lost` */
export function connectWebSocket(): Promise<AppTransport> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? sessionStorage.getItem(SECRET);
  const url = new URL('/api', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url, token === null ? [] : [token]);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(new WebSocketTransport(socket));
    socket.onerror = () => reject(new AppApiError('control.lost', 'no connection to the agent'));
  });
}

class WebSocketTransport implements AppTransport {
  readonly #socket: WebSocket;
  readonly #early: Uint8Array[] = [];
  #handlers: AppTransportHandlers | undefined;
  #over = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return this.close();
      const bytes = new Uint8Array(data);
      if (this.#handlers === undefined) this.#early.push(bytes);
      else this.#handlers.message(bytes);
    };
    socket.onerror = null;
    socket.onclose = () => {
      this.#over = true;
      this.#handlers?.closed();
    };
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (!this.#over) this.#socket.send(message as Uint8Array<ArrayBuffer>);
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
    if (this.#over) handlers.closed();
  }

  close(): void {
    this.#socket.close();
  }
}
