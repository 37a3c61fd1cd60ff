import {
  APP_WIRE_LIMITS,
  type DecidedGatewayRequest,
  type GatewayRequestDecision,
  type GatewayRequestView,
} from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { digestOf, type ParsedRequest, parseRunRequest } from './parse-requests.ts';
import { RequestError } from './errors.ts';
import type { RequestHistory } from './request-history.ts';
import type { OperatorLimits } from './limits.ts';
import { missingScopes } from './scopes.ts';
import type { RunRequest } from './run-approver.ts';

type Outcome = DecidedGatewayRequest['outcome'];

/** Outcome with which a request ends. `by`: who decided; `reason`: text for the gateway. */
export type RequestOutcome = Readonly<{
  outcome: Outcome;
  decision?: GatewayRequestDecision | null;
  by?: string | null;
  reason?: string | null;
}>;

/** Request that waits for a decision. */
export interface PendingRequest {
  /** Identity of the request, independent of its content: `gateway kind requestId`. */
  readonly identity: string;
  readonly gateway: string;
  readonly parsed: ParsedRequest;
  /** Key by which user interfaces name the request; changes with its content. */
  readonly key: string;
  readonly expiresAt: number | null;
  /** Time at which this agent first saw the request, Unix ms. */
  readonly heardAt: number;
  /** Size of the request in a message to a user interface, bytes. */
  readonly bytes: number;
}

type Entry = {
  -readonly [Field in keyof PendingRequest]: PendingRequest[Field];
} & {
  timer: Timer | undefined;
  /** Resolves the caller of `ask`, for a run on this machine; undefined for requests of gateways. */
  answer: ((decision: GatewayRequestDecision | undefined) => void) | undefined;
};

/** Least time left for a request, ms: the gateway's clock may be wrong about its end. */
const LEAST_LEFT = 1000;

/**
 * Requests that wait for this person's decision, of gateways and of this machine's own node, in memory and within limits. Moves ended ones to
 * `RequestHistory`, which saves them to `requests.json`. Sends nothing to gateways and writes no audit log itself. Created by `OperatorService`;
 * filled by `OperatorLink` with a gateway's requests and by `ask` with the node's.
 */
export class Inbox {
  readonly #clock: Clock;
  readonly #limits: OperatorLimits;
  readonly #history: RequestHistory;
  readonly #onChange: () => void;
  readonly #onSettled: (decided: DecidedGatewayRequest) => void;
  readonly #nameOf: (gateway: string) => string;
  readonly #scopesOf: (gateway: string) => readonly string[] | undefined;
  readonly #entries = new Map<string, Entry>();

  constructor(
    options: Readonly<{
      clock: Clock;
      limits: OperatorLimits;
      history: RequestHistory;
      nameOf(gateway: string): string;
      /** Scopes of the operator's connection; undefined without one. */
      scopesOf(gateway: string): readonly string[] | undefined;
      onChange(): void;
      onSettled(decided: DecidedGatewayRequest): void;
    }>,
  ) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#history = options.history;
    this.#nameOf = options.nameOf;
    this.#scopesOf = options.scopesOf;
    this.#onChange = options.onChange;
    this.#onSettled = options.onSettled;
  }

  /** Number of all waiting requests. */
  get count(): number {
    return this.#entries.size;
  }

  /** Counts the waiting requests of one gateway. */
  countOf(gateway: string): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.gateway === gateway) count += 1;
    return count;
  }

  /** Reports whether the limits leave no room for another request of this gateway. */
  isFull(gateway: string): boolean {
    return !this.#hasRoom(gateway, 0);
  }

  /** Returns the waiting requests, oldest first. */
  views(): GatewayRequestView[] {
    return [...this.#entries.values()]
      .sort((one, other) => one.parsed.requestedAt - other.parsed.requestedAt || one.heardAt - other.heardAt)
      .map((entry) => this.view(entry));
  }

  /** Returns the decided requests, newest first, as many as fit into a message beside the waiting ones. */
  decided(): DecidedGatewayRequest[] {
    let left = APP_WIRE_LIMITS.message - 4096;
    for (const entry of this.#entries.values()) left -= entry.bytes;
    const all = this.#history.list();
    const end = all.findIndex((entry) => (left -= sizeOf(entry)) < 0);
    return end === -1 ? all : all.slice(0, end);
  }

  /** Converts a request for user interfaces. */
  view({ parsed, key, gateway, expiresAt }: PendingRequest): GatewayRequestView {
    const { needs, digest: _digest, ...shown } = parsed;
    const granted = this.#scopesOf(gateway);
    return {
      ...shown,
      key,
      gateway,
      gatewayName: this.#nameOf(gateway),
      expiresAt,
      missingScopes:
        parsed.kind === 'run' || granted === undefined ? [] : missingScopes(granted, needs).slice(0, 256).map(cut),
    };
  }

  /** Returns the waiting request with exactly this key. @throws {RequestError} */
  require(key: string): PendingRequest {
    const identity = identityOfKey(key);
    const entry = [...this.#entries.values()].find((one) => one.key === key);
    if (entry !== undefined && entry.expiresAt !== null && this.#clock.now() >= entry.expiresAt)
      this.settle(entry, { outcome: 'expired' });
    else if (entry !== undefined) return entry;
    if ([...this.#entries.values()].some((one) => identityOfKey(one.key) === identity))
      throw new RequestError('request.changed', 'what is asked is not what was shown');
    const over = this.#history.find(key);
    if (over === undefined) throw new RequestError('request.unknown', 'there is no such request');
    throw new RequestError('request.gone', `the request is over: ${over.outcome}`, {
      details: { outcome: over.outcome, decision: over.decision ?? '' },
    });
  }

  /** Finds a waiting request by its ID. */
  find(gateway: string, kind: ParsedRequest['kind'], requestId: string): PendingRequest | undefined {
    return this.#entries.get(identityOf(gateway, kind, requestId));
  }

  /** Returns a gateway's waiting requests. */
  of(gateway: string, kind?: ParsedRequest['kind']): PendingRequest[] {
    return [...this.#entries.values()].filter(
      (entry) => entry.gateway === gateway && (kind === undefined || entry.parsed.kind === kind),
    );
  }

  /**
   * Adds or replaces a gateway's request.
   * @param isFresh the request was made just now, so its time starts here,
   * whatever the gateway's clock says
   * @returns false if there is no room for it
   */
  put(gateway: string, parsed: ParsedRequest, isFresh: boolean): boolean {
    const identity = identityOf(gateway, parsed.kind, parsed.requestId);
    const before = this.#entries.get(identity);
    if (before !== undefined && before.parsed.digest === parsed.digest) return true;
    const bytes = sizeOf(parsed);
    const shown = bytes <= this.#limits.bytesOfOne ? parsed : { ...parsed, ...TOO_LARGE };
    const size = shown === parsed ? bytes : sizeOf(shown);
    if (before === undefined && !this.#hasRoom(gateway, size)) return false;
    before?.timer?.cancel();
    const now = this.#clock.now();
    this.#insert({
      identity,
      gateway,
      parsed: shown,
      expiresAt: this.#endOf(parsed, now, isFresh),
      heardAt: before?.heardAt ?? now,
      bytes: size,
    });
    return true;
  }

  /** Asks the person to decide on a run on this machine. @throws {DOMException} AbortError */
  async ask(request: RunRequest, signal: AbortSignal): Promise<GatewayRequestDecision> {
    signal.throwIfAborted();
    const { gateway } = request;
    const now = this.#clock.now();
    const parsed = parseRunRequest(request, now);
    const bytes = sizeOf(parsed);
    if (!this.#hasRoomForRun(bytes)) throw new DOMException('too many runs wait', 'AbortError');
    const identity = identityOf(gateway, 'run', parsed.requestId);
    const entry = this.#insert({ identity, gateway, parsed, expiresAt: parsed.expiresAt, heardAt: now, bytes });
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const isLate = parsed.expiresAt !== null && this.#clock.now() >= parsed.expiresAt;
        this.settle(entry, { outcome: isLate ? 'expired' : 'withdrawn' });
      };
      entry.answer = (decision) => {
        signal.removeEventListener('abort', onAbort);
        if (decision === undefined) reject(new DOMException('no one has answered', 'AbortError'));
        else resolve(decision);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends a waiting request. @returns its history entry; undefined if it wasn't waiting */
  settle(waiting: PendingRequest, ending: RequestOutcome): DecidedGatewayRequest | undefined {
    const entry = this.#entries.get(waiting.identity);
    if (entry === undefined) return undefined;
    const decided: DecidedGatewayRequest = {
      ...this.view(entry),
      outcome: ending.outcome,
      decision: ending.decision ?? null,
      by: ending.by ?? null,
      decidedAt: Math.floor(this.#clock.now()),
      reason: ending.reason ?? null,
    };
    this.#entries.delete(entry.identity);
    entry.timer?.cancel();
    this.#history.add(decided);
    this.#onSettled(decided);
    const isAnswered = ending.outcome === 'approved' || ending.outcome === 'rejected';
    entry.answer?.(isAnswered ? (decided.decision ?? undefined) : undefined);
    this.#onChange();
    return decided;
  }

  /** Drops all waiting requests; gateways send theirs again. */
  close(): void {
    for (const entry of this.#entries.values()) {
      entry.timer?.cancel();
      entry.answer?.(undefined);
    }
    this.#entries.clear();
  }

  #insert(parts: Omit<PendingRequest, 'key'>): Entry {
    const { expiresAt, identity } = parts;
    const entry: Entry = {
      ...parts,
      key: `${digestOf(identity).slice(0, 16)}.${parts.parsed.digest}`,
      timer: undefined,
      answer: undefined,
    };
    if (expiresAt !== null)
      entry.timer = this.#clock.setTimer(Math.max(0, expiresAt - this.#clock.now()), () => {
        if (this.#entries.get(identity) === entry) this.settle(entry, { outcome: 'expired' });
      });
    this.#entries.set(identity, entry);
    this.#onChange();
    return entry;
  }

  /**
   * Computes the end on this machine's clock: a fresh request lasts its full time; one found in a list ends no
   * earlier than its remaining time.
   */
  #endOf({ requestedAt, expiresAt }: ParsedRequest, now: number, isFresh: boolean): number | null {
    if (expiresAt === null) return null;
    const life = Math.min(Math.max(expiresAt - requestedAt, LEAST_LEFT), this.#limits.lifetime);
    const end = isFresh || expiresAt <= now ? now + life : Math.min(expiresAt, now + life);
    return Math.floor(end);
  }

  #hasRoom(gateway: string, bytes: number): boolean {
    let [all, allBytes, own, ownBytes] = [0, 0, 0, 0];
    for (const entry of this.#entries.values()) {
      if (entry.parsed.kind === 'run') continue;
      all += 1;
      allBytes += entry.bytes;
      if (entry.gateway !== gateway) continue;
      own += 1;
      ownBytes += entry.bytes;
    }
    const limits = this.#limits;
    return (
      all < limits.waiting &&
      own < limits.waitingPerGateway &&
      allBytes + bytes <= limits.bytes &&
      ownBytes + bytes <= limits.bytesPerGateway
    );
  }

  #hasRoomForRun(bytes: number): boolean {
    const runs = [...this.#entries.values()].filter(({ parsed }) => parsed.kind === 'run');
    const used = runs.reduce((sum, entry) => sum + entry.bytes, 0);
    return runs.length < this.#limits.waitingRuns && used + bytes <= this.#limits.bytesOfRuns;
  }
}

const TOO_LARGE: Partial<ParsedRequest> = {
  roles: [],
  scopes: [],
  commands: [],
  capabilities: [],
  environment: [],
  argv: [],
  command: null,
  decisions: ['reject'],
  text: 'This is too large to be shown, so it can only be refused here.',
};

function identityOf(gateway: string, kind: ParsedRequest['kind'], requestId: string): string {
  return `${gateway} ${kind} ${requestId}`;
}

function identityOfKey(key: string): string {
  return key.split('.')[0] ?? key;
}

function cut(scope: string): string {
  return scope.slice(0, 256);
}

/** Returns the size of a value in a message, with some room for what views add, bytes. */
function sizeOf(value: unknown): number {
  return toUtf8(JSON.stringify(value)).length + 512;
}
