import { assertNever } from '#shared/assert-never.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  cleanTitle,
  encodeListing,
  encodeTargetMessage,
  parseTerminalParams,
  RESET_HANG_UP,
  RESET_PROTOCOL,
  ViewerMessageParser,
} from '#shared/terminal/index.ts';
import type { TerminalErrorCode, TerminalParams, ViewerMessage } from '#shared/terminal/index.ts';
import type { AuditLog } from '../store/index.ts';
import type { ClosingMode, KeptTerminal, Pty, PtyBackend, PtyEvents, PtyRequest, TerminalLabel } from './backend.ts';
import { defaultShell, terminalEnvironment } from './environment.ts';
import type { ProgramStart, TerminalHome } from './environment.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';
import type { Viewer } from './viewer.ts';

export type TerminalLimits = Readonly<{ perPeer: number; total: number }>;
export const TERMINAL_LIMITS: TerminalLimits = { perPeer: 32, total: 256 };

export type TerminalServiceOptions = Readonly<{
  backend: PtyBackend;
  clock: Clock;
  logger: Logger;
  home: TerminalHome;
  /** What a peer may do here now. */
  decision(peerId: PeerId): RightDecision;
  /** 16 random bytes in hexadecimal. */
  createName(): string;
  limits?: Partial<TerminalLimits>;
  /** Instead of the user's login shell. */
  shell?: ProgramStart;
  /** Where it is kept who used this device, and when. */
  audit?: Pick<AuditLog, 'record'>;
}>;

export type TerminalPeer = Readonly<{ peerId: PeerId; name: string }>;

type OpenParams = Extract<TerminalParams, { action: 'open' }>;
type AttachParams = Extract<TerminalParams, { action: 'attach' }>;
type Opening = { readonly owner: PeerId; cancelled: boolean };

/**
 * The terminals of this device, for its peers. The caller has checked the right before `serve`, and calls `revoke` when it is taken back.
 * A terminal belongs to the peer id that opened it: for all others it does not exist.
 */
export class TerminalService {
  readonly #options: TerminalServiceOptions;
  readonly #limits: TerminalLimits;
  readonly #terminals = new Map<string, Terminal>();
  readonly #openings = new Set<Opening>();
  #closed = false;

  constructor(options: TerminalServiceOptions) {
    this.#options = options;
    this.#limits = { ...TERMINAL_LIMITS, ...options.limits };
  }

  /** Terminals that run, watched or not. */
  get count(): number {
    return this.#terminals.size;
  }

  /** Answers the stream and serves it to its end. Never rejects. */
  async serve(stream: IncomingStream, peer: TerminalPeer): Promise<void> {
    try {
      if (this.#closed) {
        stream.refuse('terminal.shutdown', 'the terminals are shut down');
        return;
      }
      await this.#serve(stream, parseTerminalParams(stream.params), peer);
    } catch (error) {
      this.#options.logger.debug('terminal refused', { errorCode: errorCode(error), peer: peer.peerId });
      const code = errorCode(error);
      stream.refuse(code, code === 'internal' ? 'internal error' : errorMessage(error).slice(0, 256));
    }
  }

  /** Ends what runs for this peer, and its streams, at once. */
  revoke(peerId: PeerId): void {
    this.#endAll('terminal.revoked', (owner) => owner === peerId);
  }

  /**
   * Takes up what an agent before has left, as far as its owner has the right now: granted, or still to be asked for each time. Everything
   * else is hung up.
   */
  async takeOver(): Promise<void> {
    await this.#options.backend.takeOver((kept, pty) => this.#takeUp(kept, pty));
  }

  /** All that runs would go on without this agent. */
  get lasts(): boolean {
    return this.#options.backend.lasts;
  }

  /** Ends everything and the backend, or, where that is possible, leaves what runs to the next agent. How many it has left. */
  async close(mode: ClosingMode = 'end'): Promise<number> {
    this.#closed = true;
    const keeps = mode === 'keep' && this.lasts;
    for (const opening of this.#openings) opening.cancelled = true;
    const left = keeps ? [...this.#terminals.values()].filter(({ hungUp }) => !hungUp) : [];
    for (const terminal of left) {
      this.#terminals.delete(terminal.terminal);
      terminal.leave();
    }
    this.#endAll('terminal.shutdown', () => true);
    await this.#options.backend.close(keeps ? 'keep' : 'end');
    return left.length;
  }

  #takeUp(kept: KeptTerminal, pty: Pty): PtyEvents | undefined {
    const { logger, audit } = this.#options;
    const { terminal, ownerName: name, startedAt, cols, rows } = kept;
    const owner = readPeerId(kept.owner);
    const decision = owner === undefined ? 'deny' : this.#options.decision(owner);
    const holds = decision === 'allow' || (decision === 'ask' && !kept.granted);
    if (owner === undefined || !holds || this.#closed || this.#terminals.has(terminal)) {
      logger.info('terminal of the agent before not taken over', { terminal, peer: kept.owner, decision });
      if (owner !== undefined)
        audit?.record('terminal.ended', { peer: owner, name, terminal, code: 'terminal.revoked', exitCode: null });
      return undefined;
    }
    const resumed = this.#create({ terminal, owner, title: kept.title, startedAt, cols, rows }, name);
    this.#terminals.set(terminal, resumed);
    logger.info('terminal taken over', { terminal, peer: owner, name, pid: pty.pid });
    resumed.resume(pty);
    return resumed;
  }

  #create(options: Omit<TerminalOptions, 'clock' | 'onEnd'>, ownerName: string): Terminal {
    const { clock, logger, audit } = this.#options;
    const { terminal, owner } = options;
    return new Terminal({
      ...options,
      clock,
      onEnd: ({ code, exitCode }) => {
        this.#terminals.delete(terminal);
        logger.info('terminal ended', { terminal, peer: owner });
        audit?.record('terminal.ended', { peer: owner, name: ownerName, terminal, code, exitCode });
      },
    });
  }

  #endAll(code: TerminalErrorCode, chosen: (owner: PeerId) => boolean): void {
    for (const opening of this.#openings) if (chosen(opening.owner)) opening.cancelled = true;
    for (const terminal of this.#terminals.values()) if (chosen(terminal.owner)) terminal.end(code);
  }

  async #serve(stream: IncomingStream, params: TerminalParams, peer: TerminalPeer): Promise<void> {
    switch (params.action) {
      case 'list':
        await this.#list(stream.accept(), peer.peerId);
        return;
      case 'attach':
        await this.#attach(stream, params, peer);
        return;
      case 'open':
        await this.#open(stream, params, peer);
        return;
      default:
        assertNever(params);
    }
  }

  async #list(stream: LinkStream, owner: PeerId): Promise<void> {
    const terminals = [...this.#terminals.values()].filter((terminal) => terminal.owner === owner);
    try {
      await stream.write(
        encodeTargetMessage({ type: 'listing', json: encodeListing(terminals.map(({ listing }) => listing)) }),
      );
      await stream.end();
      // Nothing is expected; the other direction has to be finished as well.
      while ((await stream.read()) !== null) stream.reset(RESET_PROTOCOL);
    } catch {
      // The asker has gone.
    }
  }

  async #attach(stream: IncomingStream, params: AttachParams, peer: TerminalPeer): Promise<void> {
    const terminal = this.#terminals.get(params.terminal);
    if (terminal === undefined || terminal.owner !== peer.peerId || terminal.hungUp) {
      stream.refuse('terminal.unknown', 'no such terminal');
      return;
    }
    if (stream.cancelled.aborted) return;
    const link = stream.accept({ terminal: terminal.terminal });
    this.#options.audit?.record('terminal.attached', {
      peer: peer.peerId,
      name: peer.name,
      terminal: terminal.terminal,
    });
    await this.#watch(terminal, terminal.attach(link, params.cols, params.rows));
  }

  async #open(stream: IncomingStream, params: OpenParams, peer: TerminalPeer): Promise<void> {
    const taken = [...this.#terminals.values(), ...this.#openings];
    if (
      taken.length >= this.#limits.total ||
      taken.filter(({ owner }) => owner === peer.peerId).length >= this.#limits.perPeer
    ) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    const { backend, clock, logger, audit } = this.#options;
    const opening: Opening = { owner: peer.peerId, cancelled: false };
    const label: TerminalLabel & { owner: PeerId } = {
      terminal: this.#options.createName(),
      owner: peer.peerId,
      ownerName: peer.name,
      title: cleanTitle(programName(params.command?.[0] ?? this.#shell.file)),
      startedAt: Math.max(0, Math.floor(clock.now())),
      granted: this.#options.decision(peer.peerId) === 'allow',
    };
    const name = label.terminal;
    const request = this.#request(params, label);
    const { cols, rows } = params;
    const terminal = this.#create({ ...label, cols, rows }, peer.name);
    this.#openings.add(opening);
    let link: LinkStream;
    let viewer: Viewer;
    try {
      const pty = await backend.open(request, terminal);
      if (opening.cancelled || stream.cancelled.aborted) {
        pty.mute();
        pty.hangUp();
        if (opening.cancelled) stream.refuse('terminal.revoked', 'the right was taken back');
        return;
      }
      link = stream.accept({ terminal: name });
      this.#terminals.set(name, terminal);
      logger.info('terminal opened', { terminal: name, peer: peer.peerId, name: peer.name, pid: pty.pid });
      audit?.record('terminal.opened', {
        peer: peer.peerId,
        name: peer.name,
        terminal: name,
        program: programName(request.file),
      });
      // May be over when this returns.
      viewer = terminal.start(pty, link);
    } finally {
      this.#openings.delete(opening);
    }
    await this.#watch(terminal, viewer);
  }

  get #shell(): ProgramStart {
    return this.#options.shell ?? defaultShell(this.#options.home);
  }

  #request(params: OpenParams, label: TerminalLabel): PtyRequest {
    const { home } = this.#options;
    const shell = this.#shell;
    const [file, ...args] = params.command ?? [shell.file, ...shell.args];
    return {
      label,
      file: file ?? shell.file,
      args,
      cwd: home.home,
      environment: terminalEnvironment(home, params.term, shell.file),
      cols: params.cols,
      rows: params.rows,
    };
  }

  /** Reads what the viewer sends until its stream is over. */
  async #watch(terminal: Terminal, viewer: Viewer): Promise<void> {
    const { stream } = viewer;
    const over = stream.closed.then((reason) => {
      if (reason !== 'finished' && isHangUp(reason)) terminal.hangUp();
      terminal.detach(viewer);
    });
    const parser = new ViewerMessageParser();
    try {
      for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
        for (const message of parser.push(bytes)) await act(terminal, viewer, message);
      // Gone without a word: as if it were lost.
      if (!terminal.hungUp && terminal.isWatchedBy(viewer)) leave(terminal, viewer);
    } catch (error) {
      if (errorCode(error).startsWith('format.')) {
        this.#options.logger.warn('terminal: bytes that are not our protocol', { peer: terminal.owner });
        stream.reset(RESET_PROTOCOL);
      }
    }
    await over;
  }
}

function isHangUp({ code, details }: ClawReachError): boolean {
  return code === 'link.reset' && details['remote'] === true && details['code'] === RESET_HANG_UP;
}

function leave(terminal: Terminal, viewer: Viewer): void {
  terminal.detach(viewer);
  viewer.finish({ exitCode: null, signal: null, code: null });
}

async function act(terminal: Terminal, viewer: Viewer, message: ViewerMessage): Promise<void> {
  // What is still on the way from a viewer that was sent away does not count.
  if (!terminal.isWatchedBy(viewer)) return;
  switch (message.type) {
    case 'input':
      await terminal.write(message.bytes);
      return;
    case 'resize':
      terminal.resize(message.cols, message.rows);
      return;
    case 'detach':
      leave(terminal, viewer);
      return;
    case 'close':
      terminal.hangUp();
      return;
    case 'end-of-input':
      await terminal.endInput();
      return;
    default:
      assertNever(message);
  }
}

function readPeerId(text: string): PeerId | undefined {
  try {
    return parsePeerId(text);
  } catch {
    return undefined;
  }
}

function programName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
