import { isPathLoss, type AppApiClient, type EndedTerminals } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { CATCH_UP_BYTES } from '#shared/terminal/index.ts';
import { InterruptedError } from '../errors.ts';
import type { Host } from '../host/index.ts';
import { wrap } from '../output/index.ts';
import { ESCAPE_HELP } from './escape.ts';
import type { SanitizedScreen } from './sanitized-screen.ts';
import { InputPump } from './input.ts';
import { ModeTracker } from './modes.ts';
import { pumpOutput } from './output.ts';
import { enterRawMode } from './raw-mode.ts';
import { FRESH_SCREEN, RedrawnScreen } from './redrawn-screen.ts';
import { ScreenNotice } from './screen-notice.ts';

/** Result of `attachTerminal`: how the session at this terminal ended. */
export type AttachEnd =
  /** The program there ended, or a code tells why the session did. */
  | Readonly<{ kind: 'ended'; exitCode: number | null; signal: string | null; code: string | null }>
  /** The person ended it with an escape sequence. */
  | Readonly<{ kind: 'detached' | 'disconnected' }>
  /** The terminal here is gone: its window was closed, or its connection was lost. */
  | Readonly<{ kind: 'hung-up' }>
  /** No one reads the output any more. */
  | Readonly<{ kind: 'output-closed' }>
  /** The connection to the agent was lost. */
  | Readonly<{ kind: 'agent-lost' }>
  /** The terminal couldn't be resumed after a loss. */
  | Readonly<{ kind: 'not-found'; error: unknown }>
  /** The person cancelled the attempt to resume it. */
  | Readonly<{ kind: 'given-up' }>
  /** A signal ended this command. */
  | Readonly<{ kind: 'interrupted' }>;

/** A channel to a terminal, with the agent's connection that it belongs to. */
export type AttachedChannel = Readonly<{ client: AppApiClient; ended: EndedTerminals; channel: number }>;

/** Ends after which the terminal may still be running, so that it can be resumed. */
export type AttachLoss = Extract<AttachEnd, { kind: 'ended' | 'agent-lost' }>;

/** Watcher of an attached terminal: `stop` ends it, `typed` is called when the person types something for the terminal. */
export type AttachWatch = Readonly<{ stop(): void; typed(): void }>;

/** Attached terminal as its watcher sees it. */
export type WatchedTerminal = Readonly<{
  /** Connection to the agent. */
  client: AppApiClient;
  /** Line over a program that uses the whole screen. */
  notice: ScreenNotice;
  /** Takes whether the terminal's link is lost at the moment. */
  setLost(isLost: boolean): void;
}>;

/** Options of `attachTerminal`. */
export type AttachOptions = Readonly<{
  host: Host;
  /** Channel to start with. */
  joined: AttachedChannel;
  /** Filter for the output of another person's terminal; undefined passes everything. */
  screen?: SanitizedScreen;
  /** Runs while the terminal is attached. */
  watch?: (terminal: WatchedTerminal) => AttachWatch;
  /**
   * Resumes the terminal after a loss, or returns how it ended. Its output starts with everything that redraws the
   * screen. Without this function a loss is the end. The signal is aborted when the person cancels.
   */
  resume?: (loss: AttachLoss, signal: AbortSignal) => Promise<AttachedChannel | AttachEnd>;
}>;

/** Time in which the screen of a resumed terminal is usually drawn, ms. */
const REDRAWN_AFTER = 300;
/** Time for which a line stays over a full-screen program, ms. */
const READABLE_FOR = 4000;

/**
 * Connects stdin and stdout with a terminal's channel until the program ends or the person disconnects, and resumes the
 * terminal after losses. Uses raw mode, and restores the modes of this terminal before it resolves or throws. Used by
 * `connect`, `watch` and `gateway terminal`.
 * @returns the end, and the last channel
 */
export async function attachTerminal(
  options: AttachOptions,
): Promise<Readonly<{ end: AttachEnd; joined: AttachedChannel }>> {
  const { host, resume, screen } = options;
  const { stdin, stdout, stderr, interrupted } = host;
  const isTerminal = stdin.isTTY === true;
  const person = Promise.withResolvers<AttachEnd>();
  const input = new InputPump({
    stdin,
    escapes: isTerminal,
    handlers: {
      escaped: (kind) => {
        if (kind === 'help') stderr.write(`\r\n${ESCAPE_HELP.join('\r\n')}\r\n`);
        else person.resolve({ kind: kind === 'detach' ? 'detached' : 'disconnected' });
      },
      // After the end of a pipe the other side may finish; a terminal that ended is gone.
      ended: () => {
        if (isTerminal) person.resolve({ kind: 'hung-up' });
      },
      givenUp: () => person.resolve({ kind: 'given-up' }),
    },
  });
  const interrupt = (): void => {
    const isHangUp =
      isTerminal && interrupted.reason instanceof InterruptedError && interrupted.reason.signal === 'SIGHUP';
    person.resolve({ kind: isHangUp ? 'hung-up' : 'interrupted' });
  };
  interrupted.addEventListener('abort', interrupt, { once: true });
  if (interrupted.aborted) interrupt();

  const raw = enterRawMode(host);
  let { joined } = options;
  let hasDropped = false;
  let modes = createModes(host);
  try {
    for (;;) {
      const end = await transfer({ ...options, joined, hasDropped }, input, modes, person);
      if (resume === undefined || !isLoss(end)) {
        const finishedByItself = end.kind === 'ended' && end.code === null;
        if (!finishedByItself && modes !== undefined) stdout.write(modes.reset());
        return { end, joined };
      }
      input.detach();
      const next = await resumeUnlessCancelled(end, resume, person);
      if (modes !== undefined) stdout.write(modes.reset());
      if ('kind' in next) return { end: next, joined };
      if (modes !== undefined) stdout.write(FRESH_SCREEN);
      joined = next;
      modes = createModes(host);
      hasDropped = input.takeDropped(host.clock.monotonic());
    }
  } finally {
    input.stop();
    if (screen !== undefined && modes !== undefined) stdout.write(screen.reset);
    interrupted.removeEventListener('abort', interrupt);
    raw.restore();
  }
}

/** Formats a line of ClawReach between the output of a program, wrapped between words. In raw mode the cursor may be anywhere in the line. */
export function noticeText(line: string, { columns }: Host['stderr']): string {
  return `\r\n${wrap(`[clawreach: ${line}]`, Math.max(20, columns || 80)).join('\r\n')}\r\n`;
}

function createModes({ stdout }: Host): ModeTracker | undefined {
  return stdout.isTTY === true ? new ModeTracker() : undefined;
}

/** Says after a reopening, when the screen has been drawn, that input didn't arrive. @returns a function that cancels this */
function noticeDropped({ clock, stderr }: Host, notice: ScreenNotice): () => void {
  const text = 'reopened; what you typed meanwhile was dropped';
  let timer: Timer = clock.setTimer(REDRAWN_AFTER, () => {
    if (!notice.isUsable) return void stderr.write(noticeText(text, stderr));
    notice.show([`clawreach: ${text}`]);
    timer = clock.setTimer(READABLE_FOR, () => notice.hide());
  });
  return () => timer.cancel();
}

function isLoss(end: AttachEnd): end is AttachLoss {
  return end.kind === 'agent-lost' || (end.kind === 'ended' && end.code !== null && isPathLoss(end.code));
}

/** Transfers data over one channel until it ends, or the person ends it. */
async function transfer(
  { host, joined, watch, screen, hasDropped }: AttachOptions & Readonly<{ hasDropped: boolean }>,
  input: InputPump,
  modes: ModeTracker | undefined,
  person: PromiseWithResolvers<AttachEnd>,
): Promise<AttachEnd> {
  const { client, ended, channel: id } = joined;
  const channel = client.channel(id);
  const channelEnd = Promise.withResolvers<AttachEnd>();
  const isSeen = host.stdin.isTTY === true || host.stdout.isTTY === true;
  const stopResizing = isSeen ? followSize(host, client, id) : () => undefined;
  const notice = new ScreenNotice({
    stdout: host.stdout,
    size: () => currentTerminalSize(host),
    isFullScreen: () => modes?.isFullScreen === true,
    redraw: () => {
      // Asks for the screen as if much output were pending.
      client.call('terminal.catchUp', { channel: id, waiting: CATCH_UP_BYTES }).catch(() => undefined);
    },
  });
  const redraw = (): void => notice.draw();
  host.stdout.on('resize', redraw);
  const stopDropNotice = hasDropped ? noticeDropped(host, notice) : undefined;
  const redrawn = modes && new RedrawnScreen({ clock: host.clock, modes });
  const stopRedraws = [
    client.on('terminal.redrawn', (screen) => {
      if (screen.channel === id) redrawn?.begins(screen.at);
    }),
    client.on('terminal.drawn', (screen) => {
      if (screen.channel === id) redrawn?.ends(screen.at);
    }),
    () => redrawn?.stop(),
  ];
  const watching = watch?.({
    client,
    notice,
    setLost: (isLost) => input.setLinkLost(isLost, host.clock.monotonic()),
  });
  input.attach(channel, () => watching?.typed());
  try {
    void pumpOutput(channel, host.stdout, { modes, screen, redrawn }).then(
      async (end) => {
        const isGone = host.stdin.isTTY === true && host.stdout.isTTY === true;
        if (end === 'closed') return channelEnd.resolve({ kind: isGone ? 'hung-up' : 'output-closed' });
        const { exitCode, signal, code } = await ended.whenEnded(id);
        return channelEnd.resolve({ kind: 'ended', exitCode, signal, code });
      },
      () => channelEnd.resolve({ kind: 'agent-lost' }),
    );
    void client.closed.then(() => channelEnd.resolve({ kind: 'agent-lost' }));
    return await Promise.race([person.promise, channelEnd.promise]);
  } finally {
    host.stdout.off('resize', redraw);
    stopResizing();
    stopDropNotice?.();
    for (const stop of stopRedraws) stop();
    watching?.stop();
  }
}

/** Resumes the terminal after a loss, unless the person cancels. */
async function resumeUnlessCancelled(
  loss: AttachLoss,
  resume: NonNullable<AttachOptions['resume']>,
  person: PromiseWithResolvers<AttachEnd>,
): Promise<AttachedChannel | AttachEnd> {
  const cancelled = new AbortController();
  const cancellation = person.promise.then((end): AttachEnd => {
    cancelled.abort();
    // While there is no channel, detaching and disconnecting both mean to cancel.
    return end.kind === 'interrupted' || end.kind === 'hung-up' ? end : { kind: 'given-up' };
  });
  return await Promise.race([cancellation, resume(loss, cancelled.signal)]);
}

/** Size of a terminal in characters. */
export type TerminalSize = Readonly<{ cols: number; rows: number }>;

/** Largest width and height that are reported. */
const LARGEST = 1000;

/** Returns the size of this terminal; in a pipe COLUMNS and LINES, or else 80 by 24. */
export function currentTerminalSize({
  stdout,
  stderr,
  variables,
}: Pick<Host, 'stdout' | 'stderr' | 'variables'>): TerminalSize {
  const terminal = stdout.isTTY === true ? stdout : stderr;
  const readSize = (value: number | string | undefined, fallback: number): number => {
    const number = Math.trunc(Number(value));
    return number >= 1 ? Math.min(number, LARGEST) : fallback;
  };
  return {
    cols: readSize(terminal.isTTY === true ? terminal.columns : variables['COLUMNS'], 80),
    rows: readSize(terminal.isTTY === true ? terminal.rows : variables['LINES'], 24),
  };
}

/** Sends each new size of this terminal to the agent, one call at a time. Returns a function that stops this. */
function followSize(host: Host, client: AppApiClient, channel: number): () => void {
  const terminal = host.stdout.isTTY === true ? host.stdout : host.stderr;
  let sent = currentTerminalSize(host);
  let busy = false;
  const sendSize = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      for (
        let size = currentTerminalSize(host);
        size.cols !== sent.cols || size.rows !== sent.rows;
        size = currentTerminalSize(host)
      ) {
        sent = size;
        await client.call('terminal.resize', { channel, ...size });
      }
    } catch {
      // The session is ending, which is reported elsewhere.
    } finally {
      busy = false;
    }
  };
  const onResize = (): void => void sendSize();
  terminal.on('resize', onResize);
  return () => void terminal.off('resize', onResize);
}
