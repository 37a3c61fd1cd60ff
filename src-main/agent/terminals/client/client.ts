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
import type { GuestReport, SharedTerminal, TerminalListing, TerminalParams } from '#shared/terminal/index.ts';
import { StreamConnection, type TerminalConnection } from './connection.ts';

/** Longest time to the answer of a ping, ms; a peer that answers later counts as having been away. */
const ANSWER_WITHIN = 1000;
/** Pause between two pings of a peer that doesn't answer, ms. */
const PING_PAUSE = 50;

export type OpenTerminalParams = Readonly<{
  cols: number;
  rows: number;
  /** Value of `TERM` for the program. */
  term: string;
  /** Program and arguments instead of the login shell. */
  command?: readonly string[] | undefined;
  /** Working directory, a path at the peer; the home directory if it doesn't exist. */
  directory?: string | undefined;
  /** Shell instead of the login shell, by name or path. Ignored with `command`. */
  shell?: string | undefined;
  /** ID of a terminal to attach to, instead of opening a new one; `term` and `command` are then ignored. */
  terminal?: string | undefined;
  /** With `terminal`: attach even if another device of the same person is attached, which then loses the terminal. */
  takeOver?: boolean | undefined;
  /** With `terminal`: only view a terminal that another device shares. Size, `term` and input are ignored. */
  view?: boolean | undefined;
}>;

export type OpenTerminalOptions = Readonly<{
  /** Called when a person at the peer is asked for approval. */
  onWaiting?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Opens a terminal on a peer, attaches to a running one, or views a shared one, over an established session. The agent's app-API handlers use it,
 * `listTerminals` and `shareTerminal`; `SharedWithMe` uses `listShared`, and the terminals module `notifyShareChange`.
 * @throws {TerminalError} `terminal.params` for invalid parameters, `terminal.protocol` for an invalid reply, or the code with which the peer
 * refuses, such as `terminal.unknown` or `rights.denied`
 */
export async function openTerminal(
  session: Session,
  params: OpenTerminalParams,
  options: OpenTerminalOptions = {},
): Promise<TerminalConnection> {
  const { stream, reply } = await openAsKnown(session, params, options);
  try {
    const opened = parseOpenedReply(reply);
    const isAttaching = params.terminal !== undefined && params.view !== true;
    return new StreamConnection(stream, opened.terminal, {
      isAttaching,
      hasNoFolder: opened.noFolder === true,
      isView: params.view === true,
      answered: () => answerOf(session),
    });
  } catch (error) {
    stream.reset(PTY_RESET_CANCELLED);
    throw error;
  }
}

/**
 * Opens the stream. A peer of an older version rejects parameters that it doesn't know: it isn't asked about the folder then, and a wanted shell is an
 * error.
 */
async function openAsKnown(
  session: Session,
  params: OpenTerminalParams,
  options: OpenTerminalOptions,
): Promise<Readonly<{ stream: OutgoingStream; reply: unknown }>> {
  const full = openParams(params);
  try {
    return await openStream(session, full, options);
  } catch (error) {
    if (full.action !== 'open') throw error;
    if (errorCode(error) === 'terminal.shell-unknown')
      throw new TerminalError('terminal.shell-unknown', 'the peer has no such shell', {
        cause: error,
        details: { shell: full.shell ?? '' },
      });
    if (errorCode(error) !== 'terminal.params') throw error;
    const { tellFolder, shell, ...known } = full;
    if (tellFolder === undefined && shell === undefined) throw error;
    if (shell !== undefined)
      throw new TerminalError('terminal.shell-choice', 'the peer can start its login shell only', {
        cause: error,
        details: { shell },
      });
    return await openStream(session, known, options);
  }
}

/** Pings until the peer answers, even across outages. @throws {LinkError} when the session has ended */
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
    await new Promise((resolve) => AbortSignal.timeout(PING_PAUSE).addEventListener('abort', resolve, { once: true }));
  }
}

export type ListTerminalsOptions = Readonly<{
  /** Lists only terminals that this device shows now; the peer then asks no one for approval. */
  watched?: boolean;
  /**
   * Lists only the terminals and commands of this device, left ones too; the peer then asks no one. A peer of an older version knows no such list: it
   * fails with `rights.unasked`.
   */
  own?: boolean;
  /** With `watched` or `own`: also lists the program in the foreground and its folder, if the peer's version knows that. */
  folders?: boolean;
  /** Also lists commands that run without a terminal, if the peer's version knows them. */
  commands?: boolean;
  /** False if no person requested the list: the peer then asks no one for approval, and refuses with `rights.unasked` if the right is undecided. */
  ask?: boolean;
  /** Called when a person at the peer is asked for approval. */
  onWaiting?: () => void;
}>;

/** Lists the terminals of a peer to which this device may attach: its own, and those of other devices of the same person. @throws {TerminalError} */
export async function listTerminals(
  session: Session,
  signal?: AbortSignal,
  { watched = false, own = false, commands = false, folders = false, ask = true, onWaiting }: ListTerminalsOptions = {},
): Promise<readonly TerminalListing[]> {
  const more = { ...(commands && { commands }), ...(folders && { folders }) };
  if (own && !watched) return await listUnasked(session, { own, ...more }, signal);
  if (!ask && !watched) return await listUnasked(session, { ...(commands && { commands }), ask: false }, signal);
  // Commands have no window: `watched` lists terminals only.
  const attempts = watched
    ? [...(folders ? [{ programs: true, watched, folders }] : []), { programs: true, watched }]
    : [...(commands ? [{ programs: true, commands }] : []), { programs: true }, {}];
  for (const [index, attempt] of attempts.entries()) {
    try {
      return await readList(session, { action: 'list', ...attempt }, decodeListing, { signal, onWaiting });
    } catch (error) {
      // A peer of an older version rejects parameters that it doesn't know: try again with fewer.
      if (index === attempts.length - 1 || errorCode(error) !== 'terminal.params') throw error;
    }
  }
  return [];
}

async function listUnasked(
  session: Session,
  params: Readonly<{ own?: boolean; ask?: false; commands?: boolean; folders?: boolean }>,
  signal: AbortSignal | undefined,
): Promise<readonly TerminalListing[]> {
  try {
    return await readList(session, { action: 'list', programs: true, ...params }, decodeListing, { signal });
  } catch (error) {
    // A peer of an older version would ask its user: its answer to a list without these options must be requested by a person.
    if (errorCode(error) !== 'terminal.params') throw error;
    throw new TerminalError('rights.unasked', 'the other device can only list after asking its user', { cause: error });
  }
}

/** Lists the terminals of a peer that another device shares with this one. @throws {TerminalError} */
export async function listShared(session: Session, signal?: AbortSignal): Promise<readonly SharedTerminal[]> {
  return await readList(session, { action: 'shared' }, decodeShared, { signal });
}

/**
 * Shares a terminal that this device has at a peer with a third device as viewer, or ends that.
 * @throws {TerminalError} `terminal.share-refused` and others
 */
export async function shareTerminal(
  session: Session,
  request: Extract<TerminalParams, { action: 'share' | 'unshare' }>,
  signal?: AbortSignal,
): Promise<void> {
  const { stream } = await openStream(session, request, signal === undefined ? {} : { signal });
  await finishEmpty(stream);
}

/** Notifies a peer that the terminals shared with it have changed. @throws {TerminalError} */
export async function notifyShareChange(session: Session, signal: AbortSignal): Promise<void> {
  const { stream } = await openStream(session, { action: 'notice' }, { signal });
  await finishEmpty(stream);
}

/**
 * Reports to the peer that runs a terminal what happens to a share link of this device to it.
 * @throws {TerminalError} `terminal.params` from a peer of an older version, `terminal.unknown`
 */
export async function reportGuest(
  session: Session,
  terminal: string,
  report: GuestReport,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = await openStream(session, { action: 'guests', terminal, ...report }, { signal });
  await finishEmpty(stream);
}

/** Ends a stream that was opened only for its reply. */
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
  request: Extract<TerminalParams, { action: 'list' | 'shared' }>,
  decode: (json: Uint8Array) => readonly Entry[],
  options: OpenTerminalOptions,
): Promise<readonly Entry[]> {
  const { stream } = await openStream(session, request, options);
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
  const { cols, rows, term, command, directory, shell, terminal, takeOver, view } = params;
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
    ...(command === undefined && shell !== undefined && { shell }),
    ...(command === undefined && directory !== undefined && { tellFolder: true }),
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

/**
 * Converts the error of a refused stream into a `TerminalError` with the code that the peer named; returns any other error unchanged. Used for
 * terminals and for commands without one.
 */
export function refusedOpening(error: unknown): unknown {
  if (!(error instanceof ClawReachError) || error.code !== 'link.refused') return error;
  const { code, message, retryAfter } = error.details;
  return new TerminalError(refusalCode(code), String(message ?? 'refused'), {
    cause: error,
    ...(typeof retryAfter === 'number' && { details: { retryAfter } }),
  });
}

/** Returns the peer's error code if it is about terminals, rights or links; any other code could pass for an error of this device. */
function refusalCode(code: unknown): string {
  return typeof code === 'string' && /^(?:terminal|rights|link)\.[a-z-]{1,40}$/.test(code) ? code : 'terminal.protocol';
}
