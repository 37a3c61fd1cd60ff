import type { UpdateRelease, UpdateSettings, UpdatesView, UpdateMethod } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { UpdateEngine } from './engine.ts';
import type { ReleaseFeed } from '#node/releases/index.ts';
import { isOffer, type SignedTimes } from './offer.ts';
import type { ReleaseMetadata } from '#node/releases/index.ts';
import { UpdateError } from '#node/releases/index.ts';

export type UpdatesOptions = Readonly<{
  /** Version that runs. */
  installed: string;
  method: UpdateMethod;
  /** Feed of releases; undefined in a build without an update source. */
  feed: Pick<ReleaseFeed, 'read' | 'system'> | undefined;
  /** Engine that downloads and installs; undefined if this installation doesn't update itself. */
  engine: UpdateEngine | undefined;
  settings(): UpdateSettings;
  /** Stored signing times. */
  seen: Readonly<{ load(): SignedTimes; save(times: SignedTimes): void }>;
  /** Ends everything in order; the process itself continues. */
  finish(): Promise<void>;
  /** Restarts the application after `finish`. */
  startAgain(): void;
  clock: Clock;
  logger: Logger;
}>;

/** Delay of the first check after the start, ms. */
export const FIRST_CHECK = 60_000;
/** Interval between two checks, ms. */
export const CHECK_INTERVAL = 6 * 3_600_000;
/** Delay after a failed check, ms. */
export const RETRY_INTERVAL = 3_600_000;
/** Shortest time between two reports of progress, ms. */
const PROGRESS_INTERVAL = 250;

type State = UpdatesView['state'];

/**
 * Update service: checks for newer versions, periodically if the setting allows it; downloads and installs one only when the person says so in the
 * window. Keeps its state in memory; feed, engine and `seen` use the network and the disk.
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #listeners = new Set<(view: UpdatesView) => void>();
  #state: State = { name: 'idle' };
  #offer: ReleaseMetadata | undefined;
  #checkedAt: number | null = null;
  /** The current check; other callers wait for its end. */
  #look: Readonly<{ ended: Promise<void>; stop: AbortController }> | undefined;
  /** The current download. */
  #running: AbortController | undefined;
  #timer: Timer | undefined;
  #progressReportedAt = 0;
  #closed = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#wait(FIRST_CHECK);
  }

  get view(): UpdatesView {
    const { installed, method, feed } = this.#options;
    return { installed, way: method, available: feed !== undefined, checkedAt: this.#checkedAt, state: this.#state };
  }

  /** Adds a listener; returns a function that removes it. */
  onChange(listener: (view: UpdatesView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Checks now, regardless of the setting. Never rejects: the state contains the error. */
  async check(): Promise<UpdatesView> {
    if (this.#state.name !== 'downloading' && this.#state.name !== 'ready') {
      const look = this.#look ?? this.#startLook();
      await look.ended;
    }
    return this.view;
  }

  /** Starts the download of the offered version. @throws {UpdateError} `update.not-offered` */
  download(): UpdatesView {
    const { engine } = this.#options;
    const offer = this.#offer;
    if (this.#state.name === 'downloading' || this.#state.name === 'ready') return this.view;
    if (engine === undefined || offer === undefined || this.#state.name === 'checking') throw notOffered();
    const release = this.#describe(offer);
    const running = new AbortController();
    this.#running = running;
    this.#notify({ name: 'downloading', release, received: 0, total: release.size ?? 0 });
    const onProgress = (received: number, total: number): void => {
      const now = this.#options.clock.monotonic();
      if (this.#running !== running || now - this.#progressReportedAt < PROGRESS_INTERVAL) return;
      this.#progressReportedAt = now;
      this.#notify({ name: 'downloading', release, received, total });
    };
    void engine.download(offer, onProgress, running.signal).then(
      () => {
        if (this.#running !== running) return;
        this.#running = undefined;
        this.#notify({ name: 'ready', release });
      },
      (error: unknown) => {
        if (this.#running !== running) return;
        this.#running = undefined;
        this.#fail('download', error, release);
      },
    );
    return this.view;
  }

  /** Cancels a check or download and discards its result. */
  cancel(): UpdatesView {
    const { name } = this.#state;
    const running = this.#running;
    const look = this.#look;
    this.#running = undefined;
    this.#look = undefined;
    running?.abort();
    look?.stop.abort();
    if (name === 'downloading' || name === 'checking') {
      const offer = this.#offer;
      this.#notify(offer === undefined ? { name: 'idle' } : { name: 'available', release: this.#describe(offer) });
    }
    return this.view;
  }

  /**
   * Ends the application and installs the downloaded version.
   * @returns at once, so that the window can show it
   * @throws {UpdateError} `update.not-offered`
   */
  install(): UpdatesView {
    const { engine, finish, startAgain, logger } = this.#options;
    if (this.#state.name !== 'ready' || engine === undefined) throw notOffered();
    const { release } = this.#state;
    logger.info('an update is installed', { version: release.version });
    void finish()
      .then(() => engine.install())
      .catch((error: unknown) => {
        this.#fail('install', error, release);
        startAgain();
      });
    return this.view;
  }

  /** Applies changed settings. A change of the channel drops the offer, since another channel has other versions. */
  settingsChanged(before: UpdateSettings): void {
    const { check, channel } = this.#options.settings();
    if (channel !== before.channel) {
      this.#offer = undefined;
      this.#checkedAt = null;
      this.cancel();
      this.#notify({ name: 'idle' });
    }
    if (channel !== before.channel || check !== before.check) this.#wait(check ? 0 : CHECK_INTERVAL);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#running?.abort();
    this.#look?.stop.abort();
    this.#listeners.clear();
  }

  #wait(delay: number): void {
    this.#timer?.cancel();
    if (this.#closed || this.#options.feed === undefined) return;
    this.#timer = this.#options.clock.setTimer(delay, () => {
      const { settings } = this.#options;
      if (!settings().check) this.#wait(CHECK_INTERVAL);
      else void this.check().then(() => this.#wait(this.#state.name === 'failed' ? RETRY_INTERVAL : CHECK_INTERVAL));
    });
  }

  #startLook(): Readonly<{ ended: Promise<void>; stop: AbortController }> {
    const stop = new AbortController();
    const look = { ended: Promise.resolve(), stop };
    this.#look = look;
    look.ended = this.#read(stop).finally(() => {
      if (this.#look?.stop === stop) this.#look = undefined;
    });
    return look;
  }

  async #read(stop: AbortController): Promise<void> {
    const { feed, settings, installed, seen, clock } = this.#options;
    const { channel } = settings();
    if (feed === undefined) {
      this.#fail('check', new UpdateError('update.not-set-up', 'this build knows of no releases'), null);
      return;
    }
    const counts = (): boolean => this.#look?.stop === stop;
    this.#notify({ name: 'checking' });
    try {
      const metadata = await feed.read(channel, stop.signal);
      if (!counts()) return;
      const times = seen.load();
      const offered = isOffer(metadata, { installed, channel, system: feed.system, now: clock.now(), seen: times });
      seen.save({ ...times, [channel]: metadata.clawreach.signed });
      this.#checkedAt = clock.now();
      this.#offer = offered ? metadata : undefined;
      this.#notify(offered ? { name: 'available', release: this.#describe(metadata) } : { name: 'idle' });
    } catch (error) {
      if (!counts()) return;
      // Withdraw the earlier offer, since the server that answers now may be a different one.
      this.#offer = undefined;
      this.#fail('check', error, null);
    }
  }

  #describe(metadata: ReleaseMetadata): UpdateRelease {
    return {
      version: metadata.version,
      released: metadata.releaseDate,
      notes: metadata.releaseNotes ?? null,
      page: metadata.clawreach.page ?? null,
      size: this.#options.engine?.sizeOf(metadata) ?? null,
    };
  }

  #fail(during: 'check' | 'download' | 'install', error: unknown, release: UpdateRelease | null): void {
    const known =
      error instanceof ClawReachError
        ? error
        : new UpdateError(during === 'check' ? 'update.unreachable' : `update.${during}`, errorMessage(error), {
            details: { reason: errorMessage(error).slice(0, 200) },
          });
    this.#options.logger.warn('an update failed', { during, errorCode: known.code, reason: known.message });
    this.#notify({ name: 'failed', release, during, problem: known.code, details: { ...known.details } });
  }

  #notify(state: State): void {
    if (this.#closed) return;
    this.#state = state;
    const { view } = this;
    for (const listener of this.#listeners) listener(view);
  }
}

function notOffered(): UpdateError {
  return new UpdateError('update.not-offered', 'there is nothing to download or install');
}
