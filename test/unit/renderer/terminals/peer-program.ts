import {
  AppApiClient,
  AppApiServer,
  createTransportPair,
  type AppChannel,
  type AppConnection,
  type AppHandlers,
  type AppTransport,
  type CallInput,
  type EventPayload,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createHandlers } from '#test/support/app-handlers.ts';

export const EXAMPLE_PATH = { path: 'relay', address: 'relay.example.net:7474', rtt: 24 } as const;

/** A connection of a window to its agent, for tests that hold it up or break it. */
export type Joint = Readonly<{ api: AppApiClient; transport: AppTransport; connection: AppConnection }>;

/** An agent with programs on a peer, behind the real server of app-api, that a test drives. */
export class PeerProgram {
  readonly opens: CallInput<'terminal.open'>[] = [];
  readonly gatewayOpens: CallInput<'gateways.terminal.open'>[] = [];
  readonly resizes: { cols: number; rows: number }[] = [];
  readonly closes: CallInput<'terminal.close'>[] = [];
  readonly catchUps: CallInput<'terminal.catchUp'>[] = [];
  readonly lists: CallInput<'terminal.list'>[] = [];
  /** Answers in place of a terminal; undefined opens one. */
  answer: AppHandlers['terminal.open'] | undefined;
  /** What runs there; undefined refuses to say. */
  list: AppHandlers['terminal.list'] | undefined;
  resizing: Promise<void> = Promise.resolve();
  /** Of the terminal opened last. */
  channel: AppChannel | undefined;
  #connection: AppConnection | undefined;
  readonly #server = new AppApiServer();

  connect(): Joint {
    const [window, agent] = createTransportPair();
    const connection = this.#server.serveConnection(agent, createHandlers(this.#handlers()));
    return { api: new AppApiClient(window), transport: window, connection };
  }

  async say(text: string): Promise<void> {
    await this.channel?.write(new TextEncoder().encode(text));
  }

  async told(): Promise<string> {
    return new TextDecoder().decode((await this.channel?.read()) ?? new Uint8Array());
  }

  /** What is said next draws the screen of the terminal opened last, of which so many bytes were said before. */
  redraw(at: number): void {
    if (this.channel !== undefined) this.#connection?.emit('terminal.redrawn', { channel: this.channel.id, at });
  }

  /** The terminal opened last is over, behind what it has said. */
  end(ending: Partial<Omit<EventPayload<'terminal.ended'>, 'channel'>>): void {
    if (this.channel === undefined) throw new Error('no terminal was opened');
    this.#connection?.emit('terminal.ended', {
      channel: this.channel.id,
      exitCode: null,
      signal: null,
      code: null,
      ...ending,
    });
    this.channel.end();
  }

  close(): void {
    this.#server.close();
  }

  #handlers(): Partial<AppHandlers> {
    return {
      'terminal.open': async (input, context) => {
        this.opens.push(input);
        if (this.answer !== undefined) return this.answer(input, context);
        this.#connection = context.connection;
        this.channel = context.connection.openChannel();
        return { channel: this.channel.id, terminal: input.terminal ?? `t${this.opens.length}`, path: EXAMPLE_PATH };
      },
      'gateways.terminal.open': async (input, { connection }) => {
        this.gatewayOpens.push(input);
        this.#connection = connection;
        this.channel = connection.openChannel();
        const terminal = input.terminal ?? `g${this.gatewayOpens.length}`;
        return { channel: this.channel.id, terminal, shell: null, directory: null };
      },
      'terminal.resize': async ({ cols, rows }) => {
        this.resizes.push({ cols, rows });
        await this.resizing;
        return {};
      },
      'terminal.list': async (input, context) => {
        this.lists.push(input);
        if (this.list === undefined) throw new ClawReachError('test.refused', 'it does not say');
        return this.list(input, context);
      },
      'terminal.catchUp': async (input) => {
        this.catchUps.push(input);
        return {};
      },
      'terminal.close': async (input) => {
        this.closes.push(input);
        return {};
      },
    };
  }
}
