import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import { withoutHidden } from '#shared/visible-text/index.ts';
import { InterruptedError } from '../errors.ts';
import type { Host } from './host.ts';

/** Questions to the person at the terminal. They go to stderr, so that stdout stays a result. */
export class Prompter {
  /** False in a pipe, a script, and in JSON mode: then nothing may be asked. */
  readonly available: boolean;
  readonly #host: Host;

  constructor(host: Host, json: boolean) {
    this.#host = host;
    this.available = !json && host.stdin.isTTY === true && host.stderr.isTTY === true;
  }

  /**
   * One line, without spaces around it.
   * @throws {InterruptedError} on Ctrl-C and Ctrl-D
   */
  async ask(question: string): Promise<string> {
    const { stdin, stderr, interrupted } = this.#host;
    if (interrupted.aborted) throw new InterruptedError();
    stderr.write(`${question} `);
    // Cooked mode: the terminal's own line editing, and Ctrl-C comes as the signal it is everywhere else.
    const lines = createInterface({ input: stdin, terminal: false });
    try {
      return await new Promise<string>((resolve, reject) => {
        const stop = (): void => reject(new InterruptedError());
        lines.once('line', (line) => resolve(withoutHidden(line).trim()));
        lines.once('close', stop);
        interrupted.addEventListener('abort', stop, { once: true });
      });
    } catch (error) {
      stderr.write('\n');
      throw error;
    } finally {
      lines.removeAllListeners();
      lines.close();
      stdin.pause();
    }
  }

  /**
   * One line that is not shown while it is typed.
   * @throws {InterruptedError} on Ctrl-C and Ctrl-D
   */
  async askSecret(question: string): Promise<string> {
    const { stdin, stderr, interrupted } = this.#host;
    if (interrupted.aborted) throw new InterruptedError();
    stderr.write(`${question} `);
    const show = (): void => void stdin.setRawMode?.(false);
    const offExit = this.#host.onExit(show);
    stdin.setRawMode?.(true);
    try {
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
        // The question before has paused it.
        stdin.resume();
        interrupted.addEventListener('abort', stop, { once: true });
      });
    } finally {
      show();
      offExit();
      stdin.pause();
      stderr.write('\n');
    }
  }

  /** Yes only when the person says so. */
  async confirm(question: string): Promise<boolean> {
    return /^y(?:es)?$/i.test(await this.ask(`${question} [y/N]`));
  }
}
