import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import { withoutHidden } from '#shared/visible-text/index.ts';
import { InterruptedError } from '../errors.ts';
import { wrap } from '../output/index.ts';
import type { Host } from './host.ts';

/** Time in which a terminal hands over what was typed before a question, ms. */
const TYPED_BEFORE = 50;

/** Wraps a question between words, so that the answer has room behind it. */
function wrapped(question: string, { columns }: Host['stderr']): string {
  return wrap(question, Math.max(20, (columns || 80) - 1)).join('\n');
}

/** Output that is silent while a question is open. */
type Silenced = Readonly<{ asking(): void; answered(): void }>;

/**
 * Asks the person at the terminal. Writes questions to stderr, so that stdout has only results, and reads answers from stdin. Every command context
 * has one.
 */
export class Prompter {
  /** False in pipes, scripts and JSON mode, where no one can be asked. */
  readonly available: boolean;
  readonly #host: Host;
  readonly #output: Silenced | undefined;
  #unmute: (() => void) | undefined;

  /** @param output output on the same terminal, which must not overwrite a question */
  constructor(host: Host, json: boolean, output?: Silenced) {
    this.#host = host;
    this.#output = output;
    this.available = !json && host.stdin.isTTY === true && host.stderr.isTTY === true;
  }

  /**
   * Asks a question and reads one line, trimmed.
   * @param options.fresh true to drop what was typed before the question: it can't be an answer to what has only now been shown
   * @param options.signal ends the question, because there is nothing left to answer
   * @throws {InterruptedError} after Ctrl-C or Ctrl-D
   * @throws the reason of `options.signal`
   */
  async ask(
    question: string,
    { fresh = false, signal }: Readonly<{ fresh?: boolean; signal?: AbortSignal }> = {},
  ): Promise<string> {
    const { stdin, stderr, interrupted } = this.#host;
    if (interrupted.aborted) throw new InterruptedError();
    if (fresh) await this.#dropTyped();
    signal?.throwIfAborted();
    this.unmute();
    this.#output?.asking();
    stderr.write(`${wrapped(question, stderr)} `);
    // Not raw mode: the terminal edits the line itself, and Ctrl-C arrives as a signal.
    const lines = createInterface({ input: stdin, terminal: false });
    const answered = Promise.withResolvers<string>();
    const stop = (): void => answered.reject(new InterruptedError());
    lines.once('line', (line) => answered.resolve(withoutHidden(line).trim()));
    lines.once('close', stop);
    const end = (): void => answered.reject(signal?.reason);
    interrupted.addEventListener('abort', stop, { once: true });
    signal?.addEventListener('abort', end, { once: true });
    try {
      return await answered.promise;
    } catch (error) {
      stderr.write('\n');
      throw error;
    } finally {
      interrupted.removeEventListener('abort', stop);
      signal?.removeEventListener('abort', end);
      // It stops reading the input by a listener of its own: none may be removed before.
      lines.close();
      stdin.pause();
      this.#output?.answered();
    }
  }

  /**
   * Asks a question and reads one line without showing it.
   * @throws {InterruptedError} after Ctrl-C or Ctrl-D
   */
  async askSecret(question: string): Promise<string> {
    const { stdin, stderr, interrupted } = this.#host;
    if (interrupted.aborted) throw new InterruptedError();
    this.unmute();
    this.#output?.asking();
    const show = (): void => void stdin.setRawMode?.(false);
    const offExit = this.#host.onExit(show);
    // Before the question is shown: a fast answer to it would be echoed.
    stdin.setRawMode?.(true);
    try {
      stderr.write(`${wrapped(question, stderr)} `);
      return await new Promise<string>((resolve, reject) => {
        const decoder = new StringDecoder('utf8');
        let line = '';
        const stop = (): void => finish(() => reject(new InterruptedError()));
        const finish = (settle: () => void): void => {
          stdin.off('data', onData);
          stdin.off('end', stop);
          interrupted.removeEventListener('abort', stop);
          settle();
        };
        const onData = (chunk: Buffer): void => {
          for (const character of decoder.write(chunk)) {
            if (character === '\r' || character === '\n') return finish(() => resolve(line));
            if (character === '\u0003' || (character === '\u0004' && line === '')) return stop();
            if (character === '\u007f' || character === '\b') line = [...line].slice(0, -1).join('');
            else if (character === '\u0015') line = '';
            else if (!/\p{Cc}/u.test(character)) line += character;
          }
        };
        stdin.on('data', onData);
        stdin.once('end', stop);
        // The previous question paused it.
        stdin.resume();
        interrupted.addEventListener('abort', stop, { once: true });
      });
    } finally {
      show();
      offExit();
      stdin.pause();
      stderr.write('\n');
      this.#output?.answered();
    }
  }

  /**
   * Doesn't show what is typed, and drops it, until the next question or `unmute`: the person may type a secret again while it is checked. Does
   * nothing without a terminal.
   * @param onInterrupt called on Ctrl-C, which is no signal meanwhile
   */
  mute(onInterrupt: () => void): void {
    const { stdin } = this.#host;
    if (!this.available || this.#unmute !== undefined) return;
    const onData = (chunk: Buffer): void => {
      if (chunk.includes(3)) onInterrupt();
    };
    const show = (): void => void stdin.setRawMode?.(false);
    const offExit = this.#host.onExit(show);
    stdin.setRawMode?.(true);
    stdin.on('data', onData);
    stdin.resume();
    this.#unmute = () => {
      stdin.off('data', onData);
      show();
      offExit();
      stdin.pause();
    };
  }

  /** Drops what was typed until now, also a line without its end. @throws {InterruptedError} if Ctrl-C is among it */
  async #dropTyped(): Promise<void> {
    const { stdin } = this.#host;
    let isInterrupted = false;
    this.mute(() => (isInterrupted = true));
    await new Promise((resolve) => void setTimeout(resolve, TYPED_BEFORE));
    this.unmute();
    stdin.pause();
    if (isInterrupted) throw new InterruptedError();
  }

  /** Shows again what is typed. */
  unmute(): void {
    const unmute = this.#unmute;
    this.#unmute = undefined;
    unmute?.();
  }

  /** Asks a yes-or-no question, and drops what was typed before it. Only `y` and `yes` return true. */
  async confirm(question: string): Promise<boolean> {
    return /^y(?:es)?$/i.test(await this.ask(`${question} [y/N]`, { fresh: true }));
  }

  /**
   * Asks a yes-or-no question of which neither answer is a safe default, and drops what was typed before it. Asks again until the answer is clear: an empty one
   * decides nothing.
   * @param signal as `options.signal` of `ask`
   */
  async decide(question: string, signal?: AbortSignal): Promise<boolean> {
    let answer = await this.ask(`${question} [y/n]`, { fresh: true, ...(signal && { signal }) });
    while (!/^(?:y|yes|n|no)$/i.test(answer))
      answer = await this.ask(`Please answer y or n. ${question} [y/n]`, { fresh: true, ...(signal && { signal }) });
    return /^y/i.test(answer);
  }
}
