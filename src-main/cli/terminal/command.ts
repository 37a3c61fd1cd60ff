import type { AppApiClient, AppChannel, EventPayload } from '#shared/app-api/index.ts';
import type { EndingSignal } from '../errors.ts';
import type { Host, TerminalInput } from '../host/index.ts';
import type { EndedTerminals } from './attach.ts';
import { pumpOutput } from './output.ts';

/** So many signals end this command, whatever the one there does about them. */
const FORCE = 3;
/** A launcher and the terminal may both deliver the same Ctrl-C: ms. */
const SAME = 100;

/** How a command without a terminal ended for its caller. */
export type CommandEnd =
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null; code: string | null }>
  /** The agent of this device is gone. */
  | Readonly<{ kind: 'agent-lost' }>
  /** By signals to this command, which the one there did not end by. */
  | Readonly<{ kind: 'forced'; signal: EndingSignal }>;

export type CarryOptions = Readonly<{
  host: Host;
  client: AppApiClient;
  ended: EndedTerminals;
  /** The channels of the command. */
  opened: Readonly<{ stdin: number; stdout: number; stderr: number }>;
  /** Nothing is read from standard input: the command reads its end at once. */
  isInputless: boolean;
}>;

/** Joins the streams of this process with those of a command on a peer, byte by byte, and passes signals on, until the command is over. */
export async function carryCommand({ host, client, ended, opened, isInputless }: CarryOptions): Promise<CommandEnd> {
  const { stdout, stderr } = host;
  const forced = Promise.withResolvers<CommandEnd>();
  let count = 0;
  let last = -Infinity;
  const giveUp = host.takeSignals((signal) => {
    void client.call('exec.signal', { channel: opened.stdout, signal }).catch(() => undefined);
    const now = host.clock.monotonic();
    if (now - last > SAME) {
      count += 1;
      last = now;
    }
    if (count >= FORCE) forced.resolve({ kind: 'forced', signal });
  });
  const input = new InputFeed(host, client.channel(opened.stdin), isInputless);
  const carry = async (): Promise<CommandEnd> => {
    // When nobody reads ours, the pipe there is closed and the command decides what to do about it.
    await Promise.all([
      pumpOutput(client.channel(opened.stdout), stdout, undefined),
      pumpOutput(client.channel(opened.stderr), stderr, undefined),
    ]);
    const { exitCode, signal, code }: EventPayload<'terminal.ended'> = await ended.of(opened.stdout);
    return { kind: 'ended', exitCode, signal, code };
  };
  const lost = client.closed.then((): CommandEnd => ({ kind: 'agent-lost' }));
  try {
    return await Promise.race([carry().catch(() => lost), lost, forced.promise]);
  } finally {
    giveUp();
    input.stop();
  }
}

/** Standard input to a channel, at the pace of its reader. */
class InputFeed {
  readonly #stdin: TerminalInput;
  readonly #closeInput: () => void;
  readonly #channel: AppChannel;
  #isOver = false;

  constructor(host: Host, channel: AppChannel, isInputless: boolean) {
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
    void this.#watch();
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
      // The command takes no more; or all is over, which the outputs tell.
      () => this.#close(),
    );
  };

  readonly #onEnd = (): void => {
    this.#leave();
    this.#channel.end();
  };

  /** The agent ends the channel when the command has closed its input: who writes to ours is told so, by its pipe. */
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
