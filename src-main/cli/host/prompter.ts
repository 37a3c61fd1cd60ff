import { createInterface } from 'node:readline';
import { InterruptedError } from '../errors.ts';
import { printable } from '../output/index.ts';
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
        lines.once('line', (line) => resolve(printable(line).trim()));
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

  /** Yes only when the person says so. */
  async confirm(question: string): Promise<boolean> {
    return /^y(?:es)?$/i.test(await this.ask(`${question} [y/N]`));
  }
}
