import { isPathLoss, type AppApiClient, type AppChannel } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { declinedUntil } from './declined.ts';
import { TerminalExits } from './terminal-exits.ts';
import { InputQueue } from './input-queue.ts';
import { OutputPump, type ByteSink } from '../screen/output-pump.ts';
import { isOver, nextPhase, type Phase, type PhaseEvent } from './phase.ts';
import { TabLock, type TabLocks } from '../tabs/tab-lock.ts';
import { terminalHostKey, type TerminalHost } from './terminal-host.ts';
import { Reconnect } from './reconnect.ts';
import { RedrawnTerminals } from '../screen/redrawn-terminals.ts';

const TERM = 'xterm-256color';

/** Part of a screen that a session uses. */
export interface SessionScreen extends ByteSink {
  readonly cols: number;
  readonly rows: number;
  /** Empties the screen and resets its modes. @param isNew another program starts; otherwise a running one draws again */
  reset(isNew: boolean): void;
  /** Resets the modes for another program, which begins below what is on the screen. */
  startBelow(): void;
}

/** Terminal to open or resume, and its surroundings. */
export type TerminalSessionOptions = Readonly<{
  host: TerminalHost;
  /** Name of the terminal to resume; undefined opens a new one. */
  terminal: string | undefined;
  /** Working directory of a new terminal, a path on its machine; undefined for the home directory. */
  directory?: string | undefined;
  /** Phase of a restored terminal that isn't resumed; undefined opens or resumes it. */
  phase?: Phase | undefined;
  /** Takes the terminal over from another of the person's devices, because the person chose it here. */
  takeOver?: boolean;
  screen: SessionScreen;
  clock: Clock;
  /** Locks of the browser, by which its tabs know which of them shows the terminal; undefined where there are none. */
  locks?: TabLocks | undefined;
  /** Called when the phase has changed. */
  changed(): void;
  /** Called once when input is dropped because the program doesn't read, and again only after it has read. */
  inputDropped(): void;
  /** Called when the requested directory doesn't exist, so that the shell has started in the home directory. */
  folderMissing?(directory: string): void;
  /** Reports whether the person has paused this device, as far as the window knows. */
  isPaused?(): boolean;
  /** Randomness of the retries, 0 up to 1. */
  random?: () => number;
}>;

type Size = Readonly<{ cols: number; rows: number }>;
type Attachment = Readonly<{ api: AppApiClient; channel: AppChannel; input: InputQueue; output: OutputPump }>;

/** Terminal events of each connection to the agent, stored from its first terminal on. */
const EVENTS_BY_API = new WeakMap<AppApiClient, Readonly<{ ended: TerminalExits; redrawn: RedrawnTerminals }>>();

/** Keys that stop or suspend a program: Ctrl-C, Ctrl-Z and Ctrl-\. */
const INTERRUPTS: ReadonlySet<string> = new Set(['\u0003', '\u001a', '\u001c']);

/** Largest bound of the delay between two attempts to open a new terminal, ms. A machine that is back is tried at once. */
const LONGEST_AWAY = 60_000;

/** Code with which a machine ends its terminals, and refuses others, while its agent is being stopped. */
const SHUTDOWN = 'terminal.shutdown';

/** Most input that waits while a terminal opens, characters: what people type ahead, not what they paste. */
export const EARLY_LIMIT = 4096;

/** Longest loss of the agent during which input waits for the terminal, ms: as long as another tab needs to take over from one that was closed. */
export const SHORT_LOSS = 5000;

/**
 * One terminal from its request to its end: opens it through the agent, passes input and output, and attaches to it again after a lost connection.
 * `OpenPanes` creates one for each pane.
 */
export class TerminalSession {
  readonly #options: TerminalSessionOptions;
  readonly #reconnect: Reconnect;
  readonly #lock: TabLock;
  #api: AppApiClient | undefined;
  #terminal: string | undefined;
  #phase: Phase;
  #attachment: Attachment | undefined;
  #attempt: AbortController | undefined;
  #sentSize = { cols: 0, rows: 0 };
  #isSendingSize = false;
  /** True until the terminal is attached. An automatic reconnect takes nothing from other devices. */
  #takeOver: boolean;
  #typed = 0;
  /** Input for the program, typed while a new terminal opens, one is taken back, or the agent is lost for a moment. */
  #early = '';
  /** Time since which the terminal is lost together with the agent of this window, ms since 1970; undefined otherwise. */
  #lostSince: number | undefined;
  #isDropping = false;
  #isCatchingUp = false;
  /** The last attempt failed because this device is paused. `retryNow` repeats it when the pause ends or the machine is reachable. */
  #isBlockedByPause = false;
  /** Phase before the attempt to open a new shell in place of an ended one; undefined without one. */
  #before: Phase | undefined;
  /** The screen shows what a terminal has written. */
  #hasOutput = false;
  #disposed = false;

  constructor(options: TerminalSessionOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
    this.#phase = options.phase ?? { kind: 'connecting' };
    this.#takeOver = options.takeOver ?? false;
    this.#reconnect = new Reconnect(options.clock, () => void this.#attach(), options.random);
    this.#lock = new TabLock(options.locks, {
      lost: () => {
        if (this.#phase.kind === 'elsewhere') this.#changePhase({ kind: 'in-other-tab' });
      },
      // Nothing is taken from another machine that has the terminal meanwhile.
      back: () => {
        if (this.#phase.kind === 'elsewhere') void this.#attach();
      },
    });
  }

  /** Current phase, for the page. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Name of the terminal on its machine; undefined before it is open. */
  get terminal(): string | undefined {
    return this.#terminal;
  }

  /** Channel that carries the terminal; undefined while the session isn't attached. */
  get channel(): number | undefined {
    return this.#attachment?.channel.id;
  }

  /** Uses a connection to the agent: the first one, or a new one after a loss. */
  connect(api: AppApiClient): void {
    if (this.#api === api || this.#disposed) return;
    const isFirst = this.#api === undefined;
    this.#api = api;
    if (!EVENTS_BY_API.has(api))
      EVENTS_BY_API.set(api, { ended: new TerminalExits(api), redrawn: new RedrawnTerminals(api) });
    if (isOver(this.#phase)) return;
    if (isFirst) void this.#attach();
    else this.#reconnect.now();
  }

  /** Reports whether the screen shows what a terminal has written. A new shell in its place leaves it there. */
  get hasOutput(): boolean {
    return this.#hasOutput;
  }

  /** Retries at once: a lost terminal, one whose machine was away, or one that was blocked by the pause. */
  retryNow(): void {
    if (this.#isBlockedByPause && this.#phase.kind === 'failed') void this.#attach();
    else this.#reconnect.now();
  }

  /** Opens a new terminal in place of one that has ended or couldn't be opened. */
  startNew(): void {
    if (this.#attempt !== undefined || this.#attachment !== undefined) return;
    if (isOver(this.#phase)) this.#before = this.#phase;
    this.#terminal = undefined;
    this.reattach();
  }

  /**
   * Gives up the new terminal that is being opened in place of one that has ended.
   * @returns false if none is
   */
  cancelNew(): boolean {
    if (this.#before === undefined || this.#attachment !== undefined) return false;
    this.#reconnect.stop();
    this.#attempt?.abort();
    this.#attempt = undefined;
    this.#changePhase({ kind: 'cancelled', before: this.#before });
    this.#before = undefined;
    return true;
  }

  /** Attaches to the same terminal again, for example after another device has taken it over. */
  reattach(): void {
    if (this.#attempt !== undefined || this.#attachment !== undefined) return;
    this.#takeOver = true;
    void this.#attach();
  }

  /** Number of inputs since the session began, to tell how many wait while the link doesn't answer. */
  get typed(): number {
    return this.#typed;
  }

  /** Sends typed or pasted text to the program. */
  input(text: string): void {
    this.#typed += 1;
    if (this.#attachment === undefined) {
      this.#keepEarly(text);
      return;
    }
    const isTaken = this.#attachment.input.text(text);
    if (!isTaken && !this.#isDropping) this.#options.inputDropped();
    this.#isDropping = !isTaken;
    // Someone who interrupts a flood has seen enough of it.
    if (INTERRUPTS.has(text)) void this.#catchUp(this.#attachment);
  }

  /**
   * Keeps what is typed ahead, as a terminal of this machine would: for a new terminal, and for one that the person has just taken back, which would
   * otherwise get the end of a command without its beginning. So would one whose window lost its agent for a moment. Nothing is kept that another person's
   * answer, or a machine that comes back after minutes, would let loose on a program.
   */
  #keepEarly(text: string): void {
    const { kind } = this.#phase;
    const isKept =
      kind === 'connecting' ? this.#terminal === undefined || this.#takeOver : kind === 'lost' && this.#isShortlyLost();
    if (isKept && this.#early.length + text.length <= EARLY_LIMIT) this.#early += text;
  }

  /** Reports whether the agent was lost a moment ago, and no one is asked before the terminal is back. */
  #isShortlyLost(): boolean {
    return (
      this.#lostSince !== undefined &&
      this.#options.clock.now() - this.#lostSince < SHORT_LOSS &&
      !(this.#phase.kind === 'lost' && this.#phase.awaitsApproval)
    );
  }

  /** Sends each character as one byte, for mouse reports in old encodings. */
  binary(data: string): void {
    this.#attachment?.input.binary(data);
  }

  /** Sends the screen's size to the program. One call at a time; sizes in between are skipped. */
  resized(): void {
    if (!this.#isSendingSize) void this.#sendSize();
  }

  /** Ends the session. `close` ends the terminal too, `detach` leaves it running. */
  dispose(how: 'close' | 'detach'): void {
    this.#disposed = true;
    this.#lock.release();
    this.#reconnect.stop();
    this.#attempt?.abort();
    const attachment = this.#attachment;
    this.#attachment = undefined;
    if (attachment !== undefined) leave(attachment.api, attachment.channel, how);
  }

  async #attach(): Promise<void> {
    const api = this.#api;
    if (api === undefined || this.#disposed) return;
    const { screen } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#changePhase({ kind: 'trying' });
    const terminal = this.#terminal;
    const size = { cols: screen.cols, rows: screen.rows };
    try {
      if (terminal !== undefined && !(await this.#holdLock(terminal, this.#takeOver ? 'take' : 'free'))) {
        if (this.#attempt !== attempt || this.#disposed) return;
        this.#attempt = undefined;
        this.#reconnect.stop();
        this.#changePhase({ kind: 'in-other-tab' });
        return;
      }
      const opened = await this.#open(api, size, attempt.signal);
      const channel = api.channel(opened.channel);
      // `dispose` and `cancelNew` abort, but the answer may have arrived before.
      if (this.#attempt !== attempt || this.#disposed) {
        leave(api, channel, terminal === undefined ? 'close' : 'detach');
        return;
      }
      this.#attempt = undefined;
      this.#terminal = opened.terminal;
      if (terminal === undefined) void this.#holdLock(opened.terminal, 'take');
      // The person has opened it in another tab before the answer came.
      else if (this.#lock.isElsewhere) {
        leave(api, channel, 'detach');
        this.#reconnect.stop();
        this.#changePhase({ kind: 'in-other-tab' });
        return;
      }
      if (opened.noFolder === true && this.#options.directory !== undefined)
        this.#options.folderMissing?.(this.#options.directory);
      this.#sentSize = size;
      const redrawn = EVENTS_BY_API.get(api)?.redrawn ?? new RedrawnTerminals(api);
      const output = new OutputPump(channel, screen, redrawn);
      this.#run({ api, channel, input: new InputQueue(channel), output }, terminal === undefined);
    } catch (error) {
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      this.#handleError(error);
    }
  }

  #open(
    api: AppApiClient,
    size: Size,
    signal: AbortSignal,
  ): Promise<Readonly<{ channel: number; terminal: string; noFolder?: true | undefined }>> {
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
          if (step === 'approval' && this.#attempt?.signal === signal)
            this.#changePhase({ kind: 'approval-requested' });
        },
      },
    );
  }

  #run(attachment: Attachment, isNew: boolean): void {
    if (this.#lostSince !== undefined && !this.#isShortlyLost()) this.#early = '';
    this.#attachment = attachment;
    this.#takeOver = false;
    this.#isBlockedByPause = false;
    this.#before = undefined;
    this.#reconnect.succeeded();
    // A new program starts on an empty screen, below what another one has left there, and a resumed one redraws all of it.
    if (isNew && this.#hasOutput) this.#options.screen.startBelow();
    else this.#options.screen.reset(isNew);
    this.#hasOutput = true;
    this.#changePhase({ kind: 'opened' });
    this.resized();
    const early = this.#early;
    this.#early = '';
    if (early !== '') attachment.input.text(early);
    void this.#runUntilEnd(attachment);
  }

  async #runUntilEnd(attachment: Attachment): Promise<void> {
    try {
      await attachment.output.run();
      const end = await EVENTS_BY_API.get(attachment.api)?.ended.of(attachment.channel.id);
      if (this.#attachment !== attachment || end === undefined) return;
      this.#attachment = undefined;
      attachment.channel.close();
      if (end.code === null) this.#changePhase({ kind: 'exited', exitCode: end.exitCode, signal: end.signal });
      else if (end.code === SHUTDOWN) this.#changePhase({ kind: 'shutdown' });
      else this.#handleFailure(end.code, new ClawReachError(end.code, 'the terminal ended'));
    } catch (error) {
      if (this.#attachment !== attachment) return;
      this.#attachment = undefined;
      this.#handleError(error);
    }
  }

  #handleError(error: unknown): void {
    const shown = declinedUntil(error, this.#options.clock.now());
    this.#handleFailure(errorCode(shown), shown);
  }

  #handleFailure(code: string, error: unknown): void {
    if (this.#disposed) return;
    const isPause = code === 'agent.paused';
    this.#isBlockedByPause = isPause;
    // The pause has just ended, or the window doesn't know of it yet.
    if (isPause && this.#options.isPaused?.() === false) {
      this.#reconnect.wait();
      return;
    }
    // A machine whose agent is being stopped can't be reached either. It may be back in a moment.
    if (isPathLoss(code) || code === SHUTDOWN) {
      if (this.#terminal !== undefined) this.#changePhase({ kind: 'lost', code, retryAt: this.#reconnect.wait() });
      else this.#changePhase({ kind: 'away', error, code, retryAt: this.#reconnect.wait(LONGEST_AWAY) });
    } else {
      this.#reconnect.stop();
      const isInTab = code === 'terminal.taken-over' && this.#lock.isElsewhere;
      this.#changePhase(isInTab ? { kind: 'in-other-tab' } : { kind: 'failed', error, code });
    }
  }

  #holdLock(terminal: string, how: 'free' | 'take'): Promise<boolean> {
    return this.#lock.hold(`${terminalHostKey(this.#options.host)} ${terminal}`, how);
  }

  #changePhase(event: PhaseEvent): void {
    if (this.#disposed) return;
    this.#phase = nextPhase(this.#phase, event);
    if (isOver(this.#phase)) this.#lock.release();
    if (this.#phase.kind !== 'lost') this.#lostSince = undefined;
    else if (event.kind === 'lost' && event.code === 'control.lost') this.#lostSince ??= this.#options.clock.now();
    const isOpeningOrOpen = this.#phase.kind === 'connecting' || this.#phase.kind === 'running';
    if (!isOpeningOrOpen && !this.#isShortlyLost()) this.#early = '';
    this.#options.changed();
  }

  /** Makes the agent drop output that hasn't reached the screen yet, if there is much. */
  async #catchUp({ api, channel, output }: Attachment): Promise<void> {
    if (this.#isCatchingUp || this.#options.host.kind === 'gateway') return;
    this.#isCatchingUp = true;
    try {
      await api.call('terminal.catchUp', { channel: channel.id, waiting: output.waiting });
    } catch {
      // The terminal is ending, so there is nothing to catch up with.
    } finally {
      this.#isCatchingUp = false;
    }
  }

  async #sendSize(): Promise<void> {
    this.#isSendingSize = true;
    try {
      for (;;) {
        const attachment = this.#attachment;
        const { cols, rows } = this.#options.screen;
        if (attachment === undefined || (cols === this.#sentSize.cols && rows === this.#sentSize.rows)) return;
        this.#sentSize = { cols, rows };
        await attachment.api.call('terminal.resize', { channel: attachment.channel.id, cols, rows });
      }
    } catch {
      // The terminal is ending, which is handled elsewhere.
    } finally {
      this.#isSendingSize = false;
    }
  }
}

function leave(api: AppApiClient, channel: AppChannel, how: 'close' | 'detach'): void {
  // The channel is closed after the call, or the last input would be cut off.
  const closed = (): void => channel.close();
  api.call('terminal.close', { channel: channel.id, detach: how === 'detach' }).then(closed, closed);
}
