import type { Pty, PtyBackend, PtyEvents, PtyRequest } from '#agent/terminals/index.ts';
import { concatBytes, fromUtf8 } from '#shared/bytes/index.ts';

/** A program that says what it is told, byte for byte, and notes it: what is in `heard` was executed. */
export class EchoPty implements Pty {
  readonly pid = 1;
  readonly request: PtyRequest;
  hungUp = false;
  readonly #events: PtyEvents;
  readonly #heard: Uint8Array[] = [];

  constructor(request: PtyRequest, events: PtyEvents) {
    this.request = request;
    this.#events = events;
  }

  get heard(): Uint8Array {
    return concatBytes(...this.#heard);
  }

  get heardText(): string {
    return fromUtf8(this.heard);
  }

  write(bytes: Uint8Array): void {
    this.#heard.push(bytes.slice());
    this.#events.inputTaken(bytes.length);
    this.print(bytes);
  }

  print(bytes: Uint8Array): void {
    if (!this.hungUp) this.#events.data(bytes.slice());
  }

  exit(exitCode: number): void {
    this.#events.exited({ exitCode, signal: null });
  }

  setLeft(): void {
    // Nothing is kept.
  }

  setOwner(): void {
    // Its label is nobody's business here.
  }

  resize(): void {
    // The program does not look at its size.
  }

  acknowledge(): void {
    // Nothing here is long enough to wait for credit.
  }

  mute(): void {
    // What is said to nobody is dropped by the service.
  }

  snapshot(request: number): void {
    this.#events.snapshotBegin(request, 80, 24);
    this.#events.snapshotEnd();
  }

  peek(request: number): void {
    queueMicrotask(() => {
      this.#events.peekBegin(request, 80, 24);
      this.#events.peekEnd();
    });
  }

  hangUp(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    queueMicrotask(() => this.#events.exited({ exitCode: null, signal: 'SIGHUP' }));
  }
}

/** Where `EchoPty` programs live. */
export class EchoShell implements PtyBackend {
  /** Everything that was ever run. */
  readonly run: EchoPty[] = [];
  readonly lasts = false;

  takeOver(): Promise<void> {
    return Promise.resolve();
  }

  open(request: PtyRequest, events: PtyEvents): Promise<Pty> {
    const pty = new EchoPty(request, events);
    this.run.push(pty);
    return Promise.resolve(pty);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get running(): number {
    return this.run.filter((pty) => !pty.hungUp).length;
  }

  /** The one started last. */
  get last(): EchoPty {
    const pty = this.run.at(-1);
    if (pty === undefined) throw new Error('nothing was run');
    return pty;
  }
}
