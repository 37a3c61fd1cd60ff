import { equalJitter } from '#shared/back-off.ts';
import { EVENTS_CLOSE, eventsMessage, PLATFORM_LIMITS, type EventsMessage } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Time between pings, ms: a proxy between may end what is silent for longer. */
const PING_EVERY = 18_000;
/** Time to wait for the answer of a ping, and for the first message, ms. */
const ANSWER_WITHIN = 15_000;
const CEILINGS = { first: 1000, longest: 30_000 };

/** State of the socket. `lost`: changes don't arrive, and the next attempt follows by itself. */
export type EventsState = 'off' | 'connecting' | 'live' | 'lost';

/** Part of `WebSocket` that is used. */
export type EventsSocket = Pick<WebSocket, 'send' | 'close' | 'addEventListener'>;

type EventsOptions = Readonly<{
  open(): EventsSocket;
  onMessage(message: EventsMessage): void;
  /** The socket couldn't be opened, or the relay ended it because the session had ended: the caller looks whether there is one. */
  onRefused(): void;
  onState(state: EventsState): void;
  random?: () => number;
}>;

/**
 * Keeps the `events` socket of the accounts API open while a person is signed in. Connects again with growing pauses, at once when the browser is online or
 * the page is shown again.
 */
export class EventsConnection {
  readonly #options: EventsOptions;
  #socket: EventsSocket | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: EventsState = 'off';

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  get state(): EventsState {
    return this.#state;
  }

  start(): void {
    if (this.#state === 'off') this.#connect();
  }

  stop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#failures = 0;
    socket?.close();
    this.#set('off');
  }

  /** Ends a pause between attempts. */
  retry(): void {
    if (this.#state === 'lost') this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'lost') this.#set('connecting');
    const socket = this.#options.open();
    this.#socket = socket;
    this.#expectAnswer(socket);
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#read(socket, data);
    });
    socket.addEventListener('close', ({ code }: CloseEvent) => {
      if (this.#socket === socket) this.#fail(code === EVENTS_CLOSE.signedOut || this.#state !== 'live');
    });
  }

  #read(socket: EventsSocket, data: unknown): void {
    const message = parse(data);
    if (message === undefined) return;
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      socket.send(JSON.stringify({ type: 'ping' }));
      this.#expectAnswer(socket);
    }, PING_EVERY);
    if (message.type === 'ready') this.#set('live');
    this.#options.onMessage(message);
  }

  /** Gives the socket up if the relay stays silent: a connection can be gone without anyone saying so. */
  #expectAnswer(socket: EventsSocket): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#socket !== socket) return;
      this.#fail(false);
      socket.close();
    }, ANSWER_WITHIN);
  }

  #fail(isRefused: boolean): void {
    clearTimeout(this.#timer);
    this.#socket = undefined;
    this.#failures += 1;
    this.#set('lost');
    this.#timer = setTimeout(
      () => this.#connect(),
      equalJitter(this.#failures, CEILINGS, this.#options.random ?? Math.random),
    );
    if (isRefused) this.#options.onRefused();
  }

  #set(state: EventsState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

function parse(data: unknown): EventsMessage | undefined {
  if (typeof data !== 'string' || data.length > PLATFORM_LIMITS.eventsMessage) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  return safeParse(eventsMessage, value).data;
}
