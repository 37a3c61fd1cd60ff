import { assertNever } from '#shared/assert-never.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import {
  decodeListing,
  encodeViewerMessage,
  parseOpenedReply,
  parseTerminalParams,
  RESET_CANCELLED,
  RESET_HANG_UP,
  RESET_PROTOCOL,
  TargetMessageParser,
  TerminalError,
} from '#shared/terminal/index.ts';
import type {
  TargetMessage,
  TerminalEnd,
  TerminalListing,
  TerminalParams,
  ViewerMessage,
} from '#shared/terminal/index.ts';

export type OpenTerminalParams = Readonly<{
  cols: number;
  rows: number;
  /** TERM of the viewer. */
  term: string;
  /** Program and arguments instead of the login shell. */
  command?: readonly string[] | undefined;
  /** Re-attach to this one instead of opening a new one; `term` and `command` then do not count. */
  terminal?: string | undefined;
  /** With `terminal`: also from another device of the same person that has it now. */
  takeOver?: boolean | undefined;
}>;

export type OpenTerminalOptions = Readonly<{
  /** A person at the target is being asked. */
  onWaiting?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/** A terminal on another device, as its viewer has it. */
export interface TerminalConnection {
  /** Its name there. */
  readonly terminal: string;
  /** Input, in order, also without waiting; the bytes are the connection's afterwards. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * The next output, in an array of the reader's own, or null at the end. A reader that does not come back makes the program wait. After
   * a re-attach the first bytes redraw screen and scrollback.
   */
  read(): Promise<Uint8Array | null>;
  resize(cols: number, rows: number): void;
  /** No more input follows: the program reads end-of-file. */
  endInput(): void;
  /** Hangs up; input that the other side has not taken yet is dropped. Idempotent, as `detach`. */
  close(): void;
  /** Leaves the terminal running for a while. */
  detach(): void;
  /** How it ended; after the last output has been read, or at once after `close` or `detach`. Never rejects. */
  readonly ended: Promise<TerminalEnd>;
}

/**
 * Opens a terminal, or attaches to one, through an established session.
 * @throws {TerminalError} `terminal.params`; what the target answered, such as `terminal.unknown` or `rights.denied`; `terminal.protocol`
 */
export async function openTerminal(
  session: Session,
  params: OpenTerminalParams,
  options: OpenTerminalOptions = {},
): Promise<TerminalConnection> {
  const { stream, reply } = await openStream(session, openParams(params), options);
  try {
    return new Connection(stream, parseOpenedReply(reply).terminal);
  } catch (error) {
    stream.reset(RESET_CANCELLED);
    throw error;
  }
}

/** The terminals that this device may attach to on the other one: its own, and those of other devices of the same person. @throws {TerminalError} */
export async function listTerminals(session: Session, signal?: AbortSignal): Promise<readonly TerminalListing[]> {
  const { stream } = await openStream(session, { action: 'list' }, signal === undefined ? {} : { signal });
  try {
    const parser = new TargetMessageParser();
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      for (const message of parser.push(bytes)) {
        if (message.type !== 'listing') break;
        const listing = decodeListing(message.json);
        await stream.end();
        return listing;
      }
    }
    throw new TerminalError('terminal.protocol', 'the listing did not come');
  } catch (error) {
    stream.reset(RESET_CANCELLED);
    throw error instanceof ClawReachError && !error.code.startsWith('format.')
      ? error
      : new TerminalError('terminal.protocol', 'the listing is not valid', { cause: error });
  }
}

function openParams(params: OpenTerminalParams): TerminalParams {
  const { cols, rows, term, command, terminal, takeOver } = params;
  if (terminal !== undefined) {
    const taking = takeOver === true ? { takeOver } : {};
    return parseTerminalParams({ action: 'attach', terminal, cols, rows, ...taking });
  }
  return parseTerminalParams({ action: 'open', cols, rows, term, ...(command === undefined ? {} : { command }) });
}

async function openStream(
  session: Session,
  params: TerminalParams,
  options: OpenTerminalOptions,
): Promise<Readonly<{ stream: OutgoingStream; reply: unknown }>> {
  const { signal, onWaiting } = options;
  const stream = session.open('pty', params, { priority: 'interactive', ...(signal === undefined ? {} : { signal }) });
  stream.onWaiting = () => {
    onWaiting?.();
  };
  try {
    return { stream, reply: await stream.opened };
  } catch (error) {
    if (!(error instanceof ClawReachError) || error.code !== 'link.refused') throw error;
    const { code, message } = error.details;
    throw new TerminalError(refusalCode(code), String(message ?? 'refused'), { cause: error });
  }
}

/** The target's word for why, where it is one of those that speak of terminals: it must not pass for a finding of this device. */
function refusalCode(code: unknown): string {
  return typeof code === 'string' && /^(?:terminal|rights|link)\.[a-z-]{1,40}$/.test(code) ? code : 'terminal.protocol';
}

class Connection implements TerminalConnection {
  readonly terminal: string;
  readonly ended: Promise<TerminalEnd>;
  readonly #stream: LinkStream;
  readonly #parser = new TargetMessageParser();
  readonly #output: Uint8Array[] = [];
  readonly #settle: (end: TerminalEnd) => void;
  /** Known, but not told while output waits to be read. */
  #end: TerminalEnd | undefined;
  #reading: Promise<void> | undefined;
  /** Nothing more comes. */
  #over = false;
  #left = false;
  /** Writes that have not found room yet. */
  #writing = 0;
  #inputEnded = false;

  constructor(stream: LinkStream, terminal: string) {
    this.#stream = stream;
    this.terminal = terminal;
    let settle: (end: TerminalEnd) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    void stream.closed.then(() => this.#collectRest());
    this.#readAhead();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#end !== undefined || this.#left) throw new TerminalError('terminal.ended', 'the terminal has ended');
    if (bytes.length === 0) return;
    this.#writing += 1;
    try {
      await this.#stream.write(encodeViewerMessage({ type: 'input', bytes }));
    } finally {
      this.#writing -= 1;
    }
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#left) return null;
      const bytes = this.#output.shift();
      if (bytes !== undefined) {
        this.#readAhead();
        return bytes;
      }
      if (this.#end !== undefined) {
        this.#settle(this.#end);
        return null;
      }
      await this.#receive();
    }
  }

  resize(cols: number, rows: number): void {
    this.#say({ type: 'resize', cols, rows });
  }

  endInput(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#say({ type: 'end-of-input' });
  }

  close(): void {
    this.#leave({ type: 'close' });
  }

  detach(): void {
    this.#leave({ type: 'detach' });
  }

  #leave(message: ViewerMessage): void {
    if (this.#left) return;
    if (this.#writing > 0) {
      // A program that does not take its input must not keep us from hanging up: what waits is in the way of any message.
      this.#stream.reset(message.type === 'close' ? RESET_HANG_UP : RESET_CANCELLED);
    } else {
      this.#say(message);
      this.#stream.end().catch(() => undefined);
    }
    this.#left = true;
    this.#settle(this.#end ?? { exitCode: null, signal: null, code: null });
    void this.#collectRest();
  }

  /** Input that the program does not take may hold this back as well; the stream keeps the order. */
  #say(message: ViewerMessage): void {
    if (this.#end !== undefined || this.#left) return;
    this.#stream.write(encodeViewerMessage(message)).catch(() => undefined);
  }

  /** By one chunk, so that the end is known as soon as the last output has been read. */
  #readAhead(): void {
    if (this.#output.length === 0 && !this.#over) void this.#receive();
  }

  /** One read of the stream at a time, shared by all who wait for it. */
  #receive(): Promise<void> {
    this.#reading ??= this.#receiveOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #receiveOnce(): Promise<void> {
    try {
      const bytes = await this.#stream.read();
      this.#over = bytes === null;
      if (bytes === null) this.#finish({ exitCode: null, signal: null, code: 'terminal.protocol' });
      else for (const message of this.#parser.push(bytes)) this.#take(message);
    } catch (error) {
      this.#over = true;
      const code = errorCode(error);
      const broken = code.startsWith('format.');
      if (broken) this.#stream.reset(RESET_PROTOCOL);
      this.#finish({ exitCode: null, signal: null, code: broken ? 'terminal.protocol' : code });
    }
  }

  #take(message: TargetMessage): void {
    switch (message.type) {
      case 'output':
        if (!this.#left) this.#output.push(message.bytes);
        return;
      case 'ended':
        this.#finish(message.end);
        return;
      case 'snapshot-begin':
      case 'snapshot-end':
      case 'title':
        return;
      case 'listing':
        this.#stream.reset(RESET_PROTOCOL);
        this.#finish({ exitCode: null, signal: null, code: 'terminal.protocol' });
        return;
      default:
        assertNever(message);
    }
  }

  #finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if (this.#output.length === 0) this.#settle(end);
    this.#stream.end().catch(() => undefined);
    void this.#collectRest();
  }

  /** After the end, after we left, or when the stream is over without a reader: what is still there, so that the stream finishes. */
  async #collectRest(): Promise<void> {
    while (!this.#over) await this.#receive();
  }
}
