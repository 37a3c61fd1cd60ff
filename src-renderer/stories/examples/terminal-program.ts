import { AppApiError, type AppChannel, type AppConnection, type EventPayload } from '#shared/app-api/index.ts';
import type { StoryAnswers } from '../story.ts';

type Ending = Omit<EventPayload<'terminal.ended'>, 'channel'>;
type Running = Readonly<{ channel: AppChannel; connection: AppConnection }>;

const PATH = { path: 'relay', address: 'relay.example.net:7474', rtt: 24 } as const;
const encoder = new TextEncoder();

/** A program behind every terminal of a story, for tests that drive it from outside and ask what has reached it. */
export class TerminalProgram {
  /** `echo` says what it is told, `quiet` listens only, `deaf` takes no input. */
  manner: 'echo' | 'quiet' | 'deaf' = 'echo';
  /** How the next terminals are opened: at once, never answered by the person there, or refused with this code. */
  answer: 'open' | 'approval' | Readonly<{ code: string }> = 'open';
  /** What it was told, over all its terminals. */
  input = '';
  readonly opens: { terminal: string | undefined; cols: number; rows: number }[] = [];
  readonly sizes: { cols: number; rows: number }[] = [];
  readonly closes: { detach: boolean }[] = [];
  readonly links: string[] = [];
  cancelled = 0;
  #running: Running | undefined;

  /** As at the start, for the next test. */
  reset(): void {
    this.manner = 'echo';
    this.answer = 'open';
    this.input = '';
    for (const record of [this.opens, this.sizes, this.closes, this.links]) record.length = 0;
    this.cancelled = 0;
    this.#running = undefined;
  }

  /** In the terminal opened last. */
  async say(text: string): Promise<void> {
    await this.#running?.channel.write(encoder.encode(text));
  }

  /** The terminal opened last is over. */
  end(ending: Ending): void {
    if (this.#running === undefined) return;
    const { channel, connection } = this.#running;
    this.#running = undefined;
    channel.end();
    connection.emit('terminal.ended', { channel: channel.id, ...ending });
  }

  answers(): StoryAnswers {
    return {
      'terminal.open': async ({ terminal, cols, rows }, { connection, progress, signal }) => {
        this.opens.push({ terminal, cols, rows });
        if (this.answer === 'approval') {
          progress('approval');
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve, { once: true });
          });
          this.cancelled += 1;
          throw new AppApiError('control.cancelled', 'nobody waits any more');
        }
        if (this.answer !== 'open') throw new AppApiError(this.answer.code, 'no way there');
        const channel = connection.openChannel();
        this.#running = { channel, connection };
        void this.#listen(channel);
        return { channel: channel.id, terminal: terminal ?? `t${this.opens.length}`, path: PATH };
      },
      'terminal.resize': async ({ cols, rows }) => {
        this.sizes.push({ cols, rows });
        return {};
      },
      'terminal.close': async ({ detach }) => {
        this.closes.push({ detach });
        return {};
      },
      'terminal.list': async () => [],
      'shell.openLink': async ({ url }) => {
        this.links.push(url);
        return {};
      },
    };
  }

  async #listen(channel: AppChannel): Promise<void> {
    if (this.manner === 'deaf') return;
    const decoder = new TextDecoder();
    for (let told = await channel.read(); told !== null; told = await channel.read()) {
      const text = decoder.decode(told, { stream: true });
      this.input += text;
      if (this.manner === 'echo') await channel.write(encoder.encode(text.replaceAll('\r', '\r\n')));
    }
  }
}
