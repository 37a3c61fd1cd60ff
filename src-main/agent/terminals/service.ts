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
import type {
  ClosingMode,
  KeptTerminal,
  LabelledDevice,
  Pty,
  PtyBackend,
  PtyEvents,
  PtyRequest,
  TerminalLabel,
} from './backend.ts';
import { defaultShell, terminalEnvironment } from './environment.ts';
import type { ProgramStart, TerminalHome } from './environment.ts';
import { Terminal, type TerminalDevice, type TerminalOptions } from './terminal.ts';
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
  /** Whether a person here has said that this is a device of the same person. */
  isOwn(peerId: PeerId): boolean;
  /** What a peer is called here; undefined when it is known no more. */
  nameOf(peerId: PeerId): string | undefined;
  /** 16 random bytes in hexadecimal. */
  createName(): string;
  limits?: Partial<TerminalLimits>;
  /** Instead of the user's login shell. */
  shell?: ProgramStart;
  /** Where it is kept who used this device, and when. */
  audit?: Pick<AuditLog, 'record'>;
}>;

export type TerminalPeer = TerminalDevice;

type OpenParams = Extract<TerminalParams, { action: 'open' }>;
type AttachParams = Extract<TerminalParams, { action: 'attach' }>;
type Opening = { readonly owner: TerminalDevice; cancelled: boolean };

/**
 * The terminals of this device, for its peers. The caller has checked the right before `serve`, and calls `revoke` when it is taken back.
 * A terminal belongs to the peer id that opened it, or took it over last. Besides that one, only devices of the same person may see it and
 * take it over: both of them marked so here. For all others it does not exist.
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
    this.#endAll('terminal.revoked', (owner) => owner.peerId === peerId);
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
    const { terminal, startedAt, cols, rows } = kept;
    const owner = readDevice(kept.owner);
    const decision = owner === undefined ? 'deny' : this.#options.decision(owner.peerId);
    const holds = decision === 'allow' || (decision === 'ask' && !kept.granted);
    if (owner === undefined || !holds || this.#closed || this.#terminals.has(terminal)) {
      logger.info('terminal of the agent before not taken over', { terminal, peer: kept.owner.peerId, decision });
      if (owner !== undefined)
        audit?.record('terminal.ended', {
          peer: owner.peerId,
          name: owner.name,
          terminal,
          code: 'terminal.revoked',
          exitCode: null,
        });
      return undefined;
    }
    // Who opened it only gives it a name.
    const opener = readDevice(kept.opener) ?? owner;
    const resumed = this.#create({ terminal, opener, owner, title: kept.title, startedAt, cols, rows });
    this.#terminals.set(terminal, resumed);
    logger.info('terminal taken over', { terminal, peer: owner.peerId, name: owner.name, pid: pty.pid });
    resumed.resume(pty);
    return resumed;
  }

  #create(options: Omit<TerminalOptions, 'clock' | 'onEnd'>): Terminal {
    const { clock, logger, audit } = this.#options;
    const { terminal } = options;
    const created: Terminal = new Terminal({
      ...options,
      clock,
      onEnd: ({ code, exitCode }) => {
        this.#terminals.delete(terminal);
        const { peerId: peer, name } = created.owner;
        logger.info('terminal ended', { terminal, peer });
        audit?.record('terminal.ended', { peer, name, terminal, code, exitCode });
      },
    });
    return created;
  }

  #endAll(code: TerminalErrorCode, chosen: (owner: TerminalDevice) => boolean): void {
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

  /** The name under which another device may take a terminal over now; undefined when it may not, or need not. */
  heldBy(name: string, peerId: PeerId): string | undefined {
    const terminal = this.#find(name, peerId);
    return terminal === undefined || terminal.owner.peerId === peerId ? undefined : this.#nameOf(terminal.owner);
  }

  /** The terminal, if it exists for this peer. The same is looked up whether there is such a terminal or not. */
  #find(name: string, peerId: PeerId): Terminal | undefined {
    const terminal = this.#terminals.get(name);
    const shares = this.#share(peerId, terminal?.owner.peerId ?? peerId);
    if (terminal === undefined || terminal.hungUp) return undefined;
    return terminal.owner.peerId === peerId || shares ? terminal : undefined;
  }

  /** A person here has marked both as devices of the same person. */
  #share(peerId: PeerId, owner: PeerId): boolean {
    return this.#options.isOwn(peerId) && this.#options.isOwn(owner);
  }

  #nameOf({ peerId, name }: TerminalDevice): string {
    return this.#options.nameOf(peerId) ?? name;
  }

  async #list(stream: LinkStream, peerId: PeerId): Promise<void> {
    const named = (device: TerminalDevice): string | null => (device.peerId === peerId ? null : this.#nameOf(device));
    // Its own come first, and all of them fit.
    const terminals = [...this.#terminals.values()]
      .filter(({ owner }) => owner.peerId === peerId || this.#share(peerId, owner.peerId))
      .toSorted((one, other) => Number(other.owner.peerId === peerId) - Number(one.owner.peerId === peerId))
      .map(({ listing, opener, owner }) => ({ ...listing, openedBy: named(opener), heldBy: named(owner) }));
    try {
      await stream.write(encodeTargetMessage({ type: 'listing', json: encodeListing(terminals) }));
      await stream.end();
      // Nothing is expected; the other direction has to be finished as well.
      while ((await stream.read()) !== null) stream.reset(RESET_PROTOCOL);
    } catch {
      // The asker has gone.
    }
  }

  async #attach(stream: IncomingStream, params: AttachParams, peer: TerminalPeer): Promise<void> {
    const terminal = this.#find(params.terminal, peer.peerId);
    if (terminal === undefined) {
      stream.refuse('terminal.unknown', 'no such terminal');
      return;
    }
    const takesOver = terminal.owner.peerId !== peer.peerId;
    if (takesOver && params.takeOver !== true) {
      stream.refuse('terminal.taken-over', 'another of your devices has this terminal now');
      return;
    }
    if (takesOver && this.#held(peer.peerId) >= this.#limits.perPeer) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    if (stream.cancelled.aborted) return;
    const link = stream.accept({ terminal: terminal.terminal });
    if (takesOver) this.#handOver(terminal, peer);
    else
      this.#options.audit?.record('terminal.attached', {
        peer: peer.peerId,
        name: peer.name,
        terminal: terminal.terminal,
      });
    await this.#watch(terminal, terminal.attach(link, params.cols, params.rows));
  }

  #handOver(terminal: Terminal, peer: TerminalPeer): void {
    const { logger, audit, decision } = this.#options;
    const { peerId: from, name: fromName } = terminal.owner;
    terminal.handOver(peer, decision(peer.peerId) === 'allow');
    logger.info('terminal taken over by another device', { terminal: terminal.terminal, peer: peer.peerId, from });
    audit?.record('terminal.taken-over', {
      peer: peer.peerId,
      name: peer.name,
      terminal: terminal.terminal,
      from,
      fromName,
    });
  }

  /** Terminals of this peer, also those that are being opened. */
  #held(peerId: PeerId): number {
    return [...this.#terminals.values(), ...this.#openings].filter(({ owner }) => owner.peerId === peerId).length;
  }

  async #open(stream: IncomingStream, params: OpenParams, peer: TerminalPeer): Promise<void> {
    const taken = this.#terminals.size + this.#openings.size;
    if (taken >= this.#limits.total || this.#held(peer.peerId) >= this.#limits.perPeer) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    const { backend, clock, logger, audit } = this.#options;
    const opening: Opening = { owner: peer, cancelled: false };
    const label: TerminalLabel & Readonly<{ opener: TerminalDevice; owner: TerminalDevice }> = {
      terminal: this.#options.createName(),
      opener: peer,
      owner: peer,
      title: cleanTitle(programName(params.command?.[0] ?? this.#shell.file)),
      startedAt: Math.max(0, Math.floor(clock.now())),
      granted: this.#options.decision(peer.peerId) === 'allow',
    };
    const name = label.terminal;
    const request = this.#request(params, label);
    const { cols, rows } = params;
    const terminal = this.#create({ ...label, cols, rows });
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
      // Who was sent away ends nothing: another device may have it now.
      if (reason !== 'finished' && isHangUp(reason) && terminal.isWatchedBy(viewer)) terminal.hangUp();
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
        this.#options.logger.warn('terminal: bytes that are not our protocol', { peer: terminal.owner.peerId });
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

function readDevice({ peerId, name }: LabelledDevice): TerminalDevice | undefined {
  try {
    return { peerId: parsePeerId(peerId), name };
  } catch {
    return undefined;
  }
}

function programName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
