import type { AppChannel } from '#shared/app-api/index.ts';
import type { Host, TerminalInput } from '../host/index.ts';

/** Options of `InputFeed`. */
export type InputFeedOptions = Readonly<{
  /** True to send the end of input at once, without reading standard input. */
  isInputless?: boolean;
  /** True if the channel has another reader, since it carries output, too. */
  isBothWays?: boolean;
}>;

/** Sends standard input to a channel, as fast as the other side reads it, and its end. */
export class InputFeed {
  readonly #stdin: TerminalInput;
  readonly #closeInput: () => void;
  readonly #channel: AppChannel;
  #isOver = false;

  constructor(host: Host, channel: AppChannel, { isInputless = false, isBothWays = false }: InputFeedOptions = {}) {
    const { stdin } = host;
    this.#stdin = stdin;
    this.#closeInput = () => host.closeInput();
    this.#channel = channel;
    if (isInputless || stdin.readableEnded) {
      this.#isOver = true;
      channel.end();
      return;
    }
    stdin.on('data', this.#onData);
    stdin.on('end', this.#onEnd);
    stdin.on('error', this.#onEnd);
    if (!isBothWays) void this.#watch();
    stdin.resume();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#leave();
    this.#stdin.pause();
  }

  readonly #onData = (chunk: Uint8Array | string): void => {
    this.#stdin.pause();
    this.#channel.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk).then(
      () => {
        if (!this.#isOver) this.#stdin.resume();
      },
      // Either the command reads no more input, or everything ended, which the output channels report.
      () => this.#close(),
    );
  };

  readonly #onEnd = (): void => {
    this.#leave();
    this.#channel.end();
  };

  /**
   * Closes standard input when the remote command has closed its own, so that the program that writes to our pipe gets
   * an error.
   */
  async #watch(): Promise<void> {
    try {
      while ((await this.#channel.read()) !== null);
    } catch {
      return;
    }
    this.#close();
  }

  #close(): void {
    if (this.#isOver) return;
    this.#leave();
    this.#channel.close();
    this.#stdin.pause();
    this.#closeInput();
  }

  #leave(): void {
    this.#isOver = true;
    this.#stdin.off('data', this.#onData);
    this.#stdin.off('end', this.#onEnd);
    this.#stdin.off('error', this.#onEnd);
    this.#stdin.on('error', () => undefined);
  }
}
