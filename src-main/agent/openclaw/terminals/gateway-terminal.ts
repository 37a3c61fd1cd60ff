import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { TerminalError, type TerminalEnd } from '#shared/terminal/index.ts';
import type { GatewayChannel } from '../gateways/index.ts';
import { signalName, type TerminalConnection } from '../../terminals/index.ts';
import { toTerminalError } from './errors.ts';
import { GatewayInputQueue } from './input-queue.ts';
import { GATEWAY_TERMINAL_LIMITS as LIMITS } from './limits.ts';
import { attachedReply, dataEvent, exitEvent, openedReply, type ExitEvent } from './messages.ts';
import { OutputWindow } from './output-window.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Options of `GatewayTerminal`. */
export type GatewayTerminalOptions = Readonly<{
  channel: GatewayChannel;
  /** Waits for the next connection to the gateway after one was lost. @throws {GatewayError} why there is none */
  reconnect(signal: AbortSignal): Promise<GatewayChannel>;
  size: Readonly<{ cols: number; rows: number }>;
  clock: Clock;
  logger: Logger;
  /** Called once, when the viewer detaches or the terminal ends. */
  onOver(how: 'detached' | 'closed' | 'ended'): void;
}>;

/** Ctrl-D, the end of input for a gateway's terminal. */
const END_OF_INPUT = '\u0004';

/**
 * Shell on a gateway's own machine, over the operator's connection; `GatewayTerminals` opens it. Outlives the connection to the gateway: attaches
 * again by itself and reads the missed output from the gateway. Resets the viewer's screen if the gateway no longer has all of it.
 */
export class GatewayTerminal implements TerminalConnection {
  /** Resolves when the terminal has ended. */
  readonly ended: Promise<TerminalEnd>;
  readonly #options: GatewayTerminalOptions;
  readonly #settle: (end: TerminalEnd) => void;
  readonly #input = new GatewayInputQueue(() => this.terminal);
  readonly #stop = new AbortController();
  #output = new OutputWindow(LIMITS.unread, 0);
  #terminal: string | undefined;
  #channel: GatewayChannel | undefined;
  #size: Readonly<{ cols: number; rows: number }>;
  #unlisten: () => void = () => undefined;
  /** Events held until the terminal's ID and offset are known. */
  #held: Readonly<{ event: string; payload: unknown }>[] | undefined = [];
  #heldSize = 0;
  #heldEnds = 0;
  #wake: (() => void) | undefined;
  #again: Timer | undefined;
  #end: TerminalEnd | undefined;
  #left = false;

  constructor(options: GatewayTerminalOptions) {
    this.#options = options;
    this.#size = options.size;
    ({ promise: this.ended, resolve: this.#settle } = Promise.withResolvers<TerminalEnd>());
    this.#listen(options.channel);
  }

  /** ID of the terminal at the gateway. */
  get terminal(): string {
    if (this.#terminal === undefined) throw new TerminalError('terminal.ended', 'the terminal is not open');
    return this.#terminal;
  }

  /** Starts a shell. @returns its program and folder @throws {GatewayError} {TerminalError} `terminal.disabled`, … */
  async open(signal: AbortSignal): Promise<Readonly<{ shell: string | null; directory: string | null }>> {
    const { channel } = this.#options;
    try {
      const reply = openedReply.parse(await channel.request('terminal.open', { ...this.#size }, { signal }));
      this.#begin(reply.sessionId, channel);
      return { shell: reply.shell ?? null, directory: reply.cwd ?? null };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Attaches to a running terminal. @throws as `open`, {TerminalError} `terminal.unknown` */
  async attach(
    terminal: string,
    signal: AbortSignal,
  ): Promise<Readonly<{ shell: string | null; directory: string | null }>> {
    const { channel } = this.#options;
    this.#output = new OutputWindow(LIMITS.unread);
    try {
      const reply = attachedReply.parse(await channel.request('terminal.attach', { sessionId: terminal }, { signal }));
      this.#output.replay(reply.seq, reply.buffer);
      this.#begin(reply.sessionId, channel);
      this.#tellSize();
      return { shell: reply.shell ?? null, directory: reply.cwd ?? null };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#requireRunning();
    await this.#input.write(bytes);
    this.#requireRunning();
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#left) return null;
      const bytes = this.#output.take();
      this.#readAgain();
      if (bytes !== undefined) return bytes;
      if (this.#end !== undefined) {
        this.#settle(this.#end);
        return null;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  resize(cols: number, rows: number): void {
    this.#size = { cols, rows };
    this.#tellSize();
  }

  endInput(): void {
    if (this.#end === undefined && !this.#left) void this.#input.writeText(END_OF_INPUT);
  }

  close(): void {
    if (this.#left) return;
    const channel = this.#channel;
    if (this.#end === undefined && channel !== undefined)
      channel.request('terminal.close', { sessionId: this.terminal }).catch(() => undefined);
    this.#input.close();
    this.#leave('closed');
  }

  detach(): void {
    if (!this.#left) this.#leave('detached');
  }

  abandon(): void {
    this.detach();
  }

  #leave(how: 'detached' | 'closed'): void {
    this.#left = true;
    this.#over();
    this.#settle(this.#end ?? { exitCode: null, signal: null, code: null });
    if (this.#end === undefined) this.#options.onOver(how);
    this.#wakeReader();
  }

  #failed(error: unknown): unknown {
    this.#over();
    return toTerminalError(error);
  }

  #requireRunning(): void {
    if (this.#end !== undefined || this.#left) throw new TerminalError('terminal.ended', 'the terminal has ended');
  }

  /** Starts the session and handles the held events. */
  #begin(terminal: string, channel: GatewayChannel): void {
    this.#terminal = terminal;
    void this.#follow(channel);
    this.#release(channel);
  }

  #release(channel: GatewayChannel): void {
    this.#channel = channel;
    const held = this.#held ?? [];
    const tooMuch = this.#heldSize > LIMITS.held;
    this.#held = undefined;
    this.#heldSize = 0;
    this.#heldEnds = 0;
    for (const { event, payload } of held) this.#take(event, payload);
    if (tooMuch) this.#output.lost();
    this.#wakeReader();
    this.#input.use(channel);
    this.#readAgain();
  }

  #listen(channel: GatewayChannel): void {
    const offEvent = channel.onEvent((event, payload) => {
      if (event === 'terminal.data' || event === 'terminal.exit') this.#take(event, payload);
    });
    const offGap = channel.onGap(() => {
      this.#output.lost();
      this.#readAgain();
    });
    this.#unlisten = () => {
      offEvent();
      offGap();
    };
  }

  #take(event: string, payload: unknown): void {
    if (this.#end !== undefined) return;
    if (this.#held !== undefined) {
      this.#hold(event, payload);
      return;
    }
    if (event === 'terminal.data') {
      const data = safeParse(dataEvent, payload);
      if (!data.success || data.data.sessionId !== this.#terminal) return;
      this.#output.push(data.data.seq, data.data.data);
      this.#wakeReader();
      this.#readAgain();
      return;
    }
    const exit = safeParse(exitEvent, payload);
    if (exit.success && exit.data.sessionId === this.#terminal) this.#finish(endOf(exit.data));
  }

  #hold(event: string, payload: unknown): void {
    const parsed = event === 'terminal.data' ? safeParse(dataEvent, payload) : safeParse(exitEvent, payload);
    // Skips events of other terminals on the same connection, and invalid ones.
    if (!parsed.success || (this.#terminal !== undefined && parsed.data.sessionId !== this.#terminal)) return;
    if ('data' in parsed.data) {
      this.#heldSize += parsed.data.data.length + 64;
      // Dropped output is noticed as missing below and read again.
      if (this.#heldSize <= LIMITS.held) this.#held?.push({ event, payload: parsed.data });
    } else if (this.#heldEnds < LIMITS.heldEnds) {
      this.#heldEnds += 1;
      this.#held?.push({ event, payload: parsed.data });
    }
  }

  /** Attaches again after each lost connection, until the terminal ends. */
  async #follow(first: GatewayChannel): Promise<void> {
    const { signal } = this.#stop;
    let channel = first;
    for (;;) {
      await aborted(channel.closed, signal);
      if (signal.aborted) return;
      this.#unlisten();
      this.#again?.cancel();
      this.#again = undefined;
      this.#channel = undefined;
      this.#input.use(undefined);
      this.#held = [];
      try {
        channel = await this.#options.reconnect(signal);
        this.#listen(channel);
        await this.#catchUp(channel);
        this.#tellSize();
      } catch (error) {
        if (signal.aborted) return;
        if (channel.closed.aborted && errorCode(error) === 'gateway.lost') continue;
        this.#options.logger.info('a terminal of a gateway could not be taken up again', {
          error: errorMessage(error),
        });
        this.#finish({ exitCode: null, signal: null, code: errorCode(toTerminalError(error)) });
        return;
      }
    }
  }

  /** Attaches on a new connection, which returns the missed output and its offset. */
  async #catchUp(channel: GatewayChannel): Promise<void> {
    this.#held ??= [];
    const reply = attachedReply.parse(
      await channel.request('terminal.attach', { sessionId: this.terminal }, { signal: this.#stop.signal }),
    );
    this.#output.replay(reply.seq, reply.buffer);
    this.#release(channel);
  }

  /** Reads the output left at the gateway as soon as there is room. */
  #readAgain(): void {
    if (!this.#output.missing || !this.#output.hasRoom) return;
    if (this.#again !== undefined || this.#held !== undefined) return;
    if (this.#channel === undefined || this.#end !== undefined || this.#left) return;
    this.#again = this.#options.clock.setTimer(LIMITS.again, () => {
      this.#again = undefined;
      const channel = this.#channel;
      if (channel === undefined || this.#end !== undefined || this.#left) return;
      this.#catchUp(channel).catch((error: unknown) => {
        // The next connection catches up instead.
        if (channel.closed.aborted || this.#stop.signal.aborted) return;
        this.#finish({ exitCode: null, signal: null, code: errorCode(toTerminalError(error)) });
      });
    });
  }

  #tellSize(): void {
    const channel = this.#channel;
    if (channel === undefined || this.#terminal === undefined || this.#end !== undefined || this.#left) return;
    channel.request('terminal.resize', { sessionId: this.#terminal, ...this.#size }).catch(() => undefined);
  }

  #finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#input.close();
    this.#over();
    this.#options.onOver('ended');
    this.#wakeReader();
  }

  #over(): void {
    this.#stop.abort();
    this.#unlisten();
    this.#again?.cancel();
    this.#again = undefined;
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function endOf({ reason, exitCode, signal }: ExitEvent): TerminalEnd {
  switch (reason) {
    case 'closed':
      return { exitCode: null, signal: null, code: 'terminal.closed' };
    case 'disconnected':
      return { exitCode: null, signal: null, code: 'terminal.unknown' };
    case 'detached':
      return { exitCode: null, signal: null, code: 'terminal.taken-over' };
    case 'error':
      return { exitCode: null, signal: null, code: 'terminal.failed' };
    default:
      return {
        exitCode: exitCode ?? null,
        signal: typeof signal === 'number' && signal > 0 ? signalName(signal) : null,
        code: null,
      };
  }
}

/** Resolves when one of the signals is aborted. */
function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  const either = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (either.aborted) resolve();
    else either.addEventListener('abort', () => resolve(), { once: true });
  });
}
