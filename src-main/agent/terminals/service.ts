import { assertNever } from '#shared/assert-never.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import {
  cleanTitle,
  encodeListing,
  encodeTargetMessage,
  parseTerminalParams,
  RESET_PROTOCOL,
  type TerminalErrorCode,
  type TerminalParams,
} from '#shared/terminal/index.ts';
import type { ClosingMode, KeptTerminal, LabelledDevice, Pty, PtyEvents, TerminalLabel } from './backend.ts';
import { defaultShell, type ProgramStart } from './environment.ts';
import { HistoryEntries } from './history-entries.ts';
import { listingOf } from './listing.ts';
import { programName, ptyRequest, type OpenParams } from './pty-request.ts';
import { serveViewer } from './serve-viewer.ts';
import {
  TERMINAL_LIMITS,
  type ServedTerminal,
  type TerminalLimits,
  type TerminalPeer,
  type TerminalServiceOptions,
} from './service-options.ts';
import { Sharing } from './sharing.ts';
import { Terminal, type TerminalDevice, type TerminalOptions } from './terminal.ts';
import type { Viewer } from './viewer.ts';

type AttachParams = Extract<TerminalParams, { action: 'attach' }>;
type ListParams = Extract<TerminalParams, { action: 'list' }>;
type Opening = { readonly owner: TerminalDevice; cancelled: boolean };

/** As many as may run. */
const REVOKED_KEPT = TERMINAL_LIMITS.total;

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
  /** Those that ended with the right, newest last, for peers that missed that end. */
  readonly #revoked = new Map<string, PeerId>();
  /** Who only looks on. */
  readonly sharing: Sharing;
  readonly #entries: HistoryEntries;
  #closed = false;

  constructor(options: TerminalServiceOptions) {
    this.#options = options;
    this.#entries = new HistoryEntries(options.history);
    this.#limits = { ...TERMINAL_LIMITS, ...options.limits };
    this.sharing = new Sharing({
      ...options,
      viewDecision: (peerId) => options.viewDecision?.(peerId) ?? 'deny',
      find: (name) => this.#terminals.get(name),
      all: () => [...this.#terminals.values()],
    });
  }

  get #shell(): ProgramStart {
    return this.#options.shell ?? defaultShell(this.#options.home);
  }

  /** Terminals that run, watched or not. */
  get count(): number {
    return this.#terminals.size;
  }

  /** Whether an entry of the history is of a terminal that runs. */
  runs(entry: string): boolean {
    return this.#entries.runs(entry);
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
    for (const { terminal, owner, hungUp } of this.#terminals.values())
      if (owner.peerId === peerId && !hungUp) this.#rememberRevoked(terminal, peerId);
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
      if (owner !== undefined && !holds) this.#rememberRevoked(terminal, owner.peerId);
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
    this.#entries.resume(terminal, owner);
    return resumed;
  }

  #create(options: Omit<TerminalOptions, 'clock' | 'onEnd'>): Terminal {
    const { clock, logger, audit } = this.#options;
    const { terminal } = options;
    const created: Terminal = new Terminal({
      ...options,
      clock,
      record: (cols, rows) => this.#options.record?.(options.owner, options.title, cols, rows),
      onEnd: ({ code, exitCode, signal }) => {
        this.#terminals.delete(terminal);
        for (const { peerId } of created.audience.sharedWith) this.#options.onShared?.(peerId);
        const { peerId: peer, name } = created.owner;
        logger.info('terminal ended', { terminal, peer });
        audit?.record('terminal.ended', { peer, name, terminal, code, exitCode });
        this.#entries.end(terminal, code ?? signal ?? (exitCode === null ? null : `exit ${exitCode}`));
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
        await this.#list(stream.accept(), params, peer.peerId);
        return;
      case 'attach':
        await this.#attach(stream, params, peer);
        return;
      case 'open':
        await this.#open(stream, params, peer);
        return;
      case 'view':
      case 'shared':
      case 'share':
      case 'unshare':
      case 'notice':
        await this.sharing.serve(stream, params, peer);
        return;
      default:
        assertNever(params);
    }
  }

  /** Whose terminal it is, where it is shared with this peer. */
  holderOf(terminal: string, peerId: PeerId): string | undefined {
    return this.sharing.holderOf(terminal, peerId);
  }

  /** It may look on no more. */
  revokeView(peerId: PeerId, decision: RightDecision): void {
    this.sharing.revoke(peerId, decision);
  }

  /** A peer shares something with this device, or no more. */
  noticed(peerId: PeerId): void {
    this.#options.onNoticed?.(peerId);
  }

  /** What runs here for peers, and who looks on at it; oldest first. */
  get served(): readonly ServedTerminal[] {
    return [...this.#terminals.values()]
      .filter(({ hungUp }) => !hungUp)
      .map(({ listing, owner, audience }) => ({
        ...listing,
        peerId: owner.peerId,
        peerName: this.#nameOf(owner),
        viewers: audience.state,
      }));
  }

  /** The name under which another device may take a terminal over now; undefined when it may not, or need not. */
  heldBy(name: string, peerId: PeerId): string | undefined {
    const terminal = this.#find(name, peerId);
    return terminal === undefined || terminal.owner.peerId === peerId ? undefined : this.#nameOf(terminal.owner);
  }

  /** Whether it was this peer's and ended when the right was taken back; the last {@link REVOKED_KEPT} of all peers are known. */
  wasRevoked(terminal: string, peerId: PeerId): boolean {
    return this.#revoked.get(terminal) === peerId;
  }

  #rememberRevoked(terminal: string, peerId: PeerId): void {
    this.#revoked.set(terminal, peerId);
    const [oldest] = this.#revoked.keys();
    if (oldest !== undefined && this.#revoked.size > REVOKED_KEPT) this.#revoked.delete(oldest);
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

  async #list(stream: LinkStream, { programs, watched = false }: ListParams, peerId: PeerId): Promise<void> {
    const { foreground: read } = this.#options;
    const pids = programs === true ? this.#listed(peerId, watched).flatMap(({ pid }) => pid ?? []) : undefined;
    const foreground = pids === undefined ? undefined : await read?.(pids);
    // What was taken back while that was read is told no more.
    const terminals = this.#listed(peerId, watched).map((terminal) =>
      listingOf(terminal, {
        peerId,
        nameOf: (device) => this.#nameOf(device),
        shell: programName(this.#shell.file),
        foreground,
      }),
    );
    try {
      await stream.write(encodeTargetMessage({ type: 'listing', json: encodeListing(terminals) }));
      await stream.end();
      // Nothing is expected; the other direction has to be finished as well.
      while ((await stream.read()) !== null) stream.reset(RESET_PROTOCOL);
    } catch {
      // The asker has gone.
    }
  }

  /** Those that a peer may know of; its own come first, and all of them fit into a listing. */
  #listed(peerId: PeerId, isWatched: boolean): readonly Terminal[] {
    if (this.#options.decision(peerId) === 'deny') return [];
    return [...this.#terminals.values()]
      .filter(({ owner }) => owner.peerId === peerId || (!isWatched && this.#share(peerId, owner.peerId)))
      .filter(({ listing, hungUp }) => !isWatched || (listing.attached && !hungUp))
      .toSorted((one, other) => Number(other.owner.peerId === peerId) - Number(one.owner.peerId === peerId));
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
    await serveViewer(terminal, terminal.attach(link, params.cols, params.rows), this.#options.logger);
  }

  #handOver(terminal: Terminal, peer: TerminalPeer): void {
    const { logger, audit, decision } = this.#options;
    const { peerId: from, name: fromName } = terminal.owner;
    // What the one before has shared is not the next one's wish.
    this.sharing.unshare(terminal.terminal, undefined, undefined);
    terminal.handOver(peer, decision(peer.peerId) === 'allow');
    this.#entries.end(terminal.terminal, 'taken-over');
    this.#entries.begin(terminal.terminal, peer, terminal.listing.title);
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
    const { backend, clock, home, logger, audit } = this.#options;
    const shell = this.#shell;
    const opening: Opening = { owner: peer, cancelled: false };
    const label: TerminalLabel & Readonly<{ opener: TerminalDevice; owner: TerminalDevice }> = {
      terminal: this.#options.createName(),
      opener: peer,
      owner: peer,
      title: cleanTitle(programName(params.command?.[0] ?? shell.file)),
      startedAt: Math.max(0, Math.floor(clock.now())),
      granted: this.#options.decision(peer.peerId) === 'allow',
    };
    const name = label.terminal;
    const request = ptyRequest(home, shell, params, label);
    const { cols, rows } = params;
    const terminal = this.#create({ ...label, isCommand: params.command !== undefined, cols, rows });
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
      this.#entries.begin(name, peer, programName(request.file));
      // May be over when this returns.
      viewer = terminal.start(pty, link);
    } finally {
      this.#openings.delete(opening);
    }
    await serveViewer(terminal, viewer, logger);
  }
}

function readDevice({ peerId, name }: LabelledDevice): TerminalDevice | undefined {
  try {
    return { peerId: parsePeerId(peerId), name };
  } catch {
    return undefined;
  }
}
