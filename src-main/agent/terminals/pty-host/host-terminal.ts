import type { Clock, Timer } from '#shared/clock.ts';
import { MAX_HOST_DATA } from './host-protocol.ts';
import type { HostEvent } from './host-protocol.ts';
import type { LabelledDevice, PtyRequest, SnapshotPart, TerminalLabel } from './backend.ts';
import type { PtyProcess, SpawnPty } from './pty-process.ts';
import { ScreenModel } from '../screen/screen-model.ts';

/** Unacknowledged output above which reading from the PTY pauses, and below which it resumes, bytes (VS Code: 100 000 and 5 000). */
const HIGH_WATER = 100_000;
const LOW_WATER = 5_000;
/** The same two limits for output that the screen model hasn't parsed yet, bytes. */
const SCREEN_HIGH_WATER = 1_048_576;
const SCREEN_LOW_WATER = 262_144;
/** Largest screen sent for a peek, bytes; an empty one is sent instead of a larger one. */
const MAX_PEEK_BYTES = 1_048_576;
/** Time from SIGHUP to SIGKILL, ms. */
export const KILL_GRACE = 2_000;

/** Receiver of a terminal's events: the PTY host, which sends them to its agent. `sendData` writes the pieces as one message. */
export interface HostSink {
  send(event: HostEvent): void;
  sendData(terminal: number, pieces: readonly Uint8Array[], length: number): void;
  /** True while the agent does not read; messages that aren't urgent should wait. */
  readonly congested: boolean;
  /** Reports that the terminal has ended and all its events were sent; the host drops it. */
  finished(terminal: number): void;
}

/**
 * Terminal inside the PTY host: its program, its screen, and the credit between it and the agent. Output waits in `#outgoing` while there is no
 * credit. When sent and waiting bytes exceed `HIGH_WATER`, reading stops, the kernel's buffer fills, and the program waits. Without an agent, output
 * only updates the screen. Created by `PtyHostServer`.
 */
export class HostTerminal {
  readonly #number: number;
  readonly #sink: HostSink;
  readonly #clock: Clock;
  readonly #process: PtyProcess;
  readonly #screen: ScreenModel;
  #label: TerminalLabel;
  #title: string;
  #titleUnsent = false;
  #cols: number;
  #rows: number;
  /** Output not sent yet, with events in their position. */
  #outgoing: (Uint8Array | HostEvent)[] = [];
  #outgoingBytes = 0;
  #unacknowledged = 0;
  /** Output read in this turn of the event loop. */
  #fresh: Uint8Array[] = [];
  #flush: NodeJS.Immediate | undefined;
  #muted = false;
  /**
   * True while no agent is connected. The program's exit is then reported only after an agent has requested the last screen or hung the terminal up.
   */
  #held = false;
  /** Number of the snapshot being made, or undefined; meanwhile output waits in `#fresh`. */
  #snapshot: number | undefined;
  /** Number of the peek being made, or undefined; meanwhile output waits in `#fresh`. */
  #peek: number | undefined;
  #paused = false;
  #exit: HostEvent | undefined;
  #killTimer: Timer | undefined;

  constructor(number: number, request: PtyRequest, sink: HostSink, clock: Clock, spawn: SpawnPty) {
    this.#number = number;
    this.#sink = sink;
    this.#clock = clock;
    this.#label = request.label;
    this.#title = request.label.title;
    this.#cols = request.cols;
    this.#rows = request.rows;
    this.#process = spawn(
      request,
      {
        data: (bytes) => {
          this.#receive(bytes);
        },
        inputTaken: (bytes) => {
          sink.send({ terminal: number, type: 'input-taken', bytes });
        },
        exited: (exitCode, signal) => {
          this.#exited({ terminal: number, type: 'exited', exitCode, signal });
        },
      },
      clock,
    );
    this.#screen = new ScreenModel({
      cols: request.cols,
      rows: request.rows,
      onTitle: (title) => {
        this.#title = title;
        this.#titleUnsent = true;
        if (!sink.congested) this.sendTitle();
      },
      onParsed: () => {
        this.#updateFlow();
      },
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Facts about this terminal for a new agent. */
  get facts(): Omit<Extract<HostEvent, { type: 'kept' }>, 'terminal' | 'type'> {
    return { label: { ...this.#label, title: this.#title }, cols: this.#cols, rows: this.#rows, pid: this.pid };
  }

  /** Records another device as holder in the label. */
  setOwner(owner: LabelledDevice, granted: boolean): void {
    this.#label = { ...this.#label, owner, granted };
  }

  /** Records in the label whether a person has left the terminal. */
  setLeft(left: boolean): void {
    this.#label = { ...this.#label, left };
  }

  /** Sends the latest title if the agent doesn't have it. A program may change the title more often than it is sent. */
  sendTitle(): void {
    if (!this.#titleUnsent) return;
    this.#titleUnsent = false;
    this.#sink.send({ terminal: this.#number, type: 'title', title: this.#title });
  }

  /** Continues without an agent: output only updates the screen, and needs no acknowledgement. */
  hold(): void {
    this.#held = true;
    this.#titleUnsent = false;
    this.#unacknowledged = 0;
    this.mute();
  }

  write(bytes: Uint8Array): void {
    this.#process.write(bytes);
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#cols && rows === this.#rows) return;
    this.#cols = cols;
    this.#rows = rows;
    // Output written for the old size is drawn at the old size.
    this.#screen.whenParsed(() => {
      this.#screen.resize(cols, rows);
    });
    this.#process.resize(cols, rows);
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    this.#send();
    this.#updateFlow();
  }

  mute(): void {
    this.#snapshot = undefined;
    this.#peek = undefined;
    this.#muted = true;
    this.#feedFresh();
    this.#send();
    this.#updateFlow();
  }

  snapshot(request: number, part: SnapshotPart): void {
    this.#peek = undefined;
    this.#flushFresh();
    this.#muted = false;
    this.#held = false;
    // The snapshot will contain this output.
    this.#dropOutgoing();
    this.#snapshot = request;
    this.#updateFlow();
    this.#screen.whenParsed(() => {
      if (this.#snapshot !== request) return;
      const { cols, rows } = this.#screen;
      this.#outgoing.push({ terminal: this.#number, type: 'snapshot-begin', request, cols, rows });
      this.#enqueue(this.#screen.serialize(part));
      this.#outgoing.push({ terminal: this.#number, type: 'snapshot-end' });
      this.#snapshot = undefined;
      this.#flushFresh();
      this.#send();
      this.#updateFlow();
    });
  }

  /** Sends the current screen after the waiting output, without dropping any; an empty screen if it is too large. */
  peek(request: number): void {
    if (this.#snapshot !== undefined) return;
    this.#flushFresh();
    this.#muted = false;
    this.#held = false;
    this.#peek = request;
    this.#updateFlow();
    this.#screen.whenParsed(() => {
      if (this.#peek !== request) return;
      const terminal = this.#number;
      const { cols, rows } = this.#screen;
      const bytes = this.#screen.serialize('screen');
      this.#outgoing.push({ terminal, type: 'peek-begin', request, cols, rows });
      for (let offset = 0; offset < bytes.length && bytes.length <= MAX_PEEK_BYTES; offset += MAX_HOST_DATA)
        this.#outgoing.push({ terminal, type: 'peek-data', bytes: bytes.subarray(offset, offset + MAX_HOST_DATA) });
      this.#outgoing.push({ terminal, type: 'peek-end' });
      this.#peek = undefined;
      this.#flushFresh();
      this.#send();
      this.#updateFlow();
    });
  }

  hangUp(): void {
    this.#held = false;
    if (this.#exit !== undefined) {
      this.#finish();
      return;
    }
    if (this.#killTimer !== undefined) return;
    this.#process.signal('SIGHUP');
    this.#killTimer = this.#clock.setTimer(KILL_GRACE, () => {
      this.#process.signal('SIGKILL');
    });
  }

  /** Kills the program at once, when the host ends. */
  kill(): void {
    this.#process.signal('SIGKILL');
  }

  #receive(bytes: Uint8Array): void {
    this.#fresh.push(bytes);
    // Sends all output read in this turn of the event loop as one message. Without a timer, a lone echo leaves in the same turn.
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      this.#flushFresh();
    });
  }

  #flushFresh(): void {
    if (this.#snapshot !== undefined || this.#peek !== undefined) return;
    if (!this.#muted) {
      for (const bytes of this.#fresh) this.#enqueue(bytes);
      this.#send();
    }
    this.#feedFresh();
    this.#updateFlow();
  }

  #feedFresh(): void {
    for (const bytes of this.#fresh) this.#screen.feed(bytes);
    this.#fresh = [];
  }

  #enqueue(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += MAX_HOST_DATA)
      this.#outgoing.push(bytes.subarray(offset, offset + MAX_HOST_DATA));
    this.#outgoingBytes += bytes.length;
  }

  #dropOutgoing(): void {
    this.#outgoing = [];
    this.#outgoingBytes = 0;
  }

  #send(): void {
    if (this.#muted) this.#dropOutgoing();
    let sent = 0;
    for (let next = this.#outgoing[0]; next !== undefined; next = this.#outgoing[sent]) {
      if (!(next instanceof Uint8Array)) {
        this.#sink.send(next);
        sent += 1;
        continue;
      }
      if (this.#unacknowledged >= HIGH_WATER) break;
      let length = 0;
      const first = sent;
      for (; next instanceof Uint8Array && length + next.length <= MAX_HOST_DATA; next = this.#outgoing[sent]) {
        length += next.length;
        sent += 1;
      }
      this.#sink.sendData(
        this.#number,
        this.#outgoing.slice(first, sent).filter((piece) => piece instanceof Uint8Array),
        length,
      );
      this.#unacknowledged += length;
      this.#outgoingBytes -= length;
    }
    this.#outgoing.splice(0, sent);
    this.#finish();
  }

  #updateFlow(): void {
    const total = this.#unacknowledged + this.#outgoingBytes;
    const { backlog } = this.#screen;
    if (this.#snapshot !== undefined || this.#peek !== undefined || total > HIGH_WATER || backlog > SCREEN_HIGH_WATER) {
      if (!this.#paused) this.#process.pause();
      this.#paused = true;
    } else if (this.#paused && total < LOW_WATER && backlog < SCREEN_LOW_WATER) {
      this.#paused = false;
      this.#process.resume();
    }
  }

  #exited(event: HostEvent): void {
    this.#exit = event;
    this.#killTimer?.cancel();
    this.#flushFresh();
    this.#finish();
  }

  #finish(): void {
    if (this.#exit === undefined || this.#outgoing.length > 0 || this.#fresh.length > 0) return;
    if (this.#snapshot !== undefined || this.#peek !== undefined || this.#held) return;
    const event = this.#exit;
    this.#exit = undefined;
    clearImmediate(this.#flush);
    this.#screen.dispose();
    this.#sink.send(event);
    this.#sink.finished(this.#number);
  }
}
