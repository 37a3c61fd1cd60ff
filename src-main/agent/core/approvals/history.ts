import * as z from 'zod';
import {
  approvalFacts,
  REQUESTED,
  sendLimit,
  type ApprovalFact,
  type ApprovalView,
  type Requested,
} from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../store/index.ts';

/** Most entries kept. */
export const HISTORY_LIMIT = 500;
/** Delay between a change and its write to the disk, ms. It collects several changes in one write. */
const SAVE_DELAY = 1000;

const entry = z.strictObject({
  id: z.number().int().min(1),
  peerId: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/),
  peerName: z.string().max(128),
  right: z.enum(REQUESTED),
  detail: z.string().max(32_768),
  facts: approvalFacts,
  // Missing for requests other than to write a message.
  agent: z.string().max(64).optional(),
  requestedAt: z.number().int(),
  expiresAt: z.number().int(),
  state: z.enum(['approved', 'denied', 'ignored', 'expired', 'withdrawn']),
  decidedAt: z.number().int(),
  // Missing if the person gave no reason, and in documents of versions without reasons.
  reason: z.string().max(512).optional(),
  // Missing for an approval of one request, and in documents of earlier versions.
  always: z.literal(true).optional(),
  // Missing for an approval without an end.
  until: z.number().int().optional(),
  // Missing for an approval that isn't for one agent.
  agentOnly: z.literal(true).optional(),
  // Missing for an approval without a limit of size.
  most: sendLimit.optional(),
  // Missing for a peer's request.
  relayReads: z.literal(true).optional(),
  browser: z.literal(true).optional(),
  // Missing for an answer at this machine.
  by: z.string().max(128).optional(),
});

const approvalsDocument = z.strictObject({
  nextId: z.number().int().min(1),
  history: z.array(entry).max(HISTORY_LIMIT),
});
type ApprovalsDocument = z.infer<typeof approvalsDocument>;

/** Decided request. Times are ms since 1970. */
export type ApprovalRecord = Readonly<{
  id: number;
  peerId: PeerId;
  peerName: string;
  right: Requested;
  detail: string;
  facts?: readonly ApprovalFact[] | undefined;
  /** Agent to which the peer wrote. */
  agent?: string | undefined;
  requestedAt: number;
  expiresAt: number;
  state: Exclude<ApprovalView['state'], 'pending'>;
  decidedAt: number;
  /** Reason that the person gave for the decision. */
  reason?: string | undefined;
  /** Set on an approval that also applies to later requests. */
  always?: true | undefined;
  /** Set on an approval that also applies to later requests until this time. */
  until?: number | undefined;
  /** Set on an approval that also applies to later messages to this agent only. */
  agentOnly?: true | undefined;
  /** Set on an approval that also applies to later transfers of up to so many bytes. */
  most?: number | undefined;
  /** Set if a plain relay made the request. */
  relayReads?: true | undefined;
  /** Set if a browser made the request. */
  browser?: true | undefined;
  /** Name of the browser in which a person has answered. */
  by?: string | undefined;
}>;

const DOCUMENT: DocumentDefinition<ApprovalsDocument> = {
  name: 'approvals',
  version: 1,
  schema: approvalsDocument,
  migrations: {},
  initial: () => ({ nextId: 1, history: [] }),
};

/**
 * Decided requests of peers, oldest first, saved in the approvals document up to a second later. Shown to people only; no permission depends on this
 * history. Used by `ApprovalStore`.
 */
export class ApprovalHistory {
  readonly #document: DocumentStore<ApprovalsDocument>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #entries: readonly ApprovalRecord[];
  #nextId: number;
  #timer: Timer | undefined;

  constructor(options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger }>) {
    this.#document = new DocumentStore(options.file, DOCUMENT, options.logger);
    this.#clock = options.clock;
    this.#logger = options.logger;
    const { nextId, history } = this.#document.value;
    this.#entries = history.map((decided) => ({ ...decided, peerId: decided.peerId as PeerId }));
    this.#nextId = Math.max(nextId, ...history.map((decided) => decided.id + 1));
  }

  get entries(): readonly ApprovalRecord[] {
    return this.#entries;
  }

  /** Returns an ID that no other request has had. */
  takeId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    return id;
  }

  /** Adds an entry, and drops another if there are more than `HISTORY_LIMIT`. */
  add(decided: ApprovalRecord): void {
    const entries = [...this.#entries, decided];
    this.#entries = entries.length <= HISTORY_LIMIT ? entries : dropOldestOfBusiest(entries);
    this.#timer ??= this.#clock.setTimer(SAVE_DELAY, () => this.flush());
  }

  /** Saves entries that aren't on the disk yet. Never throws; a failure is logged. */
  flush(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    try {
      this.#document.save({ nextId: this.#nextId, history: this.#entries.map((decided) => ({ ...decided })) });
    } catch (error) {
      this.#logger.warn('the history of approvals could not be saved', { errorCode: errorCode(error) });
    }
  }
}

/** Drops the oldest entry of the peer with the most entries, so that a peer with many requests pushes out only its own entries. */
function dropOldestOfBusiest(entries: readonly ApprovalRecord[]): readonly ApprovalRecord[] {
  const counts = new Map<PeerId, number>();
  let busiest: PeerId | undefined;
  for (const { peerId } of entries) {
    const count = (counts.get(peerId) ?? 0) + 1;
    counts.set(peerId, count);
    if (busiest === undefined || count > (counts.get(busiest) ?? 0)) busiest = peerId;
  }
  return entries.toSpliced(
    entries.findIndex((entry) => entry.peerId === busiest),
    1,
  );
}
