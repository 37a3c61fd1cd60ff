import type { AppApiClient, AppChannel } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import { attempt } from './download.ts';

export type PrintingOptions = Readonly<{
  connect(): Promise<AppApiClient>;
  lines: number;
  /** Resolves when the program may print as far as this line. */
  mayPrint(line: number): Promise<void>;
}>;

/** Fewer than a terminal keeps to be seen again: nothing is lost while nobody watches. */
const BLOCK = 4000;

/** A shell that prints numbers on demand, and says who it is. */
const PRINT =
  'stty -echo; echo ready; while read -r word first last; do case "$word" in seq) seq "$first" "$last";; who) echo "$first is $$";; esac; done';

const ESCAPE = String.fromCodePoint(0x1b);
const BELL = String.fromCodePoint(0x07);
/** Of ECMA-48, as a redrawn screen has them. */
const SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[ -/]*[0-Z\\\\^-~])`,
  'g',
);

/**
 * `seq 1 1000000` on a terminal of the office, seen at the laptop: each line once and in order, from the same shell. Where its session is
 * lost it takes the same terminal up again and goes on where it was: what is redrawn then counts only from the first line it has not seen.
 */
export class Printing {
  readonly interruptions: string[] = [];
  /** What was wrong with the lines, in words; empty when nothing was. */
  readonly faults: string[] = [];
  /** Every process id the shell has given. */
  readonly shells = new Set<string>();
  readonly #options: PrintingOptions;
  #next = 1;
  #terminal: string | undefined;
  #rest = '';
  /** What comes is drawn again, as far as the first line that is new. */
  #redrawn = false;
  readonly #answers = new Map<string, (pid: string) => void>();
  /** The shell has said that it repeats nothing. */
  #ready: () => void = () => undefined;
  #asked = 0;

  constructor(options: PrintingOptions) {
    this.#options = options;
  }

  get printed(): number {
    return this.#next - 1;
  }

  async run(): Promise<void> {
    while (this.#next <= this.#options.lines && this.faults.length === 0) {
      const reason = await this.#continue();
      if (this.#next <= this.#options.lines && reason !== undefined) this.interruptions.push(reason);
    }
  }

  /** One session; why it ended. Undefined when the agent was gone before there was one. */
  async #continue(): Promise<string | undefined> {
    const client = await this.#options.connect();
    let end = 'over without a word';
    let opened = false;
    client.on('terminal.ended', ({ code }) => (end = code ?? 'ended'));
    try {
      const size = { cols: 80, rows: 24, term: 'dumb' };
      const which = this.#terminal === undefined ? { command: ['sh', '-c', PRINT] } : { terminal: this.#terminal };
      this.#rest = '';
      this.#redrawn = this.#terminal !== undefined;
      const { channel: id, terminal } = await attempt(client, () =>
        client.call('terminal.open', { peer: 'office', ...size, ...which }),
      );
      this.#terminal = terminal;
      opened = true;
      const channel = client.channel(id);
      const isReady = new Promise<void>((resolve) => (this.#ready = resolve));
      const asking = 'terminal' in which ? this.#ask(channel) : isReady.then(() => this.#ask(channel));
      const watching = this.#watch(channel);
      for (const work of [asking, watching]) work.catch(() => undefined);
      await Promise.race([asking, watching]);
      if (this.#next > this.#options.lines) await client.call('terminal.close', { channel: id, detach: false });
    } catch (error) {
      end = errorCode(error) === 'control.lost' ? 'control.lost' : `${end}: ${errorMessage(error)}`;
    }
    client.close();
    return opened || end !== 'control.lost' ? end : undefined;
  }

  /** A block after the other. What the shell answers to the question behind a block comes behind all its lines. */
  async #ask(channel: AppChannel): Promise<void> {
    await this.#who(channel);
    while (this.#next <= this.#options.lines && this.faults.length === 0) {
      const last = Math.min(this.#next + BLOCK - 1, this.#options.lines);
      await this.#options.mayPrint(last);
      await channel.write(Buffer.from(`seq ${this.#next} ${last}\n`));
      await this.#who(channel);
      if (this.#next !== last + 1) this.faults.push(`the block up to ${last} ended before ${this.#next}`);
    }
  }

  async #who(channel: AppChannel): Promise<void> {
    this.#asked += 1;
    const question = `question-${this.#asked}`;
    const answer = new Promise<string>((resolve) => void this.#answers.set(question, resolve));
    await channel.write(Buffer.from(`who ${question}\n`));
    this.shells.add(await answer);
    this.#redrawn = false;
  }

  async #watch(channel: AppChannel): Promise<void> {
    const decoder = new TextDecoder();
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
      const lines = `${this.#rest}${decoder.decode(bytes, { stream: true })}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line.replaceAll(SEQUENCE, '').replaceAll('\r', ''));
    }
  }

  #take(line: string): void {
    const [, question = '', pid = ''] = /^(question-\d+) is (\d+)$/.exec(line) ?? [];
    if (pid !== '') {
      this.#answers.get(question)?.(pid);
      this.#answers.delete(question);
      return;
    }
    if (line === 'ready' && this.#next === 1) {
      this.#ready();
      return;
    }
    const number = /^\d+$/.test(line) ? Number(line) : undefined;
    if (number === this.#next) {
      this.#next += 1;
      this.#redrawn = false;
    } else if (!(this.#redrawn && (number === undefined || number < this.#next)) && this.faults.length < 10) {
      this.faults.push(`${JSON.stringify(line)} came where ${this.#next} was due`);
    }
  }
}
