import type { Clock, Timer } from '#shared/clock.ts';
import type { LinkStream } from '#shared/link/index.ts';
import {
  encodeExecEnd,
  EXEC_PIPES,
  ExecSignalParser,
  PTY_RESET_CANCELLED,
  PTY_RESET_PROTOCOL,
  type ExecPipe,
  type TerminalEnd,
  type TerminalErrorCode,
} from '#shared/terminal/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { TerminalDevice, TerminalRecorder } from '../terminal.ts';
import { endGroup } from './end-group.ts';
import { carryInput, carryOutput } from './pipes.ts';
import type { ExecProcess } from './process.ts';

/** Longest time for the caller to open the pipes, ms; the program waits meanwhile. */
const PIPE_PATIENCE = 30_000;
/** For the caller to take the last message and end its direction, ms. */
const LINGER = 5000;

export type ExecOptions = Readonly<{
  /** 32 hexadecimal digits. */
  terminal: string;
  owner: TerminalDevice;
  title: string;
  /** A command instead of the login shell. */
  isCommand: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  process: ExecProcess;
  clock: Clock;
  recorder?: TerminalRecorder | undefined;
  /** Called once, when it is over for its caller. */
  onEnd(end: TerminalEnd): void;
}>;

/** A command of a peer that runs here without a terminal. It ends with its caller. */
export class Exec {
  readonly terminal: string;
  readonly owner: TerminalDevice;
  readonly title: string;
  readonly isCommand: boolean;
  readonly startedAt: number;
  /**
   * Resolves when it is over and nothing of it is left to be ended: when its caller has had all of it, or when its process group is gone, killed where it
   * did not go by itself. What a finished command left in the background does not count.
   */
  readonly gone: Promise<void>;
  readonly #process: ExecProcess;
  readonly #clock: Clock;
  readonly #recorder: TerminalRecorder | undefined;
  readonly #onEnd: (end: TerminalEnd) => void;
  readonly #control: LinkStream;
  readonly #streams = new Map<ExecPipe, LinkStream>();
  readonly #outputs: Promise<void>[] = [];
  readonly #patience: Timer;
  #whenPiped: () => void = () => undefined;
  /** All pipes were asked for. */
  readonly #piped: Promise<void>;
  #isLeaving = false;
  #isOver = false;
  #resolveGone: () => void = () => undefined;

  /** @param control the stream that has started it */
  constructor(control: LinkStream, options: ExecOptions) {
    this.terminal = options.terminal;
    this.owner = options.owner;
    this.title = options.title;
    this.isCommand = options.isCommand;
    this.startedAt = options.startedAt;
    this.#control = control;
    this.#process = options.process;
    this.#clock = options.clock;
    this.#recorder = options.recorder;
    this.#onEnd = options.onEnd;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    this.#piped = new Promise((resolve) => {
      this.#whenPiped = resolve;
    });
    this.#patience = this.#clock.setTimer(PIPE_PATIENCE, () => {
      this.hangUp();
    });
  }

  /** Tells whether it has ended by itself and its caller has had all of it: its process group is left to itself. */
  get isFinished(): boolean {
    return this.#isOver && !this.#isLeaving;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Set once it is to end: no caller gets a pipe of it any more. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Serves it to its end. Never rejects. */
  async serve(): Promise<void> {
    void this.#obey();
    const { exitCode, signal } = await this.#process.exited;
    const end: TerminalEnd = { exitCode, signal, code: null };
    if (this.#isLeaving) {
      this.#finish(end);
      return;
    }
    this.#control.write(encodeExecEnd(end)).catch(() => undefined);
    // What it has left behind in the background may go on writing, as with ssh.
    await this.#piped;
    await Promise.all(this.#outputs);
    this.#finish(end);
  }

  /** Tells whether the caller may have this pipe: each once. */
  has(pipe: ExecPipe): boolean {
    return !this.#isLeaving && !this.#isOver && !this.#streams.has(pipe);
  }

  /** Joins one of its pipes with a stream of the caller. */
  attach(pipe: ExecPipe, stream: LinkStream): void {
    this.#streams.set(pipe, stream);
    if (pipe === 'stdin') void this.#feed(stream);
    else this.#outputs.push(carryOutput(this.#process[pipe], stream, this.#recorder && this.#record));
    if (this.#streams.size < EXEC_PIPES.length) return;
    this.#patience.cancel();
    this.#whenPiped();
  }

  /** SIGHUP to its process group, and SIGKILL to what is left of it after a grace. The caller has gone, or is told why by `end`. */
  hangUp(): void {
    if (this.#isLeaving || this.#isOver) return;
    this.#isLeaving = true;
    this.#patience.cancel();
    void endGroup(this.#process, this.#clock).then(() => {
      this.#closePipes();
      this.#resolveGone();
    });
    this.#whenPiped();
  }

  /** Ends it at once, and tells the caller why: for a right that was taken back, or at shutdown. */
  end(code: TerminalErrorCode): void {
    if (this.#isOver) return;
    this.hangUp();
    const end: TerminalEnd = { exitCode: null, signal: null, code };
    this.#control.write(encodeExecEnd(end)).catch(() => undefined);
    this.#finish(end);
  }

  /** Does what the caller says until its stream is over; that is the end of the command. */
  async #obey(): Promise<void> {
    const parser = new ExecSignalParser();
    try {
      for (let bytes = await this.#control.read(); bytes !== null; bytes = await this.#control.read())
        for (const signal of parser.push(bytes)) if (!this.#isLeaving && !this.#isOver) this.#process.signal(signal);
    } catch (error) {
      if (errorCode(error).startsWith('format.')) this.#control.reset(PTY_RESET_PROTOCOL);
    }
    this.hangUp();
  }

  async #feed(stream: LinkStream): Promise<void> {
    const { stdin } = this.#process;
    if (await carryInput(stream, stdin)) return;
    // A caller that is lost has said no end of its input: the command hears of the loss first, and must not take what came for all of it.
    setImmediate(() => {
      if (!this.#isLeaving) stdin.destroy();
    });
  }

  readonly #record = (chunk: Uint8Array): void => {
    // Without a terminal nobody returns the carriage.
    this.#recorder?.output(Buffer.from(Buffer.from(chunk).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'));
  };

  #closePipes(): void {
    this.#process.stdin.destroy();
    for (const pipe of ['stdout', 'stderr'] as const) if (!this.#streams.has(pipe)) this.#process[pipe].destroy();
    for (const stream of this.#streams.values()) stream.reset(PTY_RESET_CANCELLED);
  }

  #finish(end: TerminalEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#patience.cancel();
    void this.#recorder?.stop();
    if (this.#isLeaving) for (const stream of this.#streams.values()) stream.reset(PTY_RESET_CANCELLED);
    else {
      this.#streams.get('stdin')?.reset(PTY_RESET_CANCELLED);
      this.#process.stdin.destroy();
      this.#resolveGone();
    }
    this.#control.end().catch(() => undefined);
    const linger = this.#clock.setTimer(LINGER, () => this.#control.reset(PTY_RESET_CANCELLED));
    void this.#control.closed.then(() => linger.cancel());
    this.#onEnd(end);
  }
}
