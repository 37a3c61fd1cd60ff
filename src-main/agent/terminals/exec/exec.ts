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

/** Longest time for the peer to open the three pipes, ms; the program waits meanwhile. */
const PIPE_PATIENCE = 30_000;
/** Longest time for the peer to read the last message and end its direction, ms. */
const LINGER = 5000;

export type ExecOptions = Readonly<{
  /** ID of the command, 32 hexadecimal digits. */
  terminal: string;
  owner: TerminalDevice;
  title: string;
  /** True for a command that the peer named, false for the login shell. */
  isCommand: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  process: ExecProcess;
  clock: Clock;
  recorder?: TerminalRecorder | undefined;
  /** Called once, when the command is over for the peer. */
  onEnd(end: TerminalEnd): void;
}>;

/**
 * Command that a peer runs on this device without a terminal: copies bytes between the program's pipes and the peer's streams, records the output if
 * wanted, and signals the process group. It ends when the peer ends its control stream. Created by `ExecService`.
 */
export class Exec {
  readonly terminal: string;
  readonly owner: TerminalDevice;
  readonly title: string;
  readonly isCommand: boolean;
  readonly startedAt: number;
  /**
   * Resolves when this device has nothing left to end: the peer has read all output, or the process group is gone or was killed. Programs that a
   * finished command left in the background don't count.
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
  readonly #resolvePiped: () => void;
  /** Resolves when the peer has opened all pipes, or the command is being ended. */
  readonly #piped: Promise<void>;
  #isEnding = false;
  #isOver = false;
  readonly #resolveGone: () => void;

  /** @param control stream that started the command */
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
    ({ promise: this.gone, resolve: this.#resolveGone } = Promise.withResolvers<void>());
    ({ promise: this.#piped, resolve: this.#resolvePiped } = Promise.withResolvers<void>());
    this.#patience = this.#clock.setTimer(PIPE_PATIENCE, () => {
      this.hangUp();
    });
  }

  /** True if the command ended by itself and the peer has read all output; its process group is then left alone. */
  get isFinished(): boolean {
    return this.#isOver && !this.#isEnding;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** True once the command is being ended; the peer can then open no more pipes. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Serves the command until it ends. Never rejects. */
  async serve(): Promise<void> {
    void this.#passSignals();
    const { exitCode, signal } = await this.#process.exited;
    const end: TerminalEnd = { exitCode, signal, code: null };
    if (this.#isEnding) {
      this.#finish(end);
      return;
    }
    this.#control.write(encodeExecEnd(end)).catch(() => undefined);
    // Programs left in the background may still write, as with ssh.
    await this.#piped;
    await Promise.all(this.#outputs);
    this.#finish(end);
  }

  /** Tells whether the peer may open this pipe; each can be opened once. */
  canAttach(pipe: ExecPipe): boolean {
    return !this.#isEnding && !this.#isOver && !this.#streams.has(pipe);
  }

  /** Connects one pipe of the program with a stream of the peer. */
  attach(pipe: ExecPipe, stream: LinkStream): void {
    this.#streams.set(pipe, stream);
    if (pipe === 'stdin') void this.#feed(stream);
    else this.#outputs.push(carryOutput(this.#process[pipe], stream, this.#recorder && this.#record));
    if (this.#streams.size < EXEC_PIPES.length) return;
    this.#patience.cancel();
    this.#resolvePiped();
  }

  /** Sends SIGHUP to the process group, and SIGKILL to processes left after a grace period. */
  hangUp(): void {
    if (this.#isEnding || this.#isOver) return;
    this.#isEnding = true;
    this.#patience.cancel();
    void endGroup(this.#process, this.#clock).then(() => {
      this.#closePipes();
      this.#resolveGone();
    });
    this.#resolvePiped();
  }

  /** Ends the command at once and sends the code to the peer, when a right was revoked or at shutdown. */
  end(code: TerminalErrorCode): void {
    if (this.#isOver) return;
    this.hangUp();
    const end: TerminalEnd = { exitCode: null, signal: null, code };
    this.#control.write(encodeExecEnd(end)).catch(() => undefined);
    this.#finish(end);
  }

  /** Passes the peer's signals to the program, and hangs up when the control stream ends. */
  async #passSignals(): Promise<void> {
    const parser = new ExecSignalParser();
    try {
      for (let bytes = await this.#control.read(); bytes !== null; bytes = await this.#control.read())
        for (const signal of parser.push(bytes)) if (!this.#isEnding && !this.#isOver) this.#process.signal(signal);
    } catch (error) {
      if (errorCode(error).startsWith('format.')) this.#control.reset(PTY_RESET_PROTOCOL);
    }
    this.hangUp();
  }

  async #feed(stream: LinkStream): Promise<void> {
    const { stdin } = this.#process;
    if (await carryInput(stream, stdin)) return;
    // A lost peer never ended its input. SIGHUP must come first, so that the command doesn't take partial input for the whole.
    setImmediate(() => {
      if (!this.#isEnding) stdin.destroy();
    });
  }

  readonly #record = (chunk: Uint8Array): void => {
    // Without a terminal, nothing adds carriage returns.
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
    if (this.#isEnding) for (const stream of this.#streams.values()) stream.reset(PTY_RESET_CANCELLED);
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
