import { PlatformError, type PlatformClient, type RouteName, type RouteOutput } from '#shared/platform/index.ts';
import { errorCode } from '#shared/errors.ts';

/** Routes whose answers are shown and read again when they change. */
export type ReadRoute = {
  [Name in RouteName]: Name extends `${string}.list` | `${string}.get` | 'invitations.mine' ? Name : never;
}[RouteName];

/** One answer: a route with its parameters. */
export type ResourceName = Readonly<{
  route: ReadRoute;
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number>>;
}>;

/** State of an answer that is read. An error doesn't remove the value that was read before. */
export type Loaded<Value> = Readonly<{
  value: Value | undefined;
  /** Time at which the value was read, ms since 1970. */
  at: number | undefined;
  error: unknown;
  isLoading: boolean;
}>;

const EMPTY: Loaded<never> = { value: undefined, at: undefined, error: undefined, isLoading: true };

/** Answers that no component shows and that are kept for a return to their page. */
const MOST_UNUSED = 60;

type Entry = {
  readonly name: ResourceName;
  readonly listeners: Set<() => void>;
  status: Loaded<unknown>;
  isStale: boolean;
  running: AbortController | undefined;
  /** Something changed while the answer was on its way. */
  again: boolean;
};

/**
 * Answers of the accounts API that the page shows. Each is read once for all components, kept, and read again after `refresh`, at most one request at a
 * time. Components subscribe (`useResource`); what none shows is read again when it is shown next.
 */
export class Resources {
  readonly #client: Pick<PlatformClient, 'call'>;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();

  /** @param failed called with each error, such as `platform.signed-out` */
  constructor(client: Pick<PlatformClient, 'call'>, now: () => number, failed: (error: unknown) => void) {
    this.#client = client;
    this.#now = now;
    this.#failed = failed;
  }

  status<Name extends ReadRoute>(name: ResourceName & Readonly<{ route: Name }>): Loaded<RouteOutput<Name>> {
    return (this.#entries.get(keyOf(name))?.status ?? EMPTY) as Loaded<RouteOutput<Name>>;
  }

  /** Adds a listener, and reads the answer unless it is known and still true. @returns a function that removes the listener */
  subscribe(name: ResourceName, listener: () => void): () => void {
    const key = keyOf(name);
    const entry = this.#entries.get(key) ?? this.#create(key, name);
    entry.listeners.add(listener);
    if (entry.isStale) this.#load(entry);
    return () => {
      entry.listeners.delete(listener);
      this.#forgetUnused();
    };
  }

  /** Reads answers again that may have changed. @param isMeant chooses them; all without it */
  refresh(isMeant: (name: ResourceName) => boolean = () => true): void {
    for (const entry of this.#entries.values()) {
      if (!isMeant(entry.name)) continue;
      entry.isStale = true;
      if (entry.listeners.size > 0) this.#load(entry);
    }
  }

  /**
   * Forgets everything, at the end of a session: another person may sign in. What is still shown after that, such as what the relay offers to everyone,
   * is read again.
   */
  clear(): void {
    for (const [key, entry] of this.#entries) {
      entry.running?.abort();
      entry.running = undefined;
      entry.again = false;
      entry.isStale = true;
      entry.status = EMPTY;
      if (entry.listeners.size === 0) this.#entries.delete(key);
      else for (const listener of entry.listeners) listener();
    }
    // By then, pages that need the session are gone.
    setTimeout(() => {
      for (const entry of this.#entries.values()) if (entry.isStale && entry.listeners.size > 0) this.#load(entry);
    }, 0);
  }

  #create(key: string, name: ResourceName): Entry {
    const entry: Entry = {
      name,
      listeners: new Set(),
      status: EMPTY,
      isStale: true,
      running: undefined,
      again: false,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #load(entry: Entry): void {
    if (entry.running !== undefined) {
      entry.again = true;
      return;
    }
    const controller = new AbortController();
    entry.running = controller;
    entry.isStale = false;
    this.#set(entry, { ...entry.status, isLoading: true });
    void this.#read(entry.name, controller.signal).then(
      (value) => this.#finish(entry, controller, { value, at: this.#now(), error: undefined, isLoading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        // The next component that shows it tries again.
        entry.isStale = true;
        const isGone = errorCode(error) === 'platform.not-found' || errorCode(error) === 'platform.signed-out';
        const kept = isGone ? { value: undefined, at: undefined } : entry.status;
        this.#finish(entry, controller, { value: kept.value, at: kept.at, error, isLoading: false });
        this.#failed(error);
      },
    );
  }

  #read({ route, params, query }: ResourceName, signal: AbortSignal): Promise<unknown> {
    // The names of the parameters are those of the route: `useResource` has checked them.
    const call = this.#client.call as (name: ReadRoute, call: unknown) => Promise<unknown>;
    return call(route, { ...(params && { params }), ...(query && { query }), signal });
  }

  #finish(entry: Entry, controller: AbortController, status: Loaded<unknown>): void {
    if (entry.running !== controller) return;
    entry.running = undefined;
    const { again } = entry;
    entry.again = false;
    this.#set(entry, status);
    if (!again) return;
    entry.isStale = true;
    if (entry.listeners.size > 0) this.#load(entry);
  }

  #set(entry: Entry, status: Loaded<unknown>): void {
    entry.status = status;
    for (const listener of entry.listeners) listener();
  }

  #forgetUnused(): void {
    const unused = [...this.#entries].filter(([, { listeners }]) => listeners.size === 0);
    for (const [key, entry] of unused.slice(0, Math.max(0, unused.length - MOST_UNUSED))) {
      entry.running?.abort();
      this.#entries.delete(key);
    }
  }
}

/** Reports whether an error says that there is no session, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'platform.signed-out';
}

function keyOf({ route, params = {}, query = {} }: ResourceName): string {
  const sorted = (values: Readonly<Record<string, string | number>>): unknown =>
    Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([route, sorted(params), sorted(query)]);
}
