import { assertNever } from '#shared/assert-never.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  encodeShared,
  encodeTargetMessage,
  PTY_RESET_PROTOCOL,
  ViewerMessageParser,
  TerminalError,
} from '#shared/terminal/index.ts';
import type { SharedTerminal, TerminalEnd, TerminalErrorCode, TerminalParams } from '#shared/terminal/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import { GuestLog, type GuestLogOptions } from './guest-log.ts';
import { replyAndClose } from './reply-and-close.ts';
import type { Terminal, TerminalDevice } from '../terminal.ts';
import type { ViewerStream } from './viewer-stream.ts';

export type SharingOptions = Readonly<{
  logger: Logger;
  find(terminal: string): Terminal | undefined;
  all(): readonly Terminal[];
  viewDecision(peerId: PeerId): RightDecision;
  nameOf(peerId: PeerId): string | undefined;
  onShared?(peerId: PeerId): void;
  audit?: Pick<AuditLog, 'record'>;
  history?: Pick<PeerHistory, 'begin' | 'end'> & GuestLogOptions['history'];
}>;

type SharingParams = Extract<TerminalParams, { action: 'view' | 'shared' | 'share' | 'unshare' | 'notice' | 'guests' }>;

/**
 * Sharing of this device's terminals with viewers. The holder of a terminal, or the person at this device, shares it with other peers of this device
 * that may have the right `view`. `StreamGate` checks the rights before a stream comes here; `revoke` is called when they change. Sharing is kept in
 * memory only. Writes to audit log and history. `onShared` notifies the peers concerned.
 */
export class Sharing {
  readonly #options: SharingOptions;
  /** Guests of share links to these terminals. */
  readonly guests: GuestLog;

  constructor(options: SharingOptions) {
    this.#options = options;
    this.guests = new GuestLog(options);
  }

  /** Serves a stream of a peer that views, lists, shares or unshares terminals, announces that its own shares have changed, or reports its guests. */
  async serve(stream: IncomingStream, params: SharingParams, peer: TerminalDevice): Promise<void> {
    switch (params.action) {
      case 'view':
        await this.#view(stream, params.terminal, peer);
        return;
      case 'shared':
        await this.#list(stream, peer.peerId);
        return;
      case 'share':
        this.share(params.terminal, params.peer as PeerId, peer.peerId);
        await replyAndClose(stream.accept({}));
        return;
      case 'unshare':
        this.unshare(params.terminal, params.peer as PeerId | undefined, peer.peerId);
        await replyAndClose(stream.accept({}));
        return;
      case 'notice':
        // The stream gate has already passed the notification on.
        await replyAndClose(stream.accept({}));
        return;
      case 'guests': {
        const { action: _action, terminal, ...report } = params;
        this.guests.take(terminal, this.#require(terminal, peer.peerId), report, peer);
        await replyAndClose(stream.accept({}));
        return;
      }
      default:
        assertNever(params);
    }
  }

  /** Returns the name of the holder of a terminal that is shared with this peer. */
  holderOfShared(terminal: string, peerId: PeerId): string | undefined {
    const found = this.#options.find(terminal);
    return found?.audience.isSharedWith(peerId) === true && !found.hungUp ? this.#nameOf(found.owner) : undefined;
  }

  /**
   * Shares a terminal with a peer.
   * @param holder peer that requests this, which must hold the terminal; undefined for the person at this device
   * @throws {TerminalError} `terminal.unknown`, `terminal.share-refused`, `terminal.too-many-viewers`
   */
  share(terminal: string, peerId: PeerId, holder: PeerId | undefined): void {
    const { viewDecision, nameOf, audit, onShared } = this.#options;
    const found = this.#require(terminal, holder);
    const name = nameOf(peerId);
    // One answer for a peer that is unknown, forgotten, denied or the holder itself: no one learns who is paired with this device.
    if (name === undefined || viewDecision(peerId) === 'deny' || peerId === found.owner.peerId)
      throw new TerminalError('terminal.share-refused', 'this device does not let that peer view terminals');
    if (!found.audience.share({ peerId, name }))
      throw new TerminalError('terminal.too-many-viewers', 'it is shared with too many');
    const { peerId: peer, name: ownerName } = found.owner;
    audit?.record('terminal.shared', { peer, name: ownerName, terminal, with: peerId, withName: name });
    onShared?.(peerId);
  }

  /**
   * Stops sharing a terminal with a peer.
   * @param peerId undefined stops sharing with all peers
   * @param holder as for `share`
   * @throws {TerminalError} `terminal.unknown`
   */
  unshare(terminal: string, peerId: PeerId | undefined, holder: PeerId | undefined): void {
    this.#stop(this.#require(terminal, holder), peerId, 'terminal.unshared');
  }

  /**
   * Ends the peer's viewing streams at once, after its right `view` has changed. With `deny`, sharing ends too; with `ask`, the peer may request to
   * view again.
   */
  revoke(peerId: PeerId, decision: RightDecision): void {
    for (const terminal of this.#options.all()) {
      if (decision === 'deny') this.#stop(terminal, peerId, 'terminal.revoked');
      else terminal.audience.cut(peerId, ending('terminal.revoked'));
    }
  }

  #stop(terminal: Terminal, peerId: PeerId | undefined, code: TerminalErrorCode): void {
    const { audit, onShared } = this.#options;
    const { peerId: peer, name } = terminal.owner;
    for (const gone of terminal.audience.unshare(peerId, ending(code))) {
      audit?.record('terminal.unshared', {
        peer,
        name,
        terminal: terminal.terminal,
        with: gone.peerId,
        withName: gone.name,
        code,
      });
      onShared?.(gone.peerId);
    }
  }

  async #view(stream: IncomingStream, terminal: string, peer: TerminalDevice): Promise<void> {
    const found = this.#options.find(terminal);
    if (found === undefined || found.hungUp || !found.audience.isSharedWith(peer.peerId)) {
      stream.refuse('terminal.unknown', 'no such terminal');
      return;
    }
    if (!found.audience.hasRoomFor(peer.peerId)) {
      stream.refuse('terminal.too-many-viewers', 'too many viewers');
      return;
    }
    if (stream.cancelled.aborted) return;
    const watcher = found.audience.admit(stream.accept({ terminal }), peer.peerId);
    await this.#watch(found, watcher, peer);
  }

  async #watch(terminal: Terminal, watcher: ViewerStream, peer: TerminalDevice): Promise<void> {
    const { audit, history, logger } = this.#options;
    const { peerId, name: peerName } = peer;
    const facts = { peer: peerId, name: peerName, terminal: terminal.terminal };
    audit?.record('terminal.viewed', facts);
    const detail = `${terminal.listing.title} (${this.#nameOf(terminal.owner)})`;
    const entry = history?.begin({ kind: 'shared', direction: 'in', peerId, peerName, detail });
    const parser = new ViewerMessageParser();
    let isBroken = false;
    try {
      for (let bytes = await watcher.stream.read(); bytes !== null; bytes = await watcher.stream.read()) {
        for (const { type } of parser.push(bytes)) {
          // The viewer's own size is ignored.
          if (type === 'resize') continue;
          if (type === 'detach') watcher.end({ exitCode: null, signal: null, code: null });
          else isBroken = true;
        }
        if (!isBroken) continue;
        // A viewer that tries to do anything else is disconnected.
        logger.warn('a viewer tried to use the terminal', { terminal: terminal.terminal, peer: peerId });
        watcher.end(ending('terminal.view-only'));
        break;
      }
    } catch (error) {
      if (errorCode(error).startsWith('format.')) watcher.stream.reset(PTY_RESET_PROTOCOL);
    }
    if (!isBroken) watcher.end({ exitCode: null, signal: null, code: null });
    await watcher.stream.closed;
    const code = watcher.endCode;
    audit?.record('terminal.view-ended', { ...facts, code });
    if (entry !== undefined) history?.end(entry, code);
  }

  async #list(stream: IncomingStream, peerId: PeerId): Promise<void> {
    const shared = this.#options
      .all()
      .filter((terminal) => !terminal.hungUp && terminal.audience.isSharedWith(peerId))
      .map((terminal): SharedTerminal => {
        const { attached: _attached, ...listing } = terminal.listing;
        return { ...listing, holder: this.#nameOf(terminal.owner) };
      });
    await replyAndClose(stream.accept(), encodeTargetMessage({ type: 'listing', json: encodeShared(shared) }));
  }

  #require(terminal: string, holder: PeerId | undefined): Terminal {
    const found = this.#options.find(terminal);
    if (found === undefined || found.hungUp || (holder !== undefined && found.owner.peerId !== holder))
      throw new TerminalError('terminal.unknown', 'no such terminal');
    return found;
  }

  #nameOf({ peerId, name }: TerminalDevice): string {
    return this.#options.nameOf(peerId) ?? name;
  }
}

function ending(code: TerminalErrorCode): TerminalEnd {
  return { exitCode: null, signal: null, code };
}
