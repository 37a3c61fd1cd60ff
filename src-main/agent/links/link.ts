import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type LinkSession, type PathEvent, type RoundTrips } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { PathChoice } from './paths/path-choice.ts';
import { shownKind, type ChoiceMode, type TransportKind } from './paths/transport-kinds.ts';
import type { ChoiceCommand } from './paths/choice-state.ts';
import { pausedError } from '../pause/index.ts';
import { AddressExchange } from './address-exchange.ts';
import { explainDirect, explainUdp } from './paths/path-explanation.ts';
import { LINK_LIMITS } from './limits.ts';
import { PathWaiters } from './paths/path-waiters.ts';
import type { Hop, LinkView, EstablishedPath } from './types.ts';

/** Dependencies and callbacks of a link, which `LinkFactory` provides. `random` returns numbers in [0, 1). */
export type LinkOptions = Readonly<{
  peerId: PeerId;
  session: LinkSession;
  /** Secret of the session's first handshake. The keys of further paths are derived from it too. */
  secret: Uint8Array;
  clock: Clock;
  logger: Logger;
  random: () => number;
  mode: ChoiceMode;
  /** Reports whether the peer's current route allows that path. */
  allows(path: EstablishedPath): boolean;
  /** Dials a further path of this session. `renew`: replaces a working path of the same transport. */
  dial(link: Link, kind: TransportKind, renew: boolean, signal: AbortSignal): Promise<EstablishedPath>;
  /** Called when the path in use, or the explanation for it, has changed. */
  changed(link: Link, event: PathEvent['type'] | 'explanation'): void;
}>;

const FORBIDDEN = 'the choice for this peer does not allow this path';

/**
 * Session with one peer and the choice of its path: dials and closes paths as `PathChoice` decides, and reports the results back to it. One per
 * session; `LinkTable` holds the links.
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
  /** Path in use, or the first path, which is about to be used. */
  #path: EstablishedPath | undefined;
  /** Path in use and paths on trial, each with the function that ends it. The session writes to no other paths. */
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
   * Offers the session a path. The session decides whether to use the path, by `prefers` if given, and calls `settled` once. A forbidden path is
   * closed before the session writes to it.
   */
  attach(path: EstablishedPath, settled?: (used: boolean) => void, prefers?: (times: RoundTrips) => boolean): void {
    const { kind, channel, send, receive, dialed } = path;
    if (!this.#options.allows(path)) {
      channel.destroy(new LinkError('link.mode', FORBIDDEN));
      settled?.(false);
      return;
    }
    this.#path ??= path;
    // The session may settle the path before `attachPath` returns the function that ends it.
    this.#attached.set(path, (reason) => channel.destroy(new LinkError('link.path-lost', reason)));
    const end = this.session.attachPath({
      kind,
      channel,
      send,
      receive,
      dialed,
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
    // Only the hop of a one-hop path is remembered: one of several hops may not reach the peer by itself.
    if (hop === undefined || others.length > 0) return;
    const { peerId } = hop;
    this.#recentHops = [peerId, ...this.#recentHops.filter((other) => other !== peerId)].slice(
      0,
      LINK_LIMITS.recentHops,
    );
  }

  /** Attaches the first path, which this device has dialed. */
  begin(path: EstablishedPath): void {
    this.choice.dialingFirst(path.kind);
    this.#attachDialed(path, new AbortController());
  }

  /** Ends the path in use if it has that transport. */
  cut(kind: TransportKind, reason: string): void {
    if (this.#path?.kind === kind) this.#path.channel.destroy(new LinkError('link.path-lost', reason));
  }

  /** Applies a changed route. Paths in use, on trial or being dialed that the route forbids end before this returns. */
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

  /** Ends the path in use and every dial until `release`. Callers of `ready` get an error. Used while the device is paused. */
  hold(): void {
    this.choice.setHeld(true);
    for (const controller of this.#dials.values()) controller.abort(pausedError());
    this.#path?.channel.destroy(new LinkError('link.path-lost', 'this device is paused'));
    this.#waiters.reject(pausedError());
  }

  /** Allows paths again after `hold`. */
  release(): void {
    this.choice.setHeld(false);
  }

  /** True for a session without path, streams and waiting callers. It is about to be closed. */
  get isIdle(): boolean {
    return !this.isUp && !this.#isUsed && this.#waiters.size === 0;
  }

  /** Requests a path if a stream was opened on a session without one. */
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

  /** True if this device dialed the path in use. */
  get dialedPath(): boolean {
    return this.#path?.dialed === true;
  }

  /** Hops of earlier paths of this session, newest first. Either side may have dialed them. */
  get recentHops(): readonly PeerId[] {
    return this.#recentHops;
  }

  /** True while the session has a path, even a doubtful one. */
  get isUp(): boolean {
    return this.session.pathState !== 'lost';
  }

  /**
   * Resolves once there is a path; without one, dials at once.
   * @throws error of the first transport when every available transport has failed
   * @throws {LinkError} `link.no-way`, `link.cancelled`
   */
  async ready(signal?: AbortSignal): Promise<void> {
    if (this.isUp) return;
    if (signal?.aborted === true) throw new LinkError('link.cancelled', 'given up');
    const path = this.#waiters.wait(signal);
    this.#failure = undefined;
    // The peer's presence at the relay may be outdated, so the relay is dialed in any case.
    this.choice.setOpen('relay', true);
    this.choice.dialNow();
    this.#settleWaiters();
    await path;
  }

  /** Hops of the path in use, in order from this device. */
  get hops(): readonly Hop[] {
    return this.#path?.hops ?? [];
  }

  /** Time of the peer's last answer, ms since 1970; undefined before the first. */
  get answeredAt(): number | undefined {
    const { answeredAt } = this.session.statistics();
    const { clock } = this.#options;
    return answeredAt === undefined ? undefined : Math.round(clock.now() - (clock.monotonic() - answeredAt));
  }

  /** Returns the state of the link for user interfaces. */
  view(): LinkView {
    const path = this.#path;
    const now = this.#options.clock.monotonic();
    return {
      path: shownKind(path?.kind ?? 'relay'),
      udp: path?.kind === 'udp',
      address: path?.address ?? '',
      rtt: confirmedRoundTrip(this.session, now),
      answeredAt: this.answeredAt ?? null,
      state: this.#state,
      since: Math.round(this.#since),
      retryAt: this.#state === 'reconnecting' ? this.choice.retryAt : null,
      via: path?.hops[0]?.peerId ?? null,
      hops:
        path?.hops.map(({ peerId, session }) => ({
          peerId,
          rtt: session && confirmedRoundTrip(session, now),
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
    // The session may call `settled` after `onPath`, in the same turn.
    queueMicrotask(() => {
      this.#options.changed(this, event.type);
      this.#settleWaiters();
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
        this.#attachDialed(path, controller);
      },
      (error: unknown) => this.#failed(kind, controller, error),
    );
  }

  #attachDialed(path: EstablishedPath, controller: AbortController): void {
    const { kind } = path;
    const giveUp = (): void => path.channel.destroy();
    controller.signal.addEventListener('abort', giveUp, { once: true });
    this.#dials.set(kind, controller);
    let isSlower = false;
    const prefers = (times: RoundTrips): boolean => {
      isSlower = !this.choice.prefers(kind, times);
      return !isSlower;
    };
    const settled = (used: boolean): void => {
      controller.signal.removeEventListener('abort', giveUp);
      if (used || isSlower) {
        if (this.#dials.get(kind) === controller) this.#dials.delete(kind);
        queueMicrotask(() => (used ? this.choice.dialed(kind) : this.choice.outdone(kind)));
      } else this.#failed(kind, controller, new LinkError('link.path-lost', 'the path was not established'));
    };
    this.attach(path, settled, this.choice.compares(kind) ? prefers : undefined);
  }

  #failed(kind: TransportKind, controller: AbortController, error: unknown): void {
    if (this.#dials.get(kind) === controller) this.#dials.delete(kind);
    const code = errorCode(error);
    this.#options.logger.debug('a path was not established', { session: this.session.id, kind, errorCode: code });
    if (code === 'handshake.unknown-session' && !this.isUp) {
      // The peer itself has answered that, and no working path contradicts the answer.
      void this.session.close('link.session-lost', 'the other device does not have this session any more');
      return;
    }
    if (error instanceof ClawReachError && code !== 'link.cancelled') {
      // A relay that isn't set up explains nothing if another transport was dialed.
      if (errorCode(this.#failure) === 'relay.not-configured') this.#failure = error;
      this.#failure ??= error;
    }
    this.choice.failed(kind, explainDirect(kind, code), explainUdp(kind, code), code === 'relay.refused.refused');
    this.#settleWaiters();
  }

  #choiceChanged(): void {
    this.#options.changed(this, 'explanation');
  }

  #settleWaiters(): void {
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

/**
 * Returns the smoothed round trip of a session, ms; undefined while an answer is overdue or the last one is old, since the figure is then outdated.
 * @param now monotonic
 */
function confirmedRoundTrip(session: Pick<LinkSession, 'statistics'>, now: number): number | undefined {
  const { rtt, silence, answeredAt } = session.statistics();
  const isOverdue = silence !== undefined && silence >= LINK_LIMITS.answerDue;
  const isOld = answeredAt !== undefined && now - answeredAt > LINK_LIMITS.answerOld;
  return isOverdue || isOld ? undefined : rtt;
}
