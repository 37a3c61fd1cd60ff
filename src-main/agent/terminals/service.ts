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
  PTY_RESET_CANCELLED,
  type GuestReport,
  type TerminalParams,
} from '#shared/terminal/index.ts';
import { replyAndClose } from './viewers/reply-and-close.ts';
import type {
  ClosingMode,
  DetachedTerminal,
  LabelledDevice,
  Pty,
  PtyEvents,
  TerminalLabel,
} from './pty-host/backend.ts';
import { defaultShell, type ShellCommand } from './process/environment.ts';
import { requestedShell } from './process/requested-shell.ts';
import { TerminalJournal } from './journal.ts';
import { listingOf } from './listing.ts';
import { programName, ptyRequest, realFile, realFolder, type OpenParams } from './pty-host/pty-request.ts';
import { RevokedTerminals } from './revoked-terminals.ts';
import { serveHolder } from './viewers/serve-holder.ts';
import {
  TERMINAL_LIMITS,
  type ServedTerminal,
  type TerminalPeer,
  type TerminalServiceOptions,
} from './service-options.ts';
import type { SharedTerminalAccess } from './viewers/guest-access.ts';
import { Sharing } from './viewers/sharing.ts';
import { Terminal, type TerminalDevice, type TerminalOptions } from './terminal.ts';
import { TerminalTable } from './terminal-table.ts';
import type { HolderStream } from './viewers/holder-stream.ts';

type AttachParams = Extract<TerminalParams, { action: 'attach' }>;
type ListParams = Extract<TerminalParams, { action: 'list' }>;

/**
 * Service for terminals that peers have on this device: opens, attaches, lists and ends them, takes over those of the previous agent, writes to audit
 * log and history, and records terminals if wanted. `StreamGate` checks the right before it calls `serve`, and calls `revoke` when it is taken back.
 * {@link TerminalTable} decides which peer sees which terminal.
 */
export class TerminalService {
  readonly #options: TerminalServiceOptions;
  readonly #table: TerminalTable;
  readonly #revoked = new RevokedTerminals();
  /** Sharing of these terminals with viewers. */
  readonly sharing: Sharing;
  readonly #journal: TerminalJournal;
  #closed = false;

  constructor(options: TerminalServiceOptions) {
    this.#options = options;
    this.#journal = new TerminalJournal(options);
    this.#table = new TerminalTable(options, { ...TERMINAL_LIMITS, ...options.limits });
    this.sharing = new Sharing({
      ...options,
      viewDecision: (peerId) => options.viewDecision?.(peerId) ?? 'deny',
      find: (name) => this.#table.get(name),
      all: () => this.#table.all,
    });
  }

  get #shell(): ShellCommand {
    return this.#options.shell ?? defaultShell(this.#options.home);
  }

  /** Account, home directory and shell of a terminal whose request names none. */
  get defaults(): Readonly<{ user: string; home: string; shell: string }> {
    const { username: user, home } = this.#options.home;
    return { user, home, shell: this.#shell.file };
  }

  /** Resolvers of folders and files, the same as when a program is started. */
  readonly real = { folder: realFolder, file: realFile };

  /** Number of running terminals, attached or not. */
  get count(): number {
    return this.#table.size;
  }

  /** Tells whether a history entry belongs to a running terminal. */
  runs(entry: string): boolean {
    return this.#journal.runs(entry);
  }

  /** Returns the running terminal with this ID for guests of a share link; undefined if there is none. */
  forGuests(terminal: string): SharedTerminalAccess | undefined {
    const found = this.#table.get(terminal);
    if (found === undefined || found.hungUp) return undefined;
    return {
      title: found.listing.title,
      audience: found.audience,
      write: async (bytes) => {
        found.applyRequestedSize();
        await found.input.write(bytes);
      },
    };
  }

  /** Records what happens to a share link of this device to one of these terminals. */
  noteGuest(terminal: string, report: GuestReport): void {
    this.sharing.guests.take(terminal, this.#table.get(terminal), report, undefined);
  }

  /** Answers a stream and serves it until it ends. Never rejects. */
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

  /** Ends the peer's terminals and their streams at once, and the programs that its terminals have left in the background. */
  revoke(peerId: PeerId): void {
    const held = this.#table.all.filter(({ owner }) => owner.peerId === peerId);
    for (const { terminal, hungUp } of held) if (!hungUp) this.#revoked.remember(terminal, peerId);
    this.#options.sessions?.revoke(
      peerId,
      held.flatMap(({ pid }) => pid ?? []),
    );
    this.#table.end('terminal.revoked', (owner) => owner.peerId === peerId);
  }

  /** Takes over the terminals of the previous agent whose holders still have the right: granted, or asked for each time. Hangs up all others. */
  async takeOver(): Promise<void> {
    await this.#options.backend.takeOver((detached, pty) => this.#adopt(detached, pty));
  }

  /** True if all running terminals can outlive this agent. */
  get lasts(): boolean {
    return this.#options.backend.lasts;
  }

  /**
   * Ends all terminals and the backend, or leaves the terminals to the next agent where that is possible.
   * @returns the number of terminals left
   * running
   */
  async close(mode: ClosingMode = 'end'): Promise<number> {
    this.#closed = true;
    const keeps = mode === 'keep' && this.lasts;
    const left = keeps ? this.#table.all.filter(({ hungUp }) => !hungUp) : [];
    for (const terminal of left) {
      this.#table.remove(terminal);
      terminal.leave();
    }
    this.#table.end('terminal.shutdown', () => true);
    await this.#options.backend.close(keeps ? 'keep' : 'end');
    await this.#options.sessions?.close();
    return left.length;
  }

  #adopt(detached: DetachedTerminal, pty: Pty): PtyEvents | undefined {
    const { terminal, startedAt, cols, rows } = detached;
    const owner = readDevice(detached.owner);
    const decision = owner === undefined ? 'deny' : this.#options.decision(owner.peerId);
    const holds = decision === 'allow' || (decision === 'ask' && !detached.granted);
    if (owner === undefined || !holds || this.#closed || this.#table.get(terminal) !== undefined) {
      if (owner !== undefined && !holds) {
        this.#revoked.remember(terminal, owner.peerId);
        this.#options.sessions?.revoke(owner.peerId, [pty.pid]);
      }
      this.#journal.notResumed(detached, owner, decision);
      return undefined;
    }
    // The opener is only shown by name.
    const opener = readDevice(detached.opener) ?? owner;
    const resumed = this.#create({ terminal, opener, owner, title: detached.title, startedAt, cols, rows });
    this.#table.add(resumed);
    resumed.resume(pty, detached.left);
    this.#journal.resumed(resumed, pty.pid);
    return resumed;
  }

  #create(options: Omit<TerminalOptions, 'clock' | 'onEnd'>): Terminal {
    const { clock } = this.#options;
    const created: Terminal = new Terminal({
      ...options,
      clock,
      record: (cols, rows) => this.#options.record?.(options.owner, options.title, cols, rows),
      onEnd: (end) => {
        this.#table.remove(created);
        const { owner, pid } = created;
        const isStopped = end.code === 'terminal.revoked' || end.code === 'terminal.stopped';
        if (pid !== undefined && !isStopped && !this.#closed)
          this.#options.sessions?.ended(owner.peerId, pid, end.code === null);
        for (const { peerId } of created.audience.sharedWith) this.#options.onShared?.(peerId);
        this.#journal.ended(created, end);
      },
    });
    return created;
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
      case 'guests':
        await this.sharing.serve(stream, params, peer);
        return;
      default:
        assertNever(params);
    }
  }

  /** Returns the title of a terminal that this peer may attach to or view. */
  titleOf(terminal: string, peerId: PeerId): string | undefined {
    const isShared = this.sharing.holderOfShared(terminal, peerId) !== undefined;
    return (isShared ? this.#table.get(terminal) : this.#table.find(terminal, peerId))?.listing.title;
  }

  /** Returns the name of the holder of a terminal that is shared with this peer. */
  holderOfShared(terminal: string, peerId: PeerId): string | undefined {
    return this.sharing.holderOfShared(terminal, peerId);
  }

  /** Ends the peer's viewing after its right `view` has changed. */
  revokeView(peerId: PeerId, decision: RightDecision): void {
    this.sharing.revoke(peerId, decision);
  }

  /** Ends a terminal at once, with the programs that it has in the background. The peer's right stays. @returns false if no such terminal runs here */
  stop(name: string): boolean {
    const terminal = this.#table.get(name);
    if (terminal === undefined || terminal.hungUp) return false;
    if (terminal.pid !== undefined) this.#options.sessions?.stop(terminal.owner.peerId, terminal.pid);
    terminal.end('terminal.stopped');
    return true;
  }

  /** Handles a peer's notification that the terminals it shares with this device have changed. */
  sharesChanged(peerId: PeerId): void {
    this.#options.onNoticed?.(peerId);
  }

  /** Returns the terminals that run here for peers, with their viewers; oldest first. */
  get served(): readonly ServedTerminal[] {
    return this.#table.all
      .filter(({ hungUp }) => !hungUp)
      .map(({ listing, owner, audience, endsAt }) => ({
        ...listing,
        peerId: owner.peerId,
        peerName: this.#nameOf(owner),
        viewers: audience.state,
        ...(endsAt !== undefined && { endsAt }),
      }));
  }

  /** Returns the programs in the foreground of the running terminals by terminal ID, as far as the system tells them. */
  async programs(): Promise<ReadonlyMap<string, string>> {
    const pids = this.#table.all.flatMap(({ pid }) => pid ?? []);
    const fronts = await this.#options.foreground?.(pids);
    return new Map(
      this.#table.all.flatMap(({ terminal, pid }): (readonly [string, string])[] => {
        const front = pid === undefined ? undefined : fronts?.get(pid);
        return front === undefined ? [] : [[terminal, front.name]];
      }),
    );
  }

  /**
   * Returns the working directory of the program in the foreground of a terminal that this peer holds, as the system tells it; never what a program
   * says. Undefined for any other terminal, and if the system doesn't tell it.
   */
  async folderOf(name: string, peerId: PeerId): Promise<string | undefined> {
    const terminal = this.#table.find(name, peerId);
    if (terminal?.pid === undefined || terminal.owner.peerId !== peerId || this.#options.decision(peerId) === 'deny')
      return undefined;
    const { pid } = terminal;
    return (await this.#options.foreground?.([pid]))?.get(pid)?.folder;
  }

  /**
   * Returns the name of the current holder of a terminal that this peer may take over; undefined if the peer can't see the terminal or already holds
   * it.
   */
  holderToTakeOverFrom(name: string, peerId: PeerId): string | undefined {
    const terminal = this.#table.find(name, peerId);
    return terminal === undefined || terminal.owner.peerId === peerId ? undefined : this.#nameOf(terminal.owner);
  }

  /** Tells whether the peer held this terminal until its right was revoked; only the latest of all peers are remembered. */
  wasRevoked(terminal: string, peerId: PeerId): boolean {
    return this.#revoked.has(terminal, peerId);
  }

  #nameOf({ peerId, name }: TerminalDevice): string {
    return this.#options.nameOf(peerId) ?? name;
  }

  /** Tells whether one more terminal or command may run for this peer. */
  hasRoomFor(peerId: PeerId): boolean {
    return this.#table.hasRoomFor(peerId);
  }

  async #list(
    stream: LinkStream,
    { programs, watched = false, own = false, commands, folders }: ListParams,
    peerId: PeerId,
  ): Promise<void> {
    const { foreground: read } = this.#options;
    const scope = watched ? 'watched' : own ? 'own' : 'all';
    const pids = programs === true ? this.#table.knownTo(peerId, scope).flatMap(({ pid }) => pid ?? []) : undefined;
    const foreground = pids === undefined ? undefined : await read?.(pids);
    // Lists again: a right may have been revoked in the meantime.
    const terminals = this.#table.knownTo(peerId, scope).map((terminal) =>
      listingOf(terminal, {
        peerId,
        nameOf: (device) => this.#nameOf(device),
        shell: programName(this.#shell.file),
        foreground,
        home: folders === true && scope !== 'all' ? this.#options.home.home : undefined,
      }),
    );
    const running = commands === true ? (this.#options.commands?.listedFor(peerId) ?? []) : [];
    await replyAndClose(
      stream,
      encodeTargetMessage({ type: 'listing', json: encodeListing([...terminals, ...running]) }),
    );
  }

  async #attach(stream: IncomingStream, params: AttachParams, peer: TerminalPeer): Promise<void> {
    const terminal = this.#table.find(params.terminal, peer.peerId);
    if (terminal === undefined) {
      stream.refuse('terminal.unknown', 'no such terminal');
      return;
    }
    const takesOver = terminal.owner.peerId !== peer.peerId;
    if (takesOver && params.takeOver !== true) {
      stream.refuse('terminal.taken-over', 'another of your devices has this terminal now');
      return;
    }
    if (takesOver && !this.#table.mayHaveMore(peer.peerId)) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    if (stream.cancelled.aborted) return;
    const link = stream.accept({ terminal: terminal.terminal });
    if (takesOver) this.#changeHolder(terminal, peer);
    else this.#journal.attached(terminal, peer);
    await serveHolder(terminal, terminal.attach(link, params.cols, params.rows), this.#options.logger);
    this.sharing.guests.lost(terminal.terminal, peer.peerId);
  }

  #changeHolder(terminal: Terminal, peer: TerminalPeer): void {
    const before = terminal.owner;
    // The new holder didn't choose the viewers of the previous one.
    this.sharing.unshare(terminal.terminal, undefined, undefined);
    terminal.setOwner(peer, this.#options.decision(peer.peerId) === 'allow');
    this.#journal.takenOver(terminal, before);
  }

  async #open(stream: IncomingStream, params: OpenParams, peer: TerminalPeer): Promise<void> {
    if (!this.#table.hasRoomFor(peer.peerId)) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    const { backend, clock, home, logger, version } = this.#options;
    const shell = params.shell === undefined ? this.#shell : requestedShell(params.shell, home);
    const label: TerminalLabel & Readonly<{ opener: TerminalDevice; owner: TerminalDevice }> = {
      terminal: this.#options.createId(),
      opener: peer,
      owner: peer,
      title: cleanTitle(programName(params.command?.[0] ?? shell.file)),
      startedAt: Math.max(0, Math.floor(clock.now())),
      granted: this.#options.decision(peer.peerId) === 'allow',
      left: false,
    };
    const name = label.terminal;
    const request = ptyRequest(home, shell, params, label, version);
    const { cols, rows } = params;
    const terminal = this.#create({ ...label, isCommand: params.command !== undefined, cols, rows });
    const opening = this.#table.opening(peer);
    let pty: Pty | undefined;
    let link: LinkStream | undefined;
    let holder: HolderStream | undefined;
    try {
      pty = await backend.open(request, terminal);
      if (opening.isCancelled || stream.cancelled.aborted) {
        if (opening.isCancelled) this.#options.sessions?.revoke(peer.peerId, [pty.pid]);
        if (opening.isCancelled) stream.refuse('terminal.revoked', 'the right was taken back');
        return;
      }
      const isMissing =
        params.tellFolder === true && params.directory !== undefined && realFolder(params.directory) === undefined;
      link = stream.accept({ terminal: name, ...(isMissing && { noFolder: true as const }) });
      this.#table.add(terminal);
      this.#journal.opened(terminal, request, this.#options.home.username, pty.pid);
      // The terminal may have ended when this returns.
      holder = terminal.start(pty, link);
    } finally {
      this.#table.opened(opening);
      if (holder === undefined) this.#abandon(terminal, pty, link);
    }
    await serveHolder(terminal, holder, logger);
    this.sharing.guests.lost(name, peer.peerId);
  }

  /** Ends a terminal whose opening was cancelled or failed. */
  #abandon(terminal: Terminal, pty: Pty | undefined, link: LinkStream | undefined): void {
    pty?.mute();
    pty?.hangUp();
    link?.reset(PTY_RESET_CANCELLED);
    if (this.#table.get(terminal.terminal) === terminal) terminal.end('terminal.spawn');
    else terminal.leave();
  }
}

function readDevice({ peerId, name }: LabelledDevice): TerminalDevice | undefined {
  try {
    return { peerId: parsePeerId(peerId), name };
  } catch {
    return undefined;
  }
}
