import { AppApiError, type AppChannel, type AppConnection, type EventPayload } from '#shared/app-api/index.ts';
import type { StoryAnswers } from '../story.ts';
import { EXAMPLE_PATH } from './terminals.ts';

type Ending = Omit<EventPayload<'terminal.ended'>, 'channel'>;
type Running = Readonly<{ channel: AppChannel; connection: AppConnection }>;

const encoder = new TextEncoder();

/** Simulated program behind every terminal of a story. A test drives it and reads what it received; `answers` connects it to the story's agent. */
export class TerminalProgram {
  /** Behaviour: `echo` sends its input back, `quiet` only reads, `deaf` doesn't even read. */
  manner: 'echo' | 'quiet' | 'deaf' = 'echo';
  /** Result of the next attempts to open a terminal: success, waiting for an approval that never comes, or this error. */
  answer: 'open' | 'approval' | Readonly<{ code: string }> = 'open';
  /** Input that all terminals together have received. */
  input = '';
  /** Input that each terminal has received, by the terminal's name. */
  inputs: Record<string, string> = {};
  /** Arguments of the calls that opened terminals. */
  readonly opens: { terminal: string | undefined; cols: number; rows: number; directory?: string }[] = [];
  /** Sizes that the window has set, in columns and rows. */
  readonly sizes: { cols: number; rows: number }[] = [];
  /** Arguments of the calls that closed terminals. */
  readonly closes: { detach: boolean }[] = [];
  /** Links that the window has opened. */
  readonly links: string[] = [];
  /** Names of the programs in the terminals, by the terminal's name. */
  programs: Record<string, string> = {};
  /** Number of attempts to open that were cancelled while they waited for an approval. */
  cancelled = 0;
  #running: Running | undefined;
  readonly #named = new Map<string, Running>();
  /** Names of the terminals that were left running. */
  readonly #left = new Set<string>();

  /** Restores the initial state, for the next test. */
  reset(): void {
    this.manner = 'echo';
    this.answer = 'open';
    this.input = '';
    this.inputs = {};
    for (const record of [this.opens, this.sizes, this.closes, this.links]) record.length = 0;
    this.cancelled = 0;
    this.programs = {};
    this.#running = undefined;
    this.#named.clear();
    this.#left.clear();
  }

  /** Prints a text in the terminal of this name. */
  async sayIn(name: string, text: string): Promise<void> {
    await this.#named.get(name)?.channel.write(encoder.encode(text));
  }

  /** Prints a text in the terminal that was opened last. */
  async say(text: string): Promise<void> {
    await this.#running?.channel.write(encoder.encode(text));
  }

  /** Ends the terminal that was opened last. */
  end(ending: Ending): void {
    const running = this.#running;
    this.#running = undefined;
    for (const [name, each] of this.#named) if (each === running) this.#named.delete(name);
    if (running !== undefined) over(running, ending);
  }

  /** Ends the terminal of this name. */
  endOf(name: string, ending: Ending): void {
    const running = this.#named.get(name);
    this.#named.delete(name);
    if (running !== undefined) over(running, ending);
  }

  /** Returns the answers to the calls about terminals, for a story. */
  answers(): StoryAnswers {
    return {
      'terminal.open': async ({ terminal, cols, rows, directory }, { connection, progress, signal }) => {
        this.opens.push({ terminal, cols, rows, ...(directory !== undefined && { directory }) });
        if (this.answer === 'approval') {
          progress('approval');
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve, { once: true });
          });
          this.cancelled += 1;
          throw new AppApiError('control.cancelled', 'the opening was cancelled');
        }
        if (this.answer !== 'open') throw new AppApiError(this.answer.code, 'the terminal could not be opened');
        const channel = connection.openChannel();
        this.#running = { channel, connection };
        const name = terminal ?? `t${this.opens.length}`;
        this.#named.set(name, this.#running);
        this.#left.delete(name);
        void this.#listen(channel, name);
        return { channel: channel.id, terminal: name, path: EXAMPLE_PATH };
      },
      'terminal.resize': async ({ cols, rows }) => {
        this.sizes.push({ cols, rows });
        return {};
      },
      'terminal.close': async ({ channel, detach }) => {
        this.closes.push({ detach });
        const [name] = [...this.#named].find(([, running]) => running.channel.id === channel) ?? [];
        if (name !== undefined) {
          if (detach) this.#left.add(name);
          else this.#named.delete(name);
        }
        return {};
      },
      'terminal.list': async ({ peer, watched }) =>
        [...this.#named.keys()]
          .filter((terminal) => watched !== true || !this.#left.has(terminal))
          .map((terminal) => ({
            terminal,
            peerId: peer,
            title: '',
            startedAt: 0,
            attached: !this.#left.has(terminal),
            cols: 80,
            rows: 24,
            openedBy: null,
            heldBy: null,
            program: this.programs[terminal],
          })),
      'shell.openLink': async ({ url }) => {
        this.links.push(url);
        return {};
      },
    };
  }

  async #listen(channel: AppChannel, name: string): Promise<void> {
    if (this.manner === 'deaf') return;
    const decoder = new TextDecoder();
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) {
      const text = decoder.decode(bytes, { stream: true });
      this.input += text;
      this.inputs[name] = (this.inputs[name] ?? '') + text;
      if (this.manner === 'echo') await channel.write(encoder.encode(text.replaceAll('\r', '\r\n')));
    }
  }
}

function over({ channel, connection }: Running, ending: Ending): void {
  channel.end();
  connection.emit('terminal.ended', { channel: channel.id, ...ending });
}
