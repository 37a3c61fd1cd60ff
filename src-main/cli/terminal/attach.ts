import type { AppApiClient, EventPayload } from '#shared/app-api/index.ts';
import type { Host } from '../host/index.ts';
import { ESCAPE_HELP, type EscapeAction } from './escape.ts';
import { InputPump } from './input.ts';
import { ModeTracker } from './modes.ts';
import { pumpOutput } from './output.ts';
import { enterRawMode } from './raw-mode.ts';

/** How a session at this terminal ended. */
export type AttachEnd =
  /** The program there is over, or a code says what ended the session. */
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null; code: string | null }>
  /** By the person, with an escape. */
  | Readonly<{ kind: 'detached' | 'disconnected' }>
  /** Nobody reads our output any more. */
  | Readonly<{ kind: 'output-closed' }>
  /** The agent of this device is gone. */
  | Readonly<{ kind: 'agent-lost' }>
  /** By a signal to this command. */
  | Readonly<{ kind: 'interrupted' }>;

/** Ends of terminals, kept from before their channel is known: a quick program is over before its opener has read the answer. */
export class EndedTerminals {
  readonly #ends = new Map<number, EventPayload<'terminal.ended'>>();
  readonly #waiting = new Map<number, (end: EventPayload<'terminal.ended'>) => void>();
  readonly #off: () => void;

  constructor(client: AppApiClient) {
    this.#off = client.on('terminal.ended', (end) => {
      this.#ends.set(end.channel, end);
      this.#waiting.get(end.channel)?.(end);
    });
  }

  of(channel: number): Promise<EventPayload<'terminal.ended'>> {
    const end = this.#ends.get(channel);
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.#waiting.set(channel, resolve);
    });
  }

  stop(): void {
    this.#off();
  }
}

export type AttachOptions = Readonly<{
  host: Host;
  client: AppApiClient;
  ended: EndedTerminals;
  channel: number;
  /** Runs while this terminal is joined; `isFullScreen` tells whether a program has the screen for itself. Returns what ends it. */
  watch?: (isFullScreen: () => boolean) => () => void;
}>;

/** Joins this terminal (or pipe) with a channel until either is over. The terminal is as it was when this resolves or throws. */
export async function attachTerminal({ host, client, ended, channel: id, watch }: AttachOptions): Promise<AttachEnd> {
  const { stdin, stdout, stderr, interrupted } = host;
  const channel = client.channel(id);
  const modes = stdout.isTTY === true ? new ModeTracker() : undefined;
  const isTerminal = stdin.isTTY === true;
  const decided = new Decision();

  const wish = (kind: Exclude<EscapeAction['kind'], 'data'>): void => {
    if (kind === 'help') stderr.write(`\r\n${ESCAPE_HELP.join('\r\n')}\r\n`);
    else decided.settle({ kind: kind === 'detach' ? 'detached' : 'disconnected' });
  };
  const input = new InputPump({
    stdin,
    channel,
    escapes: isTerminal,
    handlers: {
      wish,
      // A pipe that has ended leaves the other side to finish; a terminal that has ended is gone for good.
      ended: () => {
        if (isTerminal) decided.settle({ kind: 'disconnected' });
      },
      // The reading side learns what ended the session, and tells it.
      failed: () => undefined,
    },
  });
  const stopResizing = isTerminal || stdout.isTTY === true ? followSize(host, client, id) : () => undefined;
  const interrupt = (): void => decided.settle({ kind: 'interrupted' });
  interrupted.addEventListener('abort', interrupt, { once: true });
  if (interrupted.aborted) interrupt();

  const raw = enterRawMode(host);
  const stopWatching = watch?.(() => modes?.isFullScreen === true);
  try {
    input.start();
    void pumpOutput(channel, stdout, modes).then(
      async (end) => {
        if (end === 'closed') return decided.settle({ kind: 'output-closed' });
        const { exitCode, signal, code } = await ended.of(id);
        return decided.settle({ kind: 'ended', exitCode, signal, code });
      },
      () => decided.settle({ kind: 'agent-lost' }),
    );
    void client.closed.then(() => decided.settle({ kind: 'agent-lost' }));
    const end = await decided.promise;
    const finishedByItself = end.kind === 'ended' && end.code === null;
    if (!finishedByItself && modes !== undefined) stdout.write(modes.reset());
    return end;
  } finally {
    input.stop();
    stopResizing();
    stopWatching?.();
    interrupted.removeEventListener('abort', interrupt);
    raw.restore();
  }
}

/** The first end counts. */
class Decision {
  readonly promise: Promise<AttachEnd>;
  #resolve: (end: AttachEnd) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  settle(end: AttachEnd): void {
    this.#resolve(end);
  }
}

export type TerminalSize = Readonly<{ cols: number; rows: number }>;

const LARGEST = 1000;

/** Size of the person's terminal; in a pipe COLUMNS and LINES, else 80 by 24. */
export function terminalSize({
  stdout,
  stderr,
  variables,
}: Pick<Host, 'stdout' | 'stderr' | 'variables'>): TerminalSize {
  const terminal = stdout.isTTY === true ? stdout : stderr;
  const whole = (value: number | string | undefined, otherwise: number): number => {
    const number = Math.trunc(Number(value));
    return number >= 1 ? Math.min(number, LARGEST) : otherwise;
  };
  return {
    cols: whole(terminal.isTTY === true ? terminal.columns : variables['COLUMNS'], 80),
    rows: whole(terminal.isTTY === true ? terminal.rows : variables['LINES'], 24),
  };
}

/** Tells the other side each new size, one call at a time; sizes in between are skipped. */
function followSize(host: Host, client: AppApiClient, channel: number): () => void {
  const terminal = host.stdout.isTTY === true ? host.stdout : host.stderr;
  let told = terminalSize(host);
  let busy = false;
  const tell = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      for (
        let size = terminalSize(host);
        size.cols !== told.cols || size.rows !== told.rows;
        size = terminalSize(host)
      ) {
        told = size;
        await client.call('terminal.resize', { channel, ...size });
      }
    } catch {
      // The session is ending; its end is told elsewhere.
    } finally {
      busy = false;
    }
  };
  const onResize = (): void => void tell();
  terminal.on('resize', onResize);
  return () => void terminal.off('resize', onResize);
}
