import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppApiClient, AppChannel } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import { until } from '../../e2e/until.ts';

export type DownloadOptions = Readonly<{
  connect(): Promise<AppApiClient>;
  /** Path of the file at the office. */
  file: string;
  size: number;
}>;

const BLOCK = 1024 * 1024;
/** Blocks that are asked for at a time. */
const AHEAD = 4;
/** For a transfer that is to go on, but not to its end: one block at a time, and a pause before each, ms. */
const SLOW_BLOCK = 16 * 1024;
const SLOW_PAUSE = 50;

/** Answers each line `offset count` with these bytes of the file, on a terminal that changes none of them. */
const SERVE =
  'stty raw -echo; echo ready; while read -r offset count; do dd if="$0" iflag=skip_bytes,count_bytes skip="$offset" count="$count" bs=64K status=none; done';

/**
 * A file of the office on its way to the laptop, through the agents and a link. It has one session as long as that lives; when it is lost,
 * which a kill of the laptop's agent makes sure of, it goes on at its offset, as any download would, and notes why.
 */
export class Download {
  /** Why each session but the last one ended. */
  readonly interruptions: string[] = [];
  /** When the last bytes came, ms as `performance.now`. */
  lastBytes = 0;
  readonly #options: DownloadOptions;
  readonly #hash = createHash('sha256');
  readonly #waiters = new Set<() => void>();
  #received = 0;
  #terminal: string | undefined;
  #client: AppApiClient | undefined;
  /** Where blocks are asked for, when there is somebody who answers. */
  #channel: AppChannel | undefined;
  #asked = 0;
  #slowFrom = Infinity;
  #stopped = false;
  #paused = false;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  get received(): number {
    return this.#received;
  }

  /** The file's SHA-256 as it came. */
  async run(): Promise<string> {
    while (this.#received < this.#options.size && !this.#stopped) {
      const reason = await this.#continue();
      const over = this.#received >= this.#options.size || this.#stopped;
      if (!over && reason !== undefined) this.interruptions.push(reason);
    }
    return this.#hash.digest('hex');
  }

  /** Enough was seen; `run` ends. */
  stop(): void {
    this.#stopped = true;
    this.#client?.close();
  }

  /** Asks for nothing more until `goOn`; resolves when what was asked for has come. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.reached(this.#asked);
  }

  /** From this offset on it only trickles, so that there is something left for what comes later. */
  slowFrom(offset: number): void {
    this.#slowFrom = offset;
    this.#ask().catch(() => undefined);
  }

  goOn(): void {
    this.#paused = false;
    this.#ask().catch(() => undefined);
  }

  /** Resolves when so many bytes have come. */
  async reached(bytes: number): Promise<void> {
    while (this.#received < bytes) await this.#next();
  }

  /** When bytes came again after that moment, ms as `performance.now`. */
  async flowing(since: number): Promise<number> {
    while (this.lastBytes <= since && this.#received < this.#options.size) await this.#next();
    return this.lastBytes;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => void this.#waiters.add(resolve));
  }

  /** One session; why it ended. Undefined when the agent was gone before there was one. */
  async #continue(): Promise<string | undefined> {
    const client = await this.#options.connect();
    this.#client = client;
    let end = 'over without a word';
    let opened = false;
    client.on('terminal.ended', ({ code }) => (end = code ?? 'ended'));
    try {
      await this.#leaveOld(client);
      const { channel: id, terminal } = await this.#open(client);
      this.#terminal = terminal;
      opened = true;
      const channel = client.channel(id);
      const { size } = this.#options;
      this.#asked = this.#received;
      let ready = false;
      while (this.#received < size) {
        const bytes = await channel.read();
        if (bytes === null) break;
        if (ready) this.#take(bytes);
        // The only line that is not of the file.
        else if (Buffer.from(bytes).toString('latin1') === 'ready\n') {
          ready = true;
          this.#channel = channel;
        } else throw new Error(`the office said ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`);
        await this.#ask();
      }
      if (this.#received >= size) await client.call('terminal.close', { channel: id, detach: false });
    } catch (error) {
      end = errorCode(error) === 'control.lost' ? 'control.lost' : `${end}: ${errorMessage(error)}`;
    }
    this.#channel = undefined;
    client.close();
    return opened || end !== 'control.lost' ? end : undefined;
  }

  async #ask(): Promise<void> {
    const { size } = this.#options;
    const channel = this.#channel;
    if (channel === undefined) return;
    while (this.#asked < size && this.#asked - this.#received < AHEAD * BLOCK && !this.#paused) {
      const slowly = this.#asked >= this.#slowFrom;
      if (slowly) {
        if (this.#asked > this.#received) return;
        await delay(SLOW_PAUSE);
        if (channel !== this.#channel) return;
      }
      const count = Math.min(slowly ? SLOW_BLOCK : BLOCK, size - this.#asked);
      this.#asked += count;
      await channel.write(Buffer.from(`${this.#asked - count} ${count}\n`));
    }
  }

  /** Until it is accepted: a peer that is not to be reached now may be the next moment. */
  #open(client: AppApiClient): Promise<Readonly<{ channel: number; terminal: string }>> {
    const command = ['sh', '-c', SERVE, this.#options.file];
    const input = { peer: 'office', cols: 80, rows: 24, term: 'dumb', command };
    return attempt(client, () => client.call('terminal.open', input));
  }

  async #leaveOld(client: AppApiClient): Promise<void> {
    if (this.#terminal === undefined) return;
    const input = { peer: 'office', cols: 80, rows: 24, term: 'dumb', terminal: this.#terminal };
    this.#terminal = undefined;
    await client
      .call('terminal.open', input, { signal: AbortSignal.timeout(10_000) })
      .then(({ channel }) => client.call('terminal.close', { channel, detach: false }))
      .catch(() => undefined);
  }

  #take(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#received += bytes.length;
    this.lastBytes = performance.now();
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }
}

/** Calls again and again while the agent lives; its last refusal where nothing helps. */
export async function attempt<Result>(client: AppApiClient, call: () => Promise<Result>): Promise<Result> {
  let lost = false;
  void client.closed.then(() => (lost = true));
  let problem: unknown;
  const look = async (): Promise<Result | undefined> => {
    try {
      return await call();
    } catch (error) {
      problem = error;
      if (lost) throw error;
      return undefined;
    }
  };
  return until('the peer', look, 90_000).catch((error: unknown) => {
    throw problem ?? error;
  });
}
