import { setTimeout } from 'node:timers/promises';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { LinkError, type LinkStream, type OutgoingStream, type Session } from '#shared/link/index.ts';
import {
  decodeListing,
  decodeShared,
  parseOpenedReply,
  parseTerminalParams,
  PTY_RESET_CANCELLED,
  PTY_RESET_PROTOCOL,
  TargetMessageParser,
  TerminalError,
} from '#shared/terminal/index.ts';
import type { SharedTerminal, TerminalListing, TerminalParams } from '#shared/terminal/index.ts';
import { StreamConnection, type TerminalConnection } from './connection.ts';

/** A peer that answers later than this was away for a moment, ms. */
const ANSWER_WITHIN = 1000;
/** Between two pings of a peer that does not answer, ms. */
const PING_PAUSE = 50;

export type OpenTerminalParams = Readonly<{
  cols: number;
  rows: number;
  /** TERM of the viewer. */
  term: string;
  /** Program and arguments instead of the login shell. */
  command?: readonly string[] | undefined;
  /** Working directory, a path on the target; the home directory if it doesn't exist. */
  directory?: string | undefined;
  /** Re-attach to this one instead of opening a new one; `term` and `command` then do not count. */
  terminal?: string | undefined;
  /** With `terminal`: also from another device of the same person that has it now. */
  takeOver?: boolean | undefined;
  /** With `terminal`, of another device that shares it: only look on. Size, `term` and input do not count. */
  view?: boolean | undefined;
}>;

export type OpenTerminalOptions = Readonly<{
  /** A person at the target is being asked. */
  onWaiting?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Opens a terminal, or attaches to one, through an established session.
 * @throws {TerminalError} `terminal.params`; what the target answered, such as `terminal.unknown` or `rights.denied`; `terminal.protocol`
 */
export async function openTerminal(
  session: Session,
  params: OpenTerminalParams,
  options: OpenTerminalOptions = {},
): Promise<TerminalConnection> {
  const { stream, reply } = await openStream(session, openParams(params), options);
  try {
    const isAttaching = params.terminal !== undefined && params.view !== true;
    return new StreamConnection(stream, parseOpenedReply(reply).terminal, {
      isAttaching,
      isView: params.view === true,
      answered: () => answerOf(session),
    });
  } catch (error) {
    stream.reset(PTY_RESET_CANCELLED);
    throw error;
  }
}

/** Pings until an answer comes, across outages. @throws {LinkError} when the session is over */
async function answerOf(session: Session): Promise<Readonly<{ wasAway: boolean }>> {
  const over = session.closed.then(() => 'over' as const);
  for (let wasAway = false; ; wasAway = true) {
    const answer = await Promise.race([
      over,
      session.ping(ANSWER_WITHIN).then(
        () => 'answered' as const,
        () => 'silent' as const,
      ),
    ]);
    if (answer === 'answered') return { wasAway };
    if (answer === 'over') throw new LinkError('link.closed', 'the session is over');
    // Without a path a ping may fail at once.
    await setTimeout(PING_PAUSE, undefined, { ref: false });
  }
}

/**
 * The terminals that this device may attach to on the other one: its own, and those of other devices of the same person; with what runs in them.
 * @param options.commands also commands without a terminal, where the other device knows of them
 * @param options.watched only those that it has before it now, for which nobody there is asked
 * @throws {TerminalError}
 */

export type ListTerminalsOptions = Readonly<{
  /** Only those that this device shows now. */
  watched?: boolean;
  /** Also commands that run without a terminal. */
  commands?: boolean;
  /** A person at the target is being asked. */
  onWaiting?: () => void;
}>;
export async function listTerminals(
  session: Session,
  signal?: AbortSignal,
  { watched = false, commands = false, onWaiting }: ListTerminalsOptions = {},
): Promise<readonly TerminalListing[]> {
  // What a window has before it are terminals.
  const wishes = watched
    ? [{ programs: true, watched }]
    : [...(commands ? [{ programs: true, commands }] : []), { programs: true }, {}];
  for (const [index, wish] of wishes.entries()) {
    try {
      return await readList(session, { action: 'list', ...wish }, decodeListing, { signal, onWaiting });
    } catch (error) {
      // A target of a version before a word takes none that it does not know.
      if (index === wishes.length - 1 || errorCode(error) !== 'terminal.params') throw error;
    }
  }
  return [];
}

/** The terminals there that somebody shares with this device. @throws {TerminalError} */
export async function listShared(session: Session, signal?: AbortSignal): Promise<readonly SharedTerminal[]> {
  return await readList(session, { action: 'shared' }, decodeShared, { signal });
}

/** Lets another peer of the target look on at a terminal of this device, or no more. @throws {TerminalError} `terminal.share-refused` and others */
export async function shareTerminal(
  session: Session,
  wish: Extract<TerminalParams, { action: 'share' | 'unshare' }>,
  signal?: AbortSignal,
): Promise<void> {
  const { stream } = await openStream(session, wish, signal === undefined ? {} : { signal });
  await finishEmpty(stream);
}

/** Tells a peer that what is shared with it has changed. @throws {TerminalError} */
export async function notifyShareChange(session: Session, signal: AbortSignal): Promise<void> {
  const { stream } = await openStream(session, { action: 'notice' }, { signal });
  await finishEmpty(stream);
}

/** An answer is all that is wanted of it. */
async function finishEmpty(stream: LinkStream): Promise<void> {
  try {
    await stream.end();
    while ((await stream.read()) !== null) stream.reset(PTY_RESET_PROTOCOL);
  } catch {
    // The other side has ended it.
  }
}

async function readList<Entry>(
  session: Session,
  wish: Extract<TerminalParams, { action: 'list' | 'shared' }>,
  decode: (json: Uint8Array) => readonly Entry[],
  options: OpenTerminalOptions,
): Promise<readonly Entry[]> {
  const { stream } = await openStream(session, wish, options);
  try {
    const parser = new TargetMessageParser();
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      for (const message of parser.push(bytes)) {
        if (message.type !== 'listing') break;
        const listing = decode(message.json);
        await stream.end();
        return listing;
      }
    }
    throw new TerminalError('terminal.protocol', 'the listing did not come');
  } catch (error) {
    stream.reset(PTY_RESET_CANCELLED);
    throw error instanceof ClawReachError && !error.code.startsWith('format.')
      ? error
      : new TerminalError('terminal.protocol', 'the listing is not valid', { cause: error });
  }
}

function openParams(params: OpenTerminalParams): TerminalParams {
  const { cols, rows, term, command, directory, terminal, takeOver, view } = params;
  if (view === true) return parseTerminalParams({ action: 'view', terminal });
  if (terminal !== undefined) {
    const taking = takeOver === true ? { takeOver } : {};
    return parseTerminalParams({ action: 'attach', terminal, cols, rows, ...taking });
  }
  return parseTerminalParams({
    action: 'open',
    cols,
    rows,
    term,
    ...(command !== undefined && { command }),
    ...(directory !== undefined && { directory }),
  });
}

async function openStream(
  session: Session,
  params: TerminalParams,
  options: OpenTerminalOptions,
): Promise<Readonly<{ stream: OutgoingStream; reply: unknown }>> {
  const { signal, onWaiting } = options;
  const stream = session.open('pty', params, { priority: 'interactive', ...(signal === undefined ? {} : { signal }) });
  stream.onWaiting = () => {
    onWaiting?.();
  };
  try {
    return { stream, reply: await stream.opened };
  } catch (error) {
    throw refusedOpening(error);
  }
}

/** The error to throw for an OPEN that came to nothing: what the target said, where it said something. */
export function refusedOpening(error: unknown): unknown {
  if (!(error instanceof ClawReachError) || error.code !== 'link.refused') return error;
  const { code, message } = error.details;
  return new TerminalError(refusalCode(code), String(message ?? 'refused'), { cause: error });
}

/** The target's word for why, where it is one of those that speak of terminals: it must not pass for a finding of this device. */
function refusalCode(code: unknown): string {
  return typeof code === 'string' && /^(?:terminal|rights|link)\.[a-z-]{1,40}$/.test(code) ? code : 'terminal.protocol';
}
