import type { AppChannel, EventPayload } from '#shared/app-api/index.ts';
import { concatBytes, fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { TestDevice } from './device.ts';

export type TerminalEnding = EventPayload<'terminal.ended'>;

/** A terminal as the person at a user interface has it. */
export class TerminalView {
  readonly terminal: string;
  readonly channel: number;
  readonly ended: Promise<TerminalEnding>;
  readonly #channel: AppChannel;
  readonly #shown: Uint8Array[] = [];
  readonly #wakers = new Set<() => void>();
  #ending: TerminalEnding | undefined;
  #over = false;

  static async open(
    viewer: TestDevice,
    target: TestDevice,
    options: Readonly<{
      command?: string[];
      terminal?: string;
      onProgress?(step: string): void;
      signal?: AbortSignal;
    }> = {},
  ): Promise<TerminalView> {
    const endings: TerminalEnding[] = [];
    const wakers = new Set<() => void>();
    viewer.api.on('terminal.ended', (ending) => {
      endings.push(ending);
      for (const wake of wakers) wake();
    });
    const { command, terminal, onProgress, signal } = options;
    const opened = await viewer.api.call(
      'terminal.open',
      {
        peer: target.peerId,
        cols: 80,
        rows: 24,
        term: 'xterm',
        ...(command === undefined ? {} : { command }),
        ...(terminal === undefined ? {} : { terminal }),
      },
      { ...(onProgress === undefined ? {} : { onProgress }), ...(signal === undefined ? {} : { signal }) },
    );
    const ended = new Promise<TerminalEnding>((resolve) => {
      const look = (): void => {
        const ending = endings.find(({ channel }) => channel === opened.channel);
        if (ending === undefined) return;
        wakers.delete(look);
        resolve(ending);
      };
      wakers.add(look);
      look();
    });
    return new TerminalView(opened.terminal, opened.channel, viewer.api.channel(opened.channel), ended);
  }

  private constructor(terminal: string, channel: number, bytes: AppChannel, ended: Promise<TerminalEnding>) {
    this.terminal = terminal;
    this.channel = channel;
    this.#channel = bytes;
    this.ended = ended;
    void ended.then((ending) => {
      this.#ending = ending;
      return undefined;
    });
    void this.#read();
  }

  /** How it ended, once it has. */
  get ending(): TerminalEnding | undefined {
    return this.#ending;
  }

  /** Everything that was shown. */
  get shown(): Uint8Array {
    return concatBytes(...this.#shown);
  }

  get text(): string {
    return fromUtf8(this.shown);
  }

  type(text: string): void {
    // The end of the terminal is told by `ended`.
    this.#channel.write(toUtf8(text)).catch(() => undefined);
  }

  /** Resolves when that is on the screen; rejects when the terminal is over without it. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (this.#over) throw new Error('the terminal is over');
      await new Promise<void>((resolve) => this.#wakers.add(resolve));
    }
  }

  /** Types and waits for the echo. */
  async say(text: string): Promise<void> {
    this.type(text);
    await this.until(text);
  }

  async #read(): Promise<void> {
    try {
      for (let bytes = await this.#channel.read(); bytes !== null; bytes = await this.#channel.read()) {
        this.#shown.push(bytes.slice());
        this.#wake();
      }
    } catch {
      // The connection is gone.
    }
    this.#over = true;
    this.#channel.close();
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}
