import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type LinkSession, type PathEvent, type RoundTrips } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { PathChoice } from './paths/path-choice.ts';
import { shownKind, type ChoiceMode, type TransportKind } from './paths/transport-kinds.ts';
import type { ChoiceCommand } from './paths/path-state.ts';
import { pausedError } from '../pause/index.ts';
import { AddressExchange } from './address-exchange.ts';
import { explainDirect, explainUdp } from './paths/path-explanation.ts';
import { LINK_LIMITS } from './limits.ts';
import { PathWaiters } from './paths/path-waiters.ts';
import type { Hop, LinkView, EstablishedPath } from './types.ts';

export type LinkOptions = Readonly<{
  peerId: PeerId;
  session: LinkSession;
  /** Secret of the session's first handshake; further paths are bound to it. */
  secret: Uint8Array;
  clock: Clock;
  logger: Logger;
  random: () => number;
  mode: ChoiceMode;
  /** Reports whether the current route allows that path. */
  allows(path: EstablishedPath): boolean;
  /** Dials a further path of this session. `renew`: replaces a working one of the same kind. */
  dial(link: Link, kind: TransportKind, renew: boolean, signal: AbortSignal): Promise<EstablishedPath>;
  /** Called when the path in use or the explanation of it has changed. */
  changed(link: Link, event: PathEvent['type'] | 'explanation'): void;
}>;

const FORBIDDEN = 'the choice for this peer does not allow this path';

/**
 * A session together with its path choice: executes the commands of `PathChoice` and reports the outcomes back to it.
 * One per session, held by `LinkTable`.
 */
export class Link {
  readonly peerId: PeerId;
  readonly session: LinkSession;
  readonly secret: Uint8Array;
  readonly choice: PathChoice;
  readonly candidates: AddressExchange;
  readonly #options: LinkOptions;
  readonly #dials = new Map<TransportKind, AbortController>();
  readonly #waiters = new PathWaiters();
  /** Path in use, or the first one, which is about to be. */
  #path: EstablishedPath | undefined;
  /** The path in use and paths on trial, each with what ends it; the session writes to no others. */
  readonly #attached = new Map<EstablishedPath, (reason: string) => void>();
  #state: LinkView['state'] = 'reconnecting';
  #since: number;
  #failure: unknown;
  #recentHops: readonly PeerId[] = [];

  constructor(options: LinkOptions) {
    const { session, clock, random, mode } = options;
    this.#options = options;
    this.peerId = options.peerId;
    this.session = session;
    this.secret = options.secret;
    this.#since = clock.now();
    this.candidates = new AddressExchange(clock, session);
    this.choice = new PathChoice({
      clock,
      random,
      mode,
      role: session.role,
      roundTrip: () => session.statistics().recentRtt,
      run: (command) => this.#run(command),
      changed: () => this.#choiceChanged(),
    });
    session.onPath = (event) => this.#onPath(event);
    session.acceptOffer = ({ kind }) => kind !== 'memory' && this.choice.accepts(kind);
    void session.closed.then(() => this.#end());
  }

  /**
   * Offers the session a path. The session decides whether to use it, by `prefers` if given, and calls `settled` once.
   * A forbidden path is closed before the session writes to it.
   */
  attach(path: EstablishedPath, settled?: (used: boolean) => void, prefers?: (times: RoundTrips) => boolean): void {
    const { kind, channel, send, receive, dialled } = path;
    if (!this.#options.allows(path)) {
      channel.destroy(new LinkError('link.mode', FORBIDDEN));
      settled?.(false);
      return;
    }
    this.#path ??= path;
    // The session may settle the path before `attachPath` returns what ends it.
    this.#attached.set(path, (reason) => channel.destroy(new LinkError('link.path-lost', reason)));
    const end = this.session.attachPath({
      kind,
      channel,
      send,
      receive,
      dialled,
      ...(prefers === undefined ? {} : { prefers }),
      settled: (used) => {
        if (used) this.#use(path);
        else this.#attached.delete(path);
        settled?.(used);
      },
    });
    if (this.#attached.has(path)) this.#attached.set(path, end);
  }

  #use(path: EstablishedPath): void {
    if (this.#path !== undefined && this.#path !== path) this.#attached.delete(this.#path);
    this.#path = path;
    const [hop, ...others] = path.hops;
    // Remembered only for paths with one hop: one of several may not reach the peer by itself.
    if (hop === undefined || others.length > 0) return;
    const { peerId } = hop;
    this.#recentHops = [peerId, ...this.#recentHops.filter((other) => other !== peerId)].slice(
      0,
      LINK_LIMITS.recentHops,
    );
  }

  /** Attaches the first path, which this side has dialled. */
  begin(path: EstablishedPath): void {
    this.choice.making(path.kind);
    this.#attachDialled(path, new AbortController());
  }

  /** Ends the path in use if it is of that kind. */
  cut(kind: TransportKind, reason: string): void {
    if (this.#path?.kind === kind) this.#path.channel.destroy(new LinkError('link.path-lost', reason));
  }

  /** Applies a changed route: paths that it forbids end before this returns, in use, offered or being dialled. */
  routeChanged(mode: ChoiceMode): void {
    const used = this.isUp ? this.#path : undefined;
    this.choice.setMode(mode, used !== undefined && !this.#options.allows(used));
    for (const path of this.#attached.keys()) if (!this.#options.allows(path)) this.#drop(path, FORBIDDEN);
  }

  #drop(path: EstablishedPath, reason: string): void {
    const end = this.#attached.get(path);
    this.#attached.delete(path);
    end?.(reason);
  }

  /** Ends the path in use and every dial until `release`; callers of `ready` get an error. */
  hold(): void {
    this.choice.setHeld(true);
    for (const controller of this.#dials.values()) controller.abort(pausedError());
    this.#path?.channel.destroy(new LinkError('link.path-lost', 'this device is paused'));
    this.#waiters.reject(pausedError());
  }

  /** Allows paths again. */
  release(): void {
    this.choice.setHeld(false);
  }

  /** True for a session without path, streams or waiting callers, which is about to end. */
  get isIdle(): boolean {
    return !this.isUp && !this.#isUsed && this.#waiters.size === 0;
  }

  /** Wakes a session without a path if a stream was opened on it. */
  noticeUse(): void {
    if (!this.isUp && this.#isUsed) this.choice.setIdle(false);
  }

  get #isUsed(): boolean {
    return this.session.statistics().streamsOpen > 0;
  }

  /** Transport of the path in use, or of the last one; undefined before the first. */
  get kind(): TransportKind | undefined {
    return this.#path?.kind;
  }

  /** True if this side dialled the path in use. */
  get dialledPath(): boolean {
    return this.#path?.dialled === true;
  }

  /** Hops of earlier paths of this session, newest first, whichever side dialled. */
  get recentHops(): readonly PeerId[] {
    return this.#recentHops;
  }

  /** True while the session has a path, even a doubtful one. */
  get isUp(): boolean {
    return this.session.pathState !== 'lost';
  }

  /**
   * Resolves once there is a path; dials at once if there is none.
   * @throws the first transport's error when every open transport has failed
   * @throws {LinkError} `link.no-way`, `link.cancelled`
   */
  async ready(signal?: AbortSignal): Promise<void> {
    if (this.isUp) return;
    if (signal?.aborted === true) throw new LinkError('link.cancelled', 'given up');
    const path = this.#waiters.wait(signal);
    this.#failure = undefined;
    // The relay's presence may be outdated; a caller gets the peer's own answer.
    this.choice.setOpen('relay', true);
    this.choice.now();
    this.#tellWaiters();
    await path;
  }

  /** Hops of the path in use, in order from here. */
  get hops(): readonly Hop[] {
    return this.#path?.hops ?? [];
  }

  /** Time of the peer's last answer, Unix ms; undefined before the first. */
  get answeredAt(): number | undefined {
    const { answeredAt } = this.session.statistics();
    const { clock } = this.#options;
    return answeredAt === undefined ? undefined : Math.round(clock.now() - (clock.monotonic() - answeredAt));
  }

  view(): LinkView {
    const path = this.#path;
    return {
      path: shownKind(path?.kind ?? 'relay'),
      udp: path?.kind === 'udp',
      address: path?.address ?? '',
      rtt: confirmedRoundTrip(this.session),
      answeredAt: this.answeredAt ?? null,
      state: this.#state,
      since: Math.round(this.#since),
      retryAt: this.#state === 'reconnecting' ? this.choice.retryAt : null,
      via: path?.hops[0]?.peerId ?? null,
      hops:
        path?.hops.map(({ peerId, session }) => ({
          peerId,
          rtt: session && confirmedRoundTrip(session),
          lost: false,
        })) ?? [],
      why: this.choice.why,
      whyNotUdp: this.choice.whyNotUdp,
      times: this.choice.times,
      history: this.choice.history,
    };
  }

  #onPath(event: PathEvent): void {
    switch (event.type) {
      case 'up':
        this.#setState('up');
        if (event.kind !== 'memory') this.choice.up(event.kind);
        break;
      case 'doubtful':
        this.#setState('doubtful');
        this.choice.doubtful();
        break;
      case 'clear':
        this.#setState('up');
        this.choice.clear();
        break;
      case 'lost':
        this.#setState('reconnecting');
        this.choice.setIdle(!this.#isUsed);
        this.choice.lost();
        break;
    }
    // The session reports in one go, in any order: `settled` may follow.
    queueMicrotask(() => {
      this.#options.changed(this, event.type);
      this.#tellWaiters();
    });
  }

  #setState(state: LinkView['state']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = this.#options.clock.now();
  }

  #run(command: ChoiceCommand): void {
    switch (command.type) {
      case 'dial':
        this.#dial(command.kind, command.renew);
        return;
      case 'cancel':
        this.#dials.get(command.kind)?.abort(new LinkError('link.cancelled', 'another path is in use'));
        return;
      case 'cut':
        if (this.#path !== undefined) this.#drop(this.#path, FORBIDDEN);
    }
  }

  #dial(kind: TransportKind, renew: boolean): void {
    const controller = new AbortController();
    this.#dials.set(kind, controller);
    this.#options.dial(this, kind, renew, controller.signal).then(
      (path) => {
        if (controller.signal.aborted) {
          path.channel.destroy();
          this.#failed(kind, controller, controller.signal.reason);
          return;
        }
        this.#attachDialled(path, controller);
      },
      (error: unknown) => this.#failed(kind, controller, error),
    );
  }

  #attachDialled(path: EstablishedPath, controller: AbortController): void {
    const { kind } = path;
    const giveUp = (): void => path.channel.destroy();
    controller.signal.addEventListener('abort', giveUp, { once: true });
    this.#dials.set(kind, controller);
    let isOutdone = false;
    const prefers = (times: RoundTrips): boolean => {
      isOutdone = !this.choice.prefers(kind, times);
      return !isOutdone;
    };
    const settled = (used: boolean): void => {
      controller.signal.removeEventListener('abort', giveUp);
      if (used || isOutdone) {
        if (this.#dials.get(kind) === controller) this.#dials.delete(kind);
        queueMicrotask(() => (used ? this.choice.dialled(kind) : this.choice.outdone(kind)));
      } else this.#failed(kind, controller, new LinkError('link.path-lost', 'the path did not come about'));
    };
    this.attach(path, settled, this.choice.compares(kind) ? prefers : undefined);
  }

  #failed(kind: TransportKind, controller: AbortController, error: unknown): void {
    if (this.#dials.get(kind) === controller) this.#dials.delete(kind);
    const code = errorCode(error);
    this.#options.logger.debug('a path did not come about', { session: this.session.id, kind, errorCode: code });
    if (code === 'handshake.unknown-session' && !this.isUp) {
      // The peer itself said so, and no path contradicts it.
      void this.session.close('link.session-lost', 'the other device does not have this session any more');
      return;
    }
    if (error instanceof ClawReachError && code !== 'link.cancelled') this.#failure ??= error;
    this.choice.failed(kind, explainDirect(kind, code), explainUdp(kind, code), code === 'relay.refused.refused');
    this.#tellWaiters();
  }

  #choiceChanged(): void {
    this.#options.changed(this, 'explanation');
  }

  #tellWaiters(): void {
    if (this.#waiters.size === 0) return;
    if (this.isUp) this.#waiters.resolve();
    else if (this.choice.hasFailed) this.#waiters.reject(this.#failure);
  }

  #end(): void {
    this.choice.end();
    this.secret.fill(0);
    this.#waiters.reject(new LinkError('link.session-lost', 'the session has ended'));
  }
}

/** Returns the smoothed round trip of a session, ms; undefined while an answer is overdue, when the figure is outdated. */
function confirmedRoundTrip(session: Pick<LinkSession, 'statistics'>): number | undefined {
  const { rtt, silence } = session.statistics();
  return silence !== undefined && silence >= LINK_LIMITS.answerDue ? undefined : rtt;
}
