import { LinkError } from '#shared/link/index.ts';
import type {
  IncomingStream,
  LinkStream,
  OutgoingStream,
  Session,
  StreamKind,
  StreamPriority,
} from '#shared/link/index.ts';

/** Bytes in flight in one direction of a fake stream before a writer waits. */
const WINDOW = 262_144;
/** What a reader gets at most at once, bytes. */
const CHUNK = 16_384;

/** What an outage holds up. */
class Gate {
  #waiting: (() => void)[] = [];
  isShut = false;

  shut(): void {
    this.isShut = true;
  }

  open(): void {
    this.isShut = false;
    wake(this.#waiting);
  }

  async passed(): Promise<void> {
    while (this.isShut) await new Promise<void>((go) => this.#waiting.push(go));
  }
}

/** One direction: what is written and not read yet. */
class Direction {
  readonly #gate: Gate;
  readonly #chunks: Uint8Array[] = [];
  readonly #readers: (() => void)[] = [];
  readonly #writers: (() => void)[] = [];
  buffered = 0;
  ended = false;
  drained = false;
  error: LinkError | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.error !== undefined) throw this.error;
    for (let offset = 0; offset < bytes.length; offset += CHUNK) this.#chunks.push(bytes.slice(offset, offset + CHUNK));
    this.buffered += bytes.length;
    wake(this.#readers);
    while (this.buffered > WINDOW && this.error === undefined) await new Promise<void>((go) => this.#writers.push(go));
    if (this.error !== undefined) throw this.error;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#gate.isShut) await this.#gate.passed();
      const bytes = this.#chunks.shift();
      if (bytes !== undefined) {
        this.buffered -= bytes.length;
        wake(this.#writers);
        return bytes;
      }
      if (this.ended) {
        this.drained = true;
        return null;
      }
      if (this.error !== undefined) throw this.error;
      await new Promise<void>((go) => this.#readers.push(go));
    }
  }

  /** Gives back what a reader had no room for. */
  unread(bytes: Uint8Array): void {
    this.#chunks.unshift(bytes);
    this.buffered += bytes.length;
  }

  end(): void {
    this.ended = true;
    wake(this.#readers);
  }

  fail(error: LinkError): void {
    if (this.error !== undefined || this.drained) return;
    this.error = error;
    wake(this.#readers);
    wake(this.#writers);
  }
}

function wake(waiting: (() => void)[]): void {
  for (const go of waiting.splice(0)) go();
}

class FakeStream implements OutgoingStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly params: unknown;
  priority: StreamPriority = 'interactive';
  onWaiting: ((message: string) => void) | undefined;
  readonly opened: Promise<unknown>;
  readonly closed: Promise<'finished' | LinkError>;
  readonly #incoming: Direction;
  readonly #outgoing: Direction;
  #close: (reason: 'finished' | LinkError) => void = () => undefined;
  other: FakeStream | undefined;

  constructor(
    id: number,
    kind: StreamKind,
    params: unknown,
    incoming: Direction,
    outgoing: Direction,
    opened: Promise<unknown>,
  ) {
    this.id = id;
    this.kind = kind;
    this.params = params;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.opened = opened;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#outgoing.write(bytes);
  }

  end(): Promise<void> {
    this.#outgoing.end();
    return Promise.resolve();
  }

  get hasRoom(): boolean {
    return this.#outgoing.buffered <= WINDOW;
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = await this.#incoming.read();
    if (bytes === null) {
      this.finishIfDone();
      this.other?.finishIfDone();
    }
    return bytes;
  }

  async readInto(target: Uint8Array): Promise<number | null> {
    const bytes = await this.read();
    if (bytes === null) return null;
    const taken = bytes.subarray(0, target.length);
    if (taken.length < bytes.length) this.#incoming.unread(bytes.subarray(taken.length));
    target.set(taken);
    return taken.length;
  }

  finishIfDone(): void {
    if (this.#incoming.drained && this.#outgoing.drained) this.#close('finished');
  }

  reset(code: number): void {
    this.fail(new LinkError('link.reset', 'reset here', { details: { code, remote: false } }));
    this.other?.fail(new LinkError('link.reset', 'reset there', { details: { code, remote: true } }));
  }

  fail(error: LinkError): void {
    this.#incoming.fail(error);
    this.#outgoing.fail(error);
    this.#close(error);
  }
}

/** Two sessions' worth of streams in memory: what a viewer opens arrives at `onStream`, at once and with back-pressure. */
export class FakeLink {
  readonly #streams = new Set<FakeStream>();
  readonly #onStream: (stream: IncomingStream) => void;
  #next = 1;
  /** Gate of both directions, while nothing gets through. */
  readonly #gate = new Gate();
  /** What the viewer's side uses; only `open` and `ping` work. */
  readonly session: Session;

  constructor(onStream: (stream: IncomingStream) => void) {
    this.#onStream = onStream;
    const unused = (): never => {
      throw new Error('not part of this double');
    };
    this.session = {
      id: '0'.repeat(32),
      role: 'initiator',
      confirmed: Promise.resolve(),
      onStream: undefined,
      open: (kind, params, options) => this.#open(kind, params, options?.signal),
      ping: async () => {
        if (this.#gate.isShut) {
          await this.#gate.passed();
          throw new LinkError('link.timeout', 'the ping was lost');
        }
        return 1;
      },
      sendDatagram: unused,
      onDatagram: undefined,
      close: unused,
      closed: new Promise(() => undefined),
      statistics: unused,
    };
  }

  /** Nothing gets through from now on; what is written waits for `resume`. */
  freeze(): void {
    this.#gate.shut();
  }

  resume(): void {
    this.#gate.open();
  }

  /** The session dies: every stream fails. */
  lose(code = 'link.path-lost'): void {
    for (const stream of this.#streams) stream.fail(new LinkError(code, 'the link is gone'));
    this.#streams.clear();
  }

  #open(kind: StreamKind, params: unknown, signal?: AbortSignal): OutgoingStream {
    const there = new Direction(this.#gate);
    const back = new Direction(this.#gate);
    const id = this.#next;
    this.#next += 2;
    let answer: (params: unknown) => void = () => undefined;
    let deny: (error: LinkError) => void = () => undefined;
    const opened = new Promise<unknown>((resolve, reject) => {
      answer = resolve;
      deny = reject;
    });
    opened.catch(() => undefined);
    const cancelled = new AbortController();
    const near = new FakeStream(id, kind, params, back, there, opened);
    const far = new FakeStream(id, kind, structuredClone(params), there, back, Promise.resolve(undefined));
    near.other = far;
    far.other = near;
    this.#streams.add(near);
    this.#streams.add(far);
    for (const stream of [near, far]) void stream.closed.then(() => this.#streams.delete(stream));
    void near.closed.then((end) => {
      if (end !== 'finished') deny(end);
    });
    signal?.addEventListener('abort', () => {
      cancelled.abort();
      near.reset(0);
      deny(new LinkError('link.closed', 'given up'));
    });
    const incoming: IncomingStream = {
      id,
      kind,
      params: far.params,
      wait: (message) => near.onWaiting?.(message),
      accept: (reply): LinkStream => {
        answer(reply);
        return far;
      },
      refuse: (code, message, retryAfter) => {
        deny(
          new LinkError('link.refused', message, {
            details: { code, message, ...(retryAfter !== undefined && { retryAfter }) },
          }),
        );
      },
      cancelled: cancelled.signal,
    };
    this.#onStream(incoming);
    return near;
  }
}
