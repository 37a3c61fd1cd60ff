import type { GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { openClawError } from '#shared/openclaw/prompts/index.ts';
import { requestFromPeer } from './client.ts';
import type { OpenClawBook, SavedOpenClaw } from './book.ts';

/** Options of `HeartbeatWatch`. */
export type HeartbeatWatchOptions = Readonly<{
  book: OpenClawBook;
  clock: Clock;
  nameOf(peerId: PeerId): string | undefined;
  isReachable(peerId: PeerId): boolean;
  /** Returns the session with a peer. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  /** Reports whether anyone is viewing the heartbeats. */
  isWanted(): boolean;
  createRequestId(): string;
  onChange(): void;
}>;

type Watched = {
  readonly stop: AbortController;
  heartbeat: GatewayHeartbeat | null;
  heardAt: number | null;
  problem: string | null;
  running: boolean;
  retryAt: number;
};

/** Interval at which the watches are updated, ms. */
const LOOK = 5000;
/** Wait after a rejection, ms; a person there may change the decision. */
const RETRY = 30_000;
/** Time without a heartbeat (sent every 15 s) after which a watch is restarted, ms. */
const SILENCE = 60_000;

/**
 * Receiver of heartbeats from the saved OpenClaws of peers, for `PromptService`; keeps the latest in memory. Asks for them, dialing the peer if
 * needed, while a user interface shows them and the peer is reachable. Checks that every 5 s; writes no audit log.
 */
export class HeartbeatWatch {
  readonly #options: HeartbeatWatchOptions;
  readonly #watched = new Map<string, Watched>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HeartbeatWatchOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Returns the saved OpenClaws with their latest heartbeats. */
  views(): RemoteView[] {
    return this.#options.book.remotes().map((remote) => this.view(remote));
  }

  /** Returns one saved OpenClaw with its latest heartbeat. */
  view({ id, name, peerId, gateway }: SavedOpenClaw): RemoteView {
    const watched = this.#watched.get(id);
    return {
      id,
      name,
      peer: peerId,
      peerName: this.#options.nameOf(peerId) ?? null,
      gateway,
      heartbeat: watched?.heartbeat ?? null,
      heardAt: watched?.heardAt ?? null,
      problem: watched?.problem ?? null,
    };
  }

  /** Starts and ends watches to match the entries, viewers and peers. */
  update(): void {
    if (this.#closed) return;
    const { book, isWanted, isReachable, nameOf, clock } = this.#options;
    const remotes = book.remotes();
    const wanted = isWanted();
    for (const [id, watched] of this.#watched) {
      if (wanted && remotes.some((remote) => remote.id === id)) continue;
      watched.stop.abort();
      if (!remotes.some((remote) => remote.id === id)) this.#watched.delete(id);
    }
    if (!wanted) return;
    for (const remote of remotes) {
      const watched = this.#watched.get(remote.id);
      if (watched?.running === true || (watched !== undefined && watched.retryAt > clock.monotonic())) continue;
      if (nameOf(remote.peerId) === undefined) this.#fail(remote.id, 'peer.unknown');
      else if (isReachable(remote.peerId)) void this.#watch(remote);
      else this.#fail(remote.id, 'link.no-way');
    }
  }

  /** Ends the watch of an entry that was changed or removed. */
  changed(id: string): void {
    this.#watched.get(id)?.stop.abort();
    this.#watched.delete(id);
    this.update();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const { stop } of this.#watched.values()) stop.abort();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(LOOK, () => {
      this.update();
      if (!this.#closed) this.#schedule();
    });
  }

  #state(id: string): Watched {
    const before = this.#watched.get(id);
    const state: Watched = {
      stop: new AbortController(),
      heartbeat: before?.heartbeat ?? null,
      heardAt: before?.heardAt ?? null,
      problem: before?.problem ?? null,
      running: false,
      retryAt: 0,
    };
    this.#watched.set(id, state);
    return state;
  }

  #fail(id: string, problem: string): void {
    const state = this.#watched.get(id) ?? this.#state(id);
    if (state.problem === problem) return;
    state.problem = problem;
    this.#options.onChange();
  }

  async #watch({ id, peerId, gateway }: SavedOpenClaw): Promise<void> {
    const { clock, session: open, createRequestId, onChange } = this.#options;
    const state = this.#state(id);
    state.running = true;
    let silence: Timer | undefined;
    const received = (): void => {
      silence?.cancel();
      silence = clock.setTimer(SILENCE, () => state.stop.abort(openClawError('remote.lost', 'no heartbeat')));
    };
    try {
      received();
      const session = await open(peerId, state.stop.signal);
      const data = gateway === null ? {} : { data: { gateway } };
      const onBeat = (heartbeat: GatewayHeartbeat): void => {
        received();
        state.heartbeat = heartbeat;
        state.heardAt = Math.floor(clock.now());
        state.problem = null;
        onChange();
      };
      await requestFromPeer(
        session,
        { type: 'watch', request_id: createRequestId(), ...data },
        { onBeat },
        state.stop.signal,
      );
    } catch (error) {
      if (this.#closed || this.#watched.get(id) !== state) return;
      state.problem = errorCode(error);
      onChange();
    } finally {
      silence?.cancel();
      state.running = false;
      state.retryAt = clock.monotonic() + RETRY;
    }
  }
}
