import * as z from 'zod';
import { equalJitter } from '#shared/back-off.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Interval of pings, which the documented protocol names, ms. */
const PING_EVERY = 5000;
/** Time without any message after which the connection counts as lost, ms. */
const SILENCE = 15_000;
/** Time to wait for the machine's answer to a probe before its shell is started anew, ms. */
const PROBE_ANSWER = 6000;
const CEILINGS = { first: 1000, longest: 15_000 };
/** Largest message of the relay, characters. */
const LONGEST_MESSAGE = 512 * 1024;
/** Input of one message, bytes. */
const INPUT_PIECE = 16 * 1024;
/** Unsent input from which on more is refused, bytes. */
const MOST_UNSENT = 4 * 1024 * 1024;
/** Most input that waits while the program doesn't run, bytes: what people type ahead, not what they paste. */
const MOST_EARLY = 4096;
/** Output that the screen hasn't drawn yet, from which on more is dropped, bytes: the protocol has no way to hold a program back. */
const MOST_UNDRAWN = 8 * 1024 * 1024;

/** Close codes of the relay: signed out or no access; session over; machine offline. */
const CLOSE = { auth: 4001, session: 4002, offline: 4003 } as const;

/** State of a session. */
export type PlainState =
  | Readonly<{ kind: 'connecting' }>
  | Readonly<{ kind: 'running'; rtt: number | undefined }>
  /** The connection to the relay is lost and made again. */
  | Readonly<{ kind: 'lost' }>
  /** The machine is away from the relay, which keeps the session. */
  | Readonly<{ kind: 'offline' }>
  | Readonly<{ kind: 'over' }>
  | Readonly<{ kind: 'failed'; error: unknown }>;

/** Screen that a session draws on. */
export type PlainScreen = Readonly<{
  cols: number;
  rows: number;
  write(bytes: Uint8Array, done: () => void): void;
  reset(isNew: boolean): void;
  skipped(): void;
}>;

/** Part of `WebSocket` that a session uses. */
export type PlainSocket = Pick<WebSocket, 'send' | 'close' | 'addEventListener' | 'bufferedAmount'> &
  Readonly<{ readyState: number }>;

export type PlainSessionOptions = Readonly<{
  client: Pick<PlatformClient, 'call'>;
  /** IDs of the project and the machine in it. */
  project: string;
  device: string;
  /** ID of a session to take up again; undefined starts one. */
  session: string | undefined;
  openSocket(): PlainSocket;
  /** The session has an ID, by which its address opens it again. */
  onSession(session: string): void;
  onState(state: PlainState): void;
  random?: () => number;
}>;

const text = z.string().max(LONGEST_MESSAGE);
const envelope = z.object({
  type: z.string().max(64),
  data: z.object({ data_b64: text.optional(), reason: text.optional(), message: text.optional() }).optional(),
});

/**
 * Terminal session on a plain device, over the relay's `/session` (document "PrivaClaw", section "Session"). The relay can read it. The session outlives
 * its connection, which is made again with growing pauses.
 */
export class PlainSession {
  readonly #options: PlainSessionOptions;
  #session: string | undefined;
  #screen: PlainScreen | undefined;
  #socket: PlainSocket | undefined;
  #state: PlainState = { kind: 'connecting' };
  /** The program of this session has been seen to run: what comes next is the same one. */
  #isKnown: boolean;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #pingedAt: number | undefined;
  /** Input typed while the program doesn't run, for this program once it does. */
  #early: readonly Uint8Array[] = [];
  #undrawn = 0;
  #isDropping = false;
  #isDisposed = false;

  constructor(options: PlainSessionOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#isKnown = options.session !== undefined;
  }

  /** Starts or takes up the session as soon as there is a screen. */
  setScreen(screen: PlainScreen | undefined): void {
    this.#screen = screen;
    if (screen !== undefined && this.#socket === undefined) void this.#connect();
  }

  /** Sends typed or pasted text. A little of it waits while the program doesn't run yet, or can't be reached. */
  input(typed: string): void {
    const bytes = toUtf8(typed);
    if (this.#state.kind === 'running') this.#send(bytes);
    else if (this.#mayWait(bytes)) this.#early = [...this.#early, bytes];
  }

  /** Sends each character as one byte. */
  binary(data: string): void {
    this.#send(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff));
  }

  /** Tells the program the size of the screen. */
  resized(): void {
    if (this.#state.kind === 'running') this.#tell('resize', this.#size());
  }

  /** Makes a lost connection again at once. */
  retryNow(): void {
    if (this.#retry === undefined) return;
    this.#clearTimers();
    void this.#connect();
  }

  /** Ends the session and its program. @throws what the relay answers */
  async end(): Promise<void> {
    const { client, project, device } = this.#options;
    if (this.#session !== undefined)
      await client.call('plainSessions.end', { params: { project, device, session: this.#session } });
  }

  /** Leaves the session, which the relay keeps for a while. */
  dispose(): void {
    this.#isDisposed = true;
    this.#drop();
  }

  async #connect(): Promise<void> {
    const { client, project, device } = this.#options;
    try {
      let token: string;
      if (this.#session === undefined) {
        const started = await client.call('plainSessions.start', { params: { project, device } });
        this.#session = started.session;
        ({ token } = started);
        if (!this.#isDisposed) this.#options.onSession(started.session);
      } else {
        const params = { project, device, session: this.#session };
        ({ token } = await client.call('plainSessions.attach', { params }));
      }
      if (!this.#isDisposed) this.#open(token);
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    if (this.#isDisposed) return;
    const code = errorCode(error);
    if (code === 'project.session-over') this.#set({ kind: 'over' });
    else if (code === 'project.device-offline') this.#waitFor('offline');
    else if (code === 'platform.unreachable' || code === 'platform.no-answer') this.#waitFor('lost');
    else this.#set({ kind: 'failed', error });
  }

  #open(token: string): void {
    const socket = this.#options.openSocket();
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.addEventListener('open', () => {
      if (this.#socket === socket) this.#tell('auth', { token, device_id: this.#options.device });
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#receive(data);
    });
    socket.addEventListener('close', ({ code }: CloseEvent) => {
      if (this.#socket === socket) this.#closed(code);
    });
    this.#ping = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENCE) {
        this.#drop();
        this.#waitFor('lost');
      } else if (socket.readyState === WebSocket.OPEN) {
        this.#pingedAt ??= performance.now();
        socket.send(JSON.stringify({ type: 'ping' }));
        // Not every connector says that it is there again.
        if (this.#state.kind === 'offline' && this.#probe === undefined) this.#begin();
      }
    }, PING_EVERY);
  }

  #receive(data: unknown): void {
    const message = parse(data);
    if (message === undefined) return;
    this.#heardAt = performance.now();
    switch (message.type) {
      case 'auth_ok':
        this.#begin();
        return;
      case 'pong':
        this.#measured();
        return;
      case 'stdout':
        this.#runs();
        this.#draw(message.data?.data_b64 ?? '');
        return;
      case 'session_started':
        this.#runs();
        return;
      // The machine is there again.
      case 'device_meta':
        if (this.#state.kind === 'offline') this.#begin();
        return;
      case 'session_end':
        if (message.data?.reason === 'connector_disconnected') this.#away();
        else this.#finish();
        return;
      case 'error':
        // The shell of this session is gone from the machine, and so is all that ran there.
        if (message.data?.message === 'session_not_found') this.#finish();
        else if (message.data?.message === 'Connector disconnected') this.#away();
        return;
    }
  }

  /** Starts the program, or asks the machine to draw the one that runs. */
  #begin(): void {
    if (!this.#isKnown) {
      this.#tell('session_start', this.#size());
      return;
    }
    this.#tell('resize', { ...this.#size(), probe: true });
    this.#endProbe();
    this.#probe = setTimeout(() => {
      this.#probe = undefined;
      // Nothing of the program is left; what was typed for it isn't meant for another one.
      this.#isKnown = false;
      this.#early = [];
      this.#tell('session_start', this.#size());
    }, PROBE_ANSWER);
  }

  #away(): void {
    this.#endProbe();
    this.#set({ kind: 'offline' });
  }

  #endProbe(): void {
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #runs(): void {
    this.#endProbe();
    this.#failures = 0;
    if (this.#state.kind === 'running') return;
    // What the machine draws next is the whole screen.
    this.#screen?.reset(!this.#isKnown);
    this.#isKnown = true;
    this.#set({ kind: 'running', rtt: undefined });
    this.#tell('resize', this.#size());
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#send(bytes);
  }

  #measured(): void {
    if (this.#pingedAt === undefined) return;
    const rtt = performance.now() - this.#pingedAt;
    this.#pingedAt = undefined;
    if (this.#state.kind === 'running') this.#set({ kind: 'running', rtt });
  }

  #draw(encoded: string): void {
    const bytes = decode(encoded);
    if (bytes === undefined || bytes.length === 0) return;
    if (this.#undrawn > MOST_UNDRAWN) this.#isDropping = true;
    if (this.#isDropping) return;
    this.#undrawn += bytes.length;
    this.#screen?.write(bytes, () => {
      this.#undrawn -= bytes.length;
      if (this.#undrawn === 0 && this.#isDropping) this.#drawAgain();
    });
  }

  /** After dropped output, has the machine draw the screen. */
  #drawAgain(): void {
    this.#isDropping = false;
    this.#screen?.skipped();
    this.#tell('resize', { ...this.#size(), probe: true });
  }

  #closed(code: number): void {
    this.#drop();
    if (code === 1000 || code === CLOSE.session) this.#set({ kind: 'over' });
    // The API tells whether the person is still signed in, and may still open this.
    else this.#waitFor(code === CLOSE.offline ? 'offline' : 'lost');
  }

  #finish(): void {
    this.#drop();
    this.#set({ kind: 'over' });
  }

  #waitFor(kind: 'lost' | 'offline'): void {
    if (this.#isDisposed) return;
    this.#failures += 1;
    this.#set({ kind });
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        void this.#connect();
      },
      equalJitter(this.#failures, CEILINGS, this.#options.random ?? Math.random),
    );
  }

  #mayWait(bytes: Uint8Array): boolean {
    const { kind } = this.#state;
    if (kind === 'over' || kind === 'failed') return false;
    return this.#early.reduce((sum, { length }) => sum + length, bytes.length) <= MOST_EARLY;
  }

  #send(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (this.#state.kind !== 'running' || socket === undefined || socket.bufferedAmount > MOST_UNSENT) return;
    for (let offset = 0; offset < bytes.length; offset += INPUT_PIECE)
      this.#tell('stdin', { data_b64: encode(bytes.subarray(offset, offset + INPUT_PIECE)) });
  }

  #tell(type: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ type, data: { session_id: this.#session, ...fields } }));
  }

  #size(): Readonly<{ cols: number; rows: number }> {
    return { cols: this.#screen?.cols ?? 80, rows: this.#screen?.rows ?? 24 };
  }

  /** Closes the connection; the session stays. */
  #drop(): void {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#pingedAt = undefined;
    socket?.close();
  }

  #clearTimers(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#endProbe();
    clearInterval(this.#ping);
  }

  #set(state: PlainState): void {
    if (this.#isDisposed) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

function parse(data: unknown): z.infer<typeof envelope> | undefined {
  if (typeof data !== 'string' || data.length > LONGEST_MESSAGE) return undefined;
  try {
    return safeParse(envelope, JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

function decode(encoded: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
