import * as z from 'zod';
import { OPERATOR_CALLS, type DecidedGatewayRequest } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';

/** Delay that combines several changes into one write, ms. */
const SAVE_DELAY = 1000;
/** Most characters of a command or text in the history. */
const KEPT_TEXT = 2048;
const KEPT_WORDS = 64;
const MOST = 500;

const decided = OPERATOR_CALLS['requests.decide'].output;
const requestsDocument = z.strictObject({ history: z.array(decided).max(MOST) });
type RequestsDocument = z.infer<typeof requestsDocument>;

const DOCUMENT: DocumentDefinition<RequestsDocument> = {
  name: 'requests',
  version: 1,
  schema: requestsDocument,
  migrations: {},
  initial: () => ({ history: [] }),
};

/** History of decided requests; reads and writes `requests.json`. Writes with a delay, since nothing depends on them. */
export class RequestHistory {
  readonly #document: DocumentStore<RequestsDocument>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #most: number;
  #entries: readonly DecidedGatewayRequest[];
  #timer: Timer | undefined;

  /** Loads the file. @throws {StoreError} */
  constructor(options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger; most?: number }>) {
    this.#document = new DocumentStore(options.file, DOCUMENT, options.logger);
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#most = Math.min(MOST, options.most ?? MOST);
    this.#entries = this.#document.value.history;
  }

  /** Returns the decided requests, newest first. */
  list(): DecidedGatewayRequest[] {
    return this.#entries.toReversed();
  }

  /** Finds a decided request by its key. */
  find(key: string): DecidedGatewayRequest | undefined {
    return this.#entries.findLast((entry) => entry.key === key);
  }

  /** Adds a decided request, dropping an old one if the history is full. */
  add(entry: DecidedGatewayRequest): void {
    const entries = [...this.#entries, shortened(entry)];
    this.#entries = entries.length <= this.#most ? entries : withoutOldestOfBusiest(entries);
    this.#saveSoon();
  }

  /** Corrects the outcome of an entry. */
  amend(key: string, change: Pick<DecidedGatewayRequest, 'outcome'>): void {
    const index = this.#entries.findLastIndex((entry) => entry.key === key);
    const entry = this.#entries[index];
    if (entry === undefined) return;
    this.#entries = this.#entries.with(index, { ...entry, ...change });
    this.#saveSoon();
  }

  /** Saves pending changes now. Never throws. */
  flush(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    try {
      this.#document.save({ history: [...this.#entries] });
    } catch (error) {
      this.#logger.warn('the history of requests could not be saved', { errorCode: errorCode(error) });
    }
  }

  #saveSoon(): void {
    this.#timer ??= this.#clock.setTimer(SAVE_DELAY, () => this.flush());
  }
}

function shortened(entry: DecidedGatewayRequest): DecidedGatewayRequest {
  const text = (value: string | null): string | null =>
    value !== null && value.length > KEPT_TEXT ? `${value.slice(0, KEPT_TEXT)}…` : value;
  const { roles, scopes, commands, capabilities, environment, argv } = entry;
  const isLong = argv.length > KEPT_WORDS || argv.reduce((sum, word) => sum + word.length, 0) > KEPT_TEXT;
  return {
    ...entry,
    command: text(entry.command),
    text: text(entry.text),
    argv: isLong ? [] : argv,
    roles: roles.slice(0, KEPT_WORDS),
    scopes: scopes.slice(0, KEPT_WORDS),
    commands: commands.slice(0, KEPT_WORDS),
    capabilities: capabilities.slice(0, KEPT_WORDS),
    // Only the names: values may be secrets.
    environment: environment.slice(0, KEPT_WORDS).map((entry) => entry.replace(/=.*$/s, '')),
  };
}

/** Drops the oldest entry of the gateway with most entries, so that a busy gateway displaces only its own. */
function withoutOldestOfBusiest(entries: readonly DecidedGatewayRequest[]): readonly DecidedGatewayRequest[] {
  const counts = new Map<string, number>();
  let busiest = '';
  for (const { gateway } of entries) {
    const count = (counts.get(gateway) ?? 0) + 1;
    counts.set(gateway, count);
    if (count > (counts.get(busiest) ?? 0)) busiest = gateway;
  }
  return entries.toSpliced(
    entries.findIndex((entry) => entry.gateway === busiest),
    1,
  );
}
