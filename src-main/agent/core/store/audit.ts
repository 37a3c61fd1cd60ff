import * as z from 'zod';
import type { AuditEntry } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { LineFile } from '#shared/storage.ts';
import type { AuditEvent, AuditEvents } from './audit-events.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Most lines that wait for a slow disk. Further lines are dropped and counted. */
const MAX_WAITING = 1000;
/**
 * Events that peers, gateways or the relay can cause without a right. Each of them has a budget of entries that refills slowly; otherwise one could
 * fill the log and so push older entries out.
 */
const CAUSED_BY_OTHERS: ReadonlySet<AuditEvent> = new Set([
  'link.refused',
  'peer.linked',
  'peer.unlinked',
  'peer.forgot',
  'terminal.refused',
  'terminal.viewed',
  'terminal.view-ended',
  'terminal.shared',
  'terminal.unshared',
  'terminal.guest',
  'guest.asked',
  'guest.let-in',
  'guest.declined',
  'guest.typed',
  'guest.left',
  'way.refused',
  'introduction.refused',
  'way.opened',
  'approval.requested',
  'forward.opened',
  'forward.refused',
  'forward.listening',
  'message.refused',
  'message.held',
  'gateway.connected',
  'gateway.lost',
  'gateway.pairing',
  'gateway.refused',
  'plain.connected',
  'plain.lost',
  // Commands that did not run. Those that ran are always logged.
  'node.run.denied',
  'request.over',
]);
const BURST = 200;
const INTERVAL = 30_000;
/** Most characters of one field. The rest is cut off and counted. */
const MAX_FIELD = 8192;

const entrySchema = z.strictObject({
  at: z.number().int(),
  event: z.string().max(64),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/**
 * Audit log of this device: decisions and security events, appended to a local file, one JSON object per line. One per agent; every module writes its
 * decisions to it.
 */
export class AuditLog {
  readonly #file: LineFile;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #relayReads: (peerId: PeerId) => boolean;
  readonly #isBrowser: (peerId: PeerId) => boolean;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #dropped = 0;
  /** Entries left of the burst by peer or gateway, and the monotonic time of that count. */
  readonly #budgets = new Map<string, { left: number; at: number }>();

  /**
   * @param options.relayReads reports whether an ID is that of a plain relay, whose entries are marked
   * @param options.isBrowser reports whether an ID is that of a browser, likewise
   */
  constructor(
    options: Readonly<{
      file: LineFile;
      clock: Clock;
      logger: Logger;
      relayReads?: (peerId: PeerId) => boolean;
      isBrowser?: (peerId: PeerId) => boolean;
    }>,
  ) {
    this.#file = options.file;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#relayReads = options.relayReads ?? (() => false);
    this.#isBrowser = options.isBrowser ?? (() => false);
  }

  /**
   * Appends an entry in the background, with the mark `relayReads` if its `peer` is a plain relay, and `browser` if it is a browser. Drops it if too many wait, or if its peer, gateway
   * or relay has used up the budget of such events. Never throws; a failure to write and the number of dropped entries go to the agent's log.
   */
  record<Event extends AuditEvent>(event: Event, fields: AuditEvents[Event]): void {
    const tooMany = CAUSED_BY_OTHERS.has(event) && !this.#spend(causerOf(fields));
    if (tooMany || this.#waiting >= MAX_WAITING) {
      this.#dropped += 1;
      return;
    }
    const short = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? cutText(value, MAX_FIELD) : value,
    ]);
    const mark = (name: string, isMarked: (peerId: PeerId) => boolean) =>
      'peer' in fields && isMarked(fields.peer) ? { [name]: true } : {};
    const marks = { ...mark('relayReads', this.#relayReads), ...mark('browser', this.#isBrowser) };
    const marked = { ...Object.fromEntries(short), ...marks };
    const line = JSON.stringify({ at: this.#clock.now(), event, fields: marked });
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#append(line));
  }

  /** Returns at most `limit` entries, newest first, including those just recorded. Skips lines that aren't entries. */
  async list(limit: number): Promise<readonly AuditEntry[]> {
    await this.flush();
    const lines = await this.#file.newest(limit);
    return lines.flatMap((line) => parseEntry(line) ?? []);
  }

  /** Resolves when everything recorded so far is written or has failed. */
  async flush(): Promise<void> {
    await this.#last;
  }

  /** Waits for pending writes, then closes the file until the next entry. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    await this.#file.close?.().catch(() => undefined);
  }

  /**
   * Takes one entry from a budget.
   * @param causer owner of the budget, see `causerOf`
   * @returns false if the budget is empty
   */
  #spend(causer: string): boolean {
    const now = this.#clock.monotonic();
    const { left, at } = this.#budgets.get(causer) ?? { left: BURST, at: now };
    const grown = Math.min(BURST, left + (now - at) / INTERVAL);
    this.#budgets.set(causer, { left: grown < 1 ? grown : grown - 1, at: now });
    return grown >= 1;
  }

  async #append(line: string): Promise<void> {
    try {
      await this.#file.append(line);
      if (this.#dropped > 0) {
        this.#logger.warn('audit entries were left out: too many at once', { dropped: this.#dropped });
        this.#dropped = 0;
      }
    } catch (error) {
      this.#logger.warn('the audit log could not be written', { errorCode: errorCode(error) });
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Returns the owner of the budget: a peer, a gateway, or, as an empty string, the relay. */
function causerOf(fields: AuditEvents[AuditEvent]): string {
  if ('peer' in fields) return fields.peer;
  return 'gateway' in fields ? `gateway ${fields.gateway}` : '';
}

function parseEntry(line: string): AuditEntry | undefined {
  try {
    const entry = safeParse(entrySchema, JSON.parse(line));
    return entry.success ? entry.data : undefined;
  } catch {
    return undefined;
  }
}
