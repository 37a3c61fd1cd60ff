import { concatBytes } from '#shared/bytes/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';

/** A record on its way: `index` counts those of its sender from 0; the two bytes of its length are part of it. */
export type PassingRecord = Readonly<{ from: string; to: string; index: number; record: Uint8Array }>;

/** One connection between two devices in the relay's hands, cut into records. */
export class Bridge {
  readonly id: string;
  readonly initiator: string;
  readonly target: string;
  /** Both data connections are there. */
  readonly joined: Promise<void>;
  /** Every record that came, in order. */
  readonly seen: PassingRecord[] = [];
  /** What becomes of a record; the bytes go on to the other side as they are. */
  onRecord: (passing: PassingRecord) => readonly Uint8Array[] = ({ record }) => [record];
  readonly #channels = new Map<string, ByteChannel>();
  readonly #held = new Map<string, Uint8Array>();
  readonly #counts = new Map<string, number>();
  readonly #waiting: { to: string; bytes: Uint8Array }[] = [];
  readonly #join: () => void;
  #over = false;

  constructor(id: string, initiator: string, target: string) {
    this.id = id;
    this.initiator = initiator;
    this.target = target;
    let join: () => void = () => undefined;
    this.joined = new Promise((resolve) => {
      join = resolve;
    });
    this.#join = join;
  }

  get isJoined(): boolean {
    return this.#channels.size === 2;
  }

  get isOver(): boolean {
    return this.#over;
  }

  other(name: string): string {
    return name === this.initiator ? this.target : this.initiator;
  }

  /** A data connection has shown its ticket. */
  arrive(name: string, channel: ByteChannel): void {
    this.#channels.set(name, channel);
    channel.setHandlers({
      data: (chunk) => this.push(name, chunk.slice()),
      drain: () => undefined,
      closed: () => this.end(),
    });
    if (this.#over) channel.close();
    if (!this.isJoined) return;
    this.#join();
    for (const { to, bytes } of this.#waiting.splice(0)) this.#write(to, bytes);
  }

  /** Bytes of a device, over control or its data connection. */
  push(from: string, bytes: Uint8Array): void {
    let rest = concatBytes(this.#held.get(from) ?? new Uint8Array(0), bytes);
    for (;;) {
      const length = 2 + (((rest[0] ?? 0) << 8) | (rest[1] ?? 0));
      if (rest.length < 2 || rest.length < length) break;
      const index = this.#counts.get(from) ?? 0;
      this.#counts.set(from, index + 1);
      const passing = { from, to: this.other(from), index, record: rest.slice(0, length) };
      this.seen.push(passing);
      for (const piece of this.onRecord(passing)) this.inject(passing.to, piece);
      rest = rest.slice(length);
    }
    this.#held.set(from, rest);
  }

  /** To one device, as if from the other. */
  inject(to: string, bytes: Uint8Array): void {
    if (this.isJoined) this.#write(to, bytes);
    else this.#waiting.push({ to, bytes });
  }

  /** Ends both data connections, in order: not a word of an error. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const channel of this.#channels.values()) channel.close();
  }

  #write(to: string, bytes: Uint8Array): void {
    if (!this.#over) this.#channels.get(to)?.write([bytes]);
  }
}
