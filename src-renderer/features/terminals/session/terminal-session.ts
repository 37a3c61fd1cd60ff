import { isPathLoss, type AppApiClient, type AppChannel } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { EndedTerminals } from './ended-terminals.ts';
import { InputQueue } from './input-queue.ts';
import { OutputPump, type ByteSink } from '../screen/output-pump.ts';
import { nextPhase, type Phase, type PhaseEvent } from './phase.ts';
import type { TerminalHost } from './terminal-host.ts';
import { Reconnect } from './reconnect.ts';
import { RedrawnTerminals } from '../screen/redrawn-terminals.ts';

const TERM = 'xterm-256color';

/** What a session needs of a screen. */
export interface SessionScreen extends ByteSink {
  readonly cols: number;
  readonly rows: number;
  reset(): void;
}

export type TerminalSessionOptions = Readonly<{
  host: TerminalHost;
  /** To come back to; undefined opens a new one. */
  terminal: string | undefined;
  /** Where a new one begins, a path there. */
  directory?: string | undefined;
  /** The person has chosen it, so that it is taken also from another device of theirs. */
  takeOver?: boolean;
  screen: SessionScreen;
  clock: Clock;
  changed(): void;
  /** More input waits than the program takes; the last was dropped. Said once until it takes some again. */
  inputDropped(): void;
  /** The person has paused this device, as far as the window knows. */
  isPaused?(): boolean;
  random?: () => number;
}>;

type Size = Readonly<{ cols: number; rows: number }>;
type Attachment = Readonly<{ api: AppApiClient; channel: AppChannel; input: InputQueue; output: OutputPump }>;

/** What an agent tells of its terminals, from the first one on. */
const EVENTS_BY_API = new WeakMap<AppApiClient, Readonly<{ ended: EndedTerminals; redrawn: RedrawnTerminals }>>();

/** What stops a program, or sends it to the background: Ctrl-C, Ctrl-Z, Ctrl-\. */
const INTERRUPTS: ReadonlySet<string> = new Set(['\u0003', '\u001a', '\u001c']);

/** One terminal on a peer or a gateway's own machine, from the wish for it to its end, across losses of the way there. */
export class TerminalSession {
  readonly #options: TerminalSessionOptions;
  readonly #reconnect: Reconnect;
  #api: AppApiClient | undefined;
  #terminal: string | undefined;
  #phase: Phase = { kind: 'connecting' };
  #joined: Attachment | undefined;
  #attempt: AbortController | undefined;
  #told = { cols: 0, rows: 0 };
  #telling = false;
  /** Until it is here: also from another device. What comes back by itself takes nothing away. */
  #takeOver: boolean;
  #isDropping = false;
  #isCatchingUp = false;
  /** It was refused because this device is paused: the end of the pause is a try, and so is its machine that can be reached again. */
  #isHeldUp = false;
  #disposed = false;

  constructor(options: TerminalSessionOptions) {
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

  /** What shows it now; undefined while nothing does. */
  get channel(): number | undefined {
    return this.#joined?.channel.id;
  }

  /** The first connection, or the one after a loss. */
  connect(api: AppApiClient): void {
    if (this.#api === api || this.#disposed) return;
    const isFirst = this.#api === undefined;
    this.#api = api;
    if (!EVENTS_BY_API.has(api))
      EVENTS_BY_API.set(api, { ended: new EndedTerminals(api), redrawn: new RedrawnTerminals(api) });
    if (isFirst) void this.#try();
    else this.#reconnect.now();
  }

  /** Seeks a lost terminal now, or one that a pause has kept from it. */
  retryNow(): void {
    if (this.#isHeldUp && this.#phase.kind === 'failed') void this.#try();
    else this.#reconnect.now();
  }

  /** Opens a new one in the place of one that is over, or tries again to open it. */
  startNew(): void {
    this.#terminal = undefined;
    this.reattach();
  }

  /** The same terminal once more, as after it was taken over: the person wants it here. */
  reattach(): void {
    if (this.#attempt !== undefined || this.#joined !== undefined) return;
    this.#takeOver = true;
    void this.#try();
  }

  input(text: string): void {
    if (this.#joined === undefined) return;
    const isTaken = this.#joined.input.text(text);
    if (!isTaken && !this.#isDropping) this.#options.inputDropped();
    this.#isDropping = !isTaken;
    // Whoever stops a flood has seen enough of it.
    if (INTERRUPTS.has(text)) void this.#catchUp(this.#joined);
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
    const attachment = this.#joined;
    this.#joined = undefined;
    if (attachment !== undefined) leave(attachment.api, attachment.channel, how);
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
      const redrawn = EVENTS_BY_API.get(api)?.redrawn ?? new RedrawnTerminals(api);
      const output = new OutputPump(channel, screen, redrawn);
      this.#run({ api, channel, input: new InputQueue(channel), output });
    } catch (error) {
      this.#attempt = undefined;
      this.#fail(error);
    }
  }

  #open(api: AppApiClient, size: Size, signal: AbortSignal): Promise<Readonly<{ channel: number; terminal: string }>> {
    const { host, directory } = this.#options;
    const terminal = this.#terminal;
    if (host.kind === 'gateway') {
      const input = { gateway: host.gatewayId, ...size, ...(terminal !== undefined && { terminal }) };
      return api.call('gateways.terminal.open', input, { signal });
    }
    return api.call(
      'terminal.open',
      {
        peer: host.peerId,
        ...size,
        term: TERM,
        ...(terminal === undefined && directory !== undefined && { directory }),
        ...(terminal !== undefined && { terminal, takeOver: this.#takeOver }),
      },
      {
        signal,
        onProgress: (step) => {
          if (step === 'approval') this.#become({ kind: 'approval-requested' });
        },
      },
    );
  }

  #run(attachment: Attachment): void {
    this.#joined = attachment;
    this.#takeOver = false;
    this.#isHeldUp = false;
    this.#reconnect.succeeded();
    // A program starts on an empty screen, and one that goes on is drawn from its beginning.
    this.#options.screen.reset();
    this.#become({ kind: 'opened' });
    this.resized();
    void this.#carry(attachment);
  }

  async #carry(attachment: Attachment): Promise<void> {
    try {
      await attachment.output.run();
      const end = await EVENTS_BY_API.get(attachment.api)?.ended.of(attachment.channel.id);
      if (this.#joined !== attachment || end === undefined) return;
      this.#joined = undefined;
      attachment.channel.close();
      if (end.code === null) this.#become({ kind: 'exited', exitCode: end.exitCode, signal: end.signal });
      else this.#failWith(end.code, new ClawReachError(end.code, 'the terminal ended'));
    } catch (error) {
      if (this.#joined !== attachment) return;
      this.#joined = undefined;
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failWith(errorCode(error), error);
  }

  #failWith(code: string, error: unknown): void {
    if (this.#disposed) return;
    const isPause = code === 'agent.paused';
    this.#isHeldUp = isPause || (this.#isHeldUp && isPathLoss(code));
    // The pause is just over, or the window has not heard of it yet.
    if (isPause && this.#options.isPaused?.() === false) {
      this.#reconnect.wait();
      return;
    }
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

  /** Has dropped what is on its way to the screen, where that is much. */
  async #catchUp({ api, channel, output }: Attachment): Promise<void> {
    if (this.#isCatchingUp || this.#options.host.kind === 'gateway') return;
    this.#isCatchingUp = true;
    try {
      await api.call('terminal.catchUp', { channel: channel.id, waiting: output.waiting });
    } catch {
      // It is ending; then there is nothing to catch up with.
    } finally {
      this.#isCatchingUp = false;
    }
  }

  async #tellSize(): Promise<void> {
    this.#telling = true;
    try {
      for (;;) {
        const attachment = this.#joined;
        const { cols, rows } = this.#options.screen;
        if (attachment === undefined || (cols === this.#told.cols && rows === this.#told.rows)) return;
        this.#told = { cols, rows };
        await attachment.api.call('terminal.resize', { channel: attachment.channel.id, cols, rows });
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
