import * as z from 'zod';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore, type DocumentDefinition } from '../../core/store/index.ts';

/** Sealed bytes that a peer's links have carried on one local day. */
export type DayTraffic = Readonly<{
  /** Time since which they are counted, ms since 1970; null for the whole day. */
  since: number | null;
  received: number;
  sent: number;
}>;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const trafficDocument = z.strictObject({
  /** Local day, `2026-11-23`. */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  since: z.number().int().nullable(),
  peers: z
    .array(z.strictObject({ peerId: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/), received: count, sent: count }))
    .max(10_000),
});
type TrafficDocument = z.infer<typeof trafficDocument>;

/** Bytes that make a save due at the next collection. */
const SAVE_BYTES = 1024 * 1024;
/** Longest time for which fewer bytes wait to be saved, ms. */
const SAVE_DELAY = 10 * 60_000;

type Counted = { received: number; sent: number };
type Followed = Readonly<{ peerId: PeerId; session: Pick<Session, 'statistics'>; counted: Counted }>;

/**
 * Counts the sealed bytes of all sessions with each peer, for the current local day of this machine. Kept in the document `traffic` of the profile,
 * which is saved after a mebibyte, after ten minutes and at the end, so that a restart loses nothing. Earlier days are dropped.
 */
export class TrafficMeter {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #document: DocumentStore<TrafficDocument> | undefined;
  readonly #followed = new Set<Followed>();
  #day: string;
  #since: number | null;
  #peers: Map<PeerId, Counted>;
  #unsaved = 0;
  #unsavedSince: number | undefined;

  /** @param options.file undefined: the counts end with the agent */
  constructor({ file, clock, logger }: Readonly<{ file: DocumentFile | undefined; clock: Clock; logger: Logger }>) {
    this.#clock = clock;
    this.#logger = logger;
    this.#document = file === undefined ? undefined : new DocumentStore(file, definition(clock), logger);
    const stored = this.#document?.value ?? initial(clock);
    this.#day = stored.day;
    this.#since = stored.since;
    this.#peers = new Map(stored.peers.map(({ peerId, received, sent }) => [peerId as PeerId, { received, sent }]));
    this.#turnDay();
  }

  /** Counts what the session carries from now on, until it ends. */
  follow(peerId: PeerId, session: Pick<Session, 'statistics' | 'closed'>): void {
    const followed: Followed = { peerId, session, counted: { received: 0, sent: 0 } };
    this.#followed.add(followed);
    void session.closed.then(() => {
      this.#count(followed);
      this.#followed.delete(followed);
    });
  }

  /** Counts what all sessions have carried since the last call. Saves if that is due. */
  collect(): void {
    this.#turnDay();
    for (const followed of this.#followed) this.#count(followed);
    const now = this.#clock.monotonic();
    if (this.#unsavedSince === undefined) return;
    if (this.#unsaved >= SAVE_BYTES || now - this.#unsavedSince >= SAVE_DELAY) this.#save();
  }

  /**
   * Returns what the links of a peer have carried today. What they carried before the pairing, if it is of today, went with the removal.
   * @param pairedAt time of the pairing, ms since 1970
   */
  today(peerId: PeerId, pairedAt: number): DayTraffic {
    this.collect();
    const { received, sent } = this.#peers.get(peerId) ?? { received: 0, sent: 0 };
    const since = dayOf(pairedAt) === this.#day ? Math.max(Math.round(pairedAt), this.#since ?? 0) : this.#since;
    return { since, received, sent };
  }

  /** Removes the counts of a peer that was removed. */
  forget(peerId: PeerId): void {
    if (this.#peers.delete(peerId)) this.#save();
  }

  /** Counts and saves a last time. */
  close(): void {
    for (const followed of this.#followed) this.#count(followed);
    this.#followed.clear();
    if (this.#unsavedSince !== undefined) this.#save();
  }

  #count({ peerId, session, counted }: Followed): void {
    const { sealedReceived, sealedSent } = session.statistics();
    const received = sealedReceived - counted.received;
    const sent = sealedSent - counted.sent;
    if (received + sent === 0) return;
    this.#turnDay();
    const before = this.#peers.get(peerId) ?? { received: 0, sent: 0 };
    this.#peers.set(peerId, { received: before.received + received, sent: before.sent + sent });
    counted.received = sealedReceived;
    counted.sent = sealedSent;
    this.#unsaved += received + sent;
    this.#unsavedSince ??= this.#clock.monotonic();
  }

  /** Begins another day at zero. */
  #turnDay(): void {
    const day = dayOf(this.#clock.now());
    if (day === this.#day) return;
    this.#day = day;
    this.#since = null;
    this.#peers = new Map();
  }

  #save(): void {
    this.#unsaved = 0;
    this.#unsavedSince = undefined;
    const peers = [...this.#peers].map(([peerId, { received, sent }]) => ({ peerId, received, sent }));
    try {
      this.#document?.save({ day: this.#day, since: this.#since, peers });
    } catch (error) {
      this.#logger.warn('the traffic of today could not be saved', { errorCode: errorCode(error) });
    }
  }
}

function definition(clock: Clock): DocumentDefinition<TrafficDocument> {
  return { name: 'traffic', version: 1, schema: trafficDocument, migrations: {}, initial: () => initial(clock) };
}

/** Returns the counts of an agent that has counted nothing before. */
function initial(clock: Clock): TrafficDocument {
  return { day: dayOf(clock.now()), since: Math.round(clock.now()), peers: [] };
}

/** Returns the local day of a time, `2026-11-23`. */
function dayOf(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
