import { isPathLoss, type AppApiClient, type AppChannel } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { EndedTerminals } from './ended-terminals.ts';
import { InputQueue } from './input-queue.ts';
import { pumpOutput, type ByteSink } from './output-pump.ts';
import { nextPhase, type Phase, type PhaseEvent } from './phase.ts';
import type { Place } from './place.ts';
import { Reconnect } from './reconnect.ts';

const TERM = 'xterm-256color';

/** What a session needs of a screen. */
export interface SessionScreen extends ByteSink {
  readonly cols: number;
  readonly rows: number;
  reset(): void;
}

export type SessionOptions = Readonly<{
  place: Place;
  /** To come back to; undefined opens a new one. */
  terminal: string | undefined;
  /** The person has chosen it, so that it is taken also from another device of theirs. */
  takeOver?: boolean;
  screen: SessionScreen;
  clock: Clock;
  changed(): void;
  /** More input waits than the program takes; the last was dropped. Said once until it takes some again. */
  inputDropped(): void;
  random?: () => number;
}>;

type Size = Readonly<{ cols: number; rows: number }>;
type Joined = Readonly<{ api: AppApiClient; channel: AppChannel; input: InputQueue }>;

const ENDINGS = new WeakMap<AppApiClient, EndedTerminals>();

/** One terminal on a peer or a gateway's own machine, from the wish for it to its end, across losses of the way there. */
export class TerminalSession {
  readonly #options: SessionOptions;
  readonly #reconnect: Reconnect;
  #api: AppApiClient | undefined;
  #terminal: string | undefined;
  #phase: Phase = { kind: 'connecting' };
  #joined: Joined | undefined;
  #attempt: AbortController | undefined;
  #told = { cols: 0, rows: 0 };
  #telling = false;
  /** Until it is here: also from another device. What comes back by itself takes nothing away. */
  #takeOver: boolean;
  #isDropping = false;
  #disposed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
    this.#takeOver = options.takeOver ?? false;
    this.#reconnect = new Reconnect(options.clock, () => void this.#try(), options.random);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Its name at the machine it runs on, once it is known. */
  get terminal(): string | undefined {
    return this.#terminal;
  }

  /** The first connection, or the one after a loss. */
  connect(api: AppApiClient): void {
    if (this.#api === api || this.#disposed) return;
    const isFirst = this.#api === undefined;
    this.#api = api;
    if (!ENDINGS.has(api)) ENDINGS.set(api, new EndedTerminals(api));
    if (isFirst) void this.#try();
    else this.#reconnect.now();
  }

  /** Seeks a lost terminal now. */
  retryNow(): void {
    this.#reconnect.now();
  }

  /** Opens a new one in the place of one that is over, or tries again to open it. */
  startNew(): void {
    this.#terminal = undefined;
    this.again();
  }

  /** The same terminal once more, as after it was taken over: the person wants it here. */
  again(): void {
    if (this.#attempt !== undefined || this.#joined !== undefined) return;
    this.#takeOver = true;
    void this.#try();
  }

  input(text: string): void {
    if (this.#joined === undefined) return;
    const isTaken = this.#joined.input.text(text);
    if (!isTaken && !this.#isDropping) this.#options.inputDropped();
    this.#isDropping = !isTaken;
  }

  binary(data: string): void {
    this.#joined?.input.binary(data);
  }

  /** Tells the other side the size of the screen: one call at a time, sizes in between are skipped. */
  resized(): void {
    if (!this.#telling) void this.#tellSize();
  }

  /** `detach` leaves it running there. */
  dispose(how: 'close' | 'detach'): void {
    this.#disposed = true;
    this.#reconnect.stop();
    this.#attempt?.abort();
    const joined = this.#joined;
    this.#joined = undefined;
    if (joined !== undefined) leave(joined.api, joined.channel, how);
  }

  async #try(): Promise<void> {
    const api = this.#api;
    if (api === undefined || this.#disposed) return;
    const { screen } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#become({ kind: 'trying' });
    const terminal = this.#terminal;
    const size = { cols: screen.cols, rows: screen.rows };
    try {
      const opened = await this.#open(api, size, attempt.signal);
      this.#attempt = undefined;
      const channel = api.channel(opened.channel);
      // `dispose` aborts, but the answer may have been here already.
      if (this.#disposed) {
        leave(api, channel, terminal === undefined ? 'close' : 'detach');
        return;
      }
      this.#terminal = opened.terminal;
      this.#told = size;
      this.#run({ api, channel, input: new InputQueue(channel) });
    } catch (error) {
      this.#attempt = undefined;
      this.#fail(error);
    }
  }

  #open(api: AppApiClient, size: Size, signal: AbortSignal): Promise<Readonly<{ channel: number; terminal: string }>> {
    const { place } = this.#options;
    const terminal = this.#terminal;
    if (place.kind === 'gateway') {
      const input = { gateway: place.gatewayId, ...size, ...(terminal !== undefined && { terminal }) };
      return api.call('gateways.terminal.open', input, { signal });
    }
    return api.call(
      'terminal.open',
      {
        peer: place.peerId,
        ...size,
        term: TERM,
        ...(terminal !== undefined && { terminal, takeOver: this.#takeOver }),
      },
      {
        signal,
        onProgress: (step) => {
          if (step === 'approval') this.#become({ kind: 'asked' });
        },
      },
    );
  }

  #run(joined: Joined): void {
    this.#joined = joined;
    this.#takeOver = false;
    this.#reconnect.succeeded();
    // A program starts on an empty screen, and one that goes on is drawn from its beginning.
    this.#options.screen.reset();
    this.#become({ kind: 'opened' });
    this.resized();
    void this.#carry(joined);
  }

  async #carry(joined: Joined): Promise<void> {
    try {
      await pumpOutput(joined.channel, this.#options.screen);
      const end = await ENDINGS.get(joined.api)?.of(joined.channel.id);
      if (this.#joined !== joined || end === undefined) return;
      this.#joined = undefined;
      joined.channel.close();
      if (end.code === null) this.#become({ kind: 'exited', exitCode: end.exitCode, signal: end.signal });
      else this.#failWith(end.code, new ClawReachError(end.code, 'the terminal ended'));
    } catch (error) {
      if (this.#joined !== joined) return;
      this.#joined = undefined;
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failWith(errorCode(error), error);
  }

  #failWith(code: string, error: unknown): void {
    if (this.#disposed) return;
    // Without a terminal there is nothing to come back to: the person decides whether to try again.
    if (this.#terminal !== undefined && isPathLoss(code)) {
      this.#become({ kind: 'lost', code, retryAt: this.#reconnect.wait() });
    } else {
      this.#reconnect.stop();
      this.#become({ kind: 'failed', error, code });
    }
  }

  #become(event: PhaseEvent): void {
    if (this.#disposed) return;
    this.#phase = nextPhase(this.#phase, event);
    this.#options.changed();
  }

  async #tellSize(): Promise<void> {
    this.#telling = true;
    try {
      for (;;) {
        const joined = this.#joined;
        const { cols, rows } = this.#options.screen;
        if (joined === undefined || (cols === this.#told.cols && rows === this.#told.rows)) return;
        this.#told = { cols, rows };
        await joined.api.call('terminal.resize', { channel: joined.channel.id, cols, rows });
      }
    } catch {
      // It is ending; its end is told elsewhere.
    } finally {
      this.#telling = false;
    }
  }
}

function leave(api: AppApiClient, channel: AppChannel, how: 'close' | 'detach'): void {
  // The channel is closed behind the call, or input typed last would be cut off.
  const closed = (): void => channel.close();
  api.call('terminal.close', { channel: channel.id, detach: how === 'detach' }).then(closed, closed);
}
