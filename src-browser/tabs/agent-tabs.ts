import { AppApiClient, AppApiError, type AppTransport } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { MessageTransport } from '../transports/index.ts';
import type { WorkerAgent } from '../worker-agent/index.ts';

/** Longest time in which another tab's agent answers before it is asked again, ms. The tab may just be taking over. */
const ANSWER_WITHIN = 1000;
/** Longest time to reach an agent, ms. */
const CONNECT_WITHIN = 15_000;
/** Pauses before this tab tries again to run the agent, ms. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
/** Most user interfaces of other tabs served at once. */
const MOST_TABS = 32;

/**
 * Message on the channel of all tabs: a tab takes over the agent, or has started it; another one asks to be served on a channel of its own, or all tabs of an account have to
 * leave because its session is over; `tells`: the agent tells machines and relay before, which no one could ask it. `account`: undefined for the one whose agent runs.
 */
export type TabNotice =
  | Readonly<{ kind: 'agent' }>
  | Readonly<{ kind: 'leave'; account: string | undefined; tells: boolean }>
  | Readonly<{ kind: 'connect'; account: string | undefined; id: string }>;

/** Agent in the worker of a tab, as all tabs use it. */
export type TabAgent = Omit<WorkerAgent, 'peerId'>;

export type AgentTabsOptions = Readonly<{
  /** Name of the agent, one for each store. */
  name: string;
  /** Account that the agent belongs to. Tabs of another one leave when this tab asks for the agent. Undefined: that of the agent that runs. */
  account: string | undefined;
  logger: Logger;
  /** Creates the agent. Called in the tab that runs it, once it may. */
  open(): Promise<TabAgent>;
}>;

/**
 * Runs one agent for all tabs of an origin: in a worker of the tab that holds a Web Lock. User interfaces of other tabs reach it over BroadcastChannels. When that
 * tab closes, the browser gives the lock to another one, which starts the agent with the same keys; connections end then, and user interfaces connect
 * again. Each tab creates one.
 */
export class AgentTabs {
  readonly #options: AgentTabsOptions;
  readonly #all: BroadcastChannel;
  readonly #closing = new AbortController();
  /** Transports of this tab to the agent of another one. */
  readonly #away = new Set<AppTransport>();
  /** Transports of this tab to the agent in its worker. */
  readonly #here = new Set<AppTransport>();
  /** IDs of the other tabs that the agent of this one serves. */
  readonly #served = new Set<string>();
  /** Called when an agent has started somewhere, or failed to start here. */
  readonly #waiting = new Set<() => void>();
  #agent: TabAgent | undefined;
  #failure: unknown;
  #ended: Promise<void>;

  constructor(options: AgentTabsOptions) {
    this.#options = options;
    this.#all = new BroadcastChannel(`${options.name} tabs`);
    this.#all.onmessage = ({ data }: MessageEvent<TabNotice>) => this.#notice(data);
    this.#ended = this.#takeTurns();
  }

  /** True after the tab has left: it connects no more. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** True while the agent runs in this tab. */
  get isHere(): boolean {
    return this.#agent !== undefined;
  }

  /**
   * Connects a user interface of this tab to the agent, wherever it runs.
   * @throws the error with which the agent couldn't be created here; {AppApiError} `control.lost` if no agent answers within 15 s
   */
  async connect(): Promise<AppTransport> {
    const started = performance.now();
    while (!this.#closing.signal.aborted && performance.now() - started < CONNECT_WITHIN) {
      if (this.#agent !== undefined) {
        const transport = this.#agent.connect();
        this.#here.add(transport);
        return watchEnd(transport, () => this.#here.delete(transport));
      }
      if (this.#failure !== undefined) throw this.#failure;
      const transport = await this.#ask();
      if (transport !== undefined) return transport;
    }
    throw new AppApiError('control.lost', 'no tab answers for the agent');
  }

  /** Ends the agent if it runs here, so that another tab takes over, and the connections of this tab. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const transport of this.#away) transport.close();
    await this.#ended;
    this.#all.close();
  }

  /** Waits for the lock and runs the agent while this tab lives. Waits for it again if the agent couldn't be created or has failed. */
  async #takeTurns(): Promise<void> {
    const { name, logger } = this.#options;
    const { signal } = this.#closing;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      try {
        await navigator.locks.request(name, { signal }, async () => await this.#run());
      } catch (error) {
        if (signal.aborted) return;
        logger.error('the agent of this page has ended', { errorCode: errorCode(error) });
        this.#failure = error;
        this.#loseAgent();
        // Another tab may have more luck meanwhile.
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    // The agent of the tab before has ended: what is typed waits from now on, and isn't sent to no one.
    this.#loseAgent();
    this.#all.postMessage({ kind: 'agent' } satisfies TabNotice);
    const agent = await this.#options.open();
    const online = (): void => agent.networkChanged();
    try {
      agent.start();
      this.#agent = agent;
      this.#failure = undefined;
      for (const wake of this.#waiting) wake();
      this.#all.postMessage({ kind: 'agent' } satisfies TabNotice);
      globalThis.addEventListener('online', online);
      // The page was frozen, or this machine slept.
      document.addEventListener('resume', online);
      const left = new Promise((resolve) => {
        if (signal.aborted) resolve(undefined);
        else signal.addEventListener('abort', resolve, { once: true });
      });
      await Promise.race([left, agent.failure]);
    } finally {
      globalThis.removeEventListener('online', online);
      document.removeEventListener('resume', online);
      this.#agent = undefined;
      for (const transport of this.#here) transport.close();
      this.#served.clear();
      await agent.close('closed');
    }
  }

  /** Ends the connections of this tab to the agent of another one, and wakes those that wait for an agent. */
  #loseAgent(): void {
    for (const transport of this.#away) transport.close();
    for (const wake of this.#waiting) wake();
  }

  #notice(notice: TabNotice): void {
    if (notice.kind !== 'agent' && this.#isOfAnother(notice.account)) {
      // Another account uses this browser now, whose pages can't be those of this one.
      if (notice.kind === 'connect') void this.close();
      return;
    }
    if (notice.kind === 'connect') {
      this.#serve(notice.id);
      return;
    }
    if (notice.kind === 'leave') {
      void this.#leave(notice.tells);
      return;
    }
    // The agent runs in another tab now.
    this.#failure = undefined;
    this.#loseAgent();
  }

  /** Ends the agent and the connections of this tab. @param tells the agent tells machines and relay before, as far as they answer */
  async #leave(tells: boolean): Promise<void> {
    if (tells && this.#agent !== undefined) {
      const api = new AppApiClient(this.#agent.connect());
      await api.call('device.leave', {}).catch((error: unknown) => {
        this.#options.logger.warn('no one learned that this browser signed out', { errorCode: errorCode(error) });
      });
      api.close();
    }
    await this.close();
  }

  #isOfAnother(account: string | undefined): boolean {
    const own = this.#options.account;
    return account !== undefined && own !== undefined && account !== own;
  }

  /** Serves a user interface of another tab on its channel, until that tab ends: the browser then frees the lock that the tab holds. */
  #serve(id: string): void {
    if (this.#agent === undefined || this.#served.has(id) || this.#served.size >= MOST_TABS) return;
    const { name } = this.#options;
    const tab = this.#agent.serveTab(`${name} ${id}`);
    this.#served.add(id);
    void navigator.locks
      .request(`${name} ${id}`, { signal: this.#closing.signal }, () => undefined)
      .catch(() => undefined)
      .then(() => {
        if (this.#served.delete(id)) tab.end();
      });
  }

  /** Asks the tab with the agent, once. @returns undefined if none answers now */
  async #ask(): Promise<AppTransport | undefined> {
    const { name, account } = this.#options;
    const id = crypto.randomUUID();
    const channel = new BroadcastChannel(`${name} ${id}`);
    const lock = await holdLock(`${name} ${id}`);
    const answered = await new Promise<boolean>((resolve) => {
      const finish = (isAnswered: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(again);
        resolve(isAnswered);
      };
      const again = (): void => finish(false);
      const timer = setTimeout(again, ANSWER_WITHIN);
      this.#waiting.add(again);
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data === 'agent') finish(true);
      };
      this.#all.postMessage({ kind: 'connect', account, id } satisfies TabNotice);
    });
    if (!answered || this.#closing.signal.aborted) {
      channel.close();
      lock.release();
      return undefined;
    }
    const transport = new MessageTransport(channel);
    this.#away.add(transport);
    return watchEnd(transport, () => {
      this.#away.delete(transport);
      lock.release();
    });
  }
}

/** Takes a lock that no other tab has, and holds it until it is released or this tab ends. */
async function holdLock(name: string): Promise<Readonly<{ release(): void }>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await new Promise<void>((resolve, reject) => {
    navigator.locks
      .request(name, async () => {
        resolve();
        await released;
      })
      .catch(reject);
  });
  return { release };
}

/** Returns the transport, and calls the function when it has ended. */
function watchEnd(transport: AppTransport, ended: () => void): AppTransport {
  return {
    bufferedBytes: 0,
    send: (message) => transport.send(message),
    setHandlers: (handlers) =>
      transport.setHandlers({
        message: (bytes) => handlers.message(bytes),
        drain: () => handlers.drain(),
        closed: (error) => {
          ended();
          handlers.closed(error);
        },
      }),
    close: () => {
      transport.close();
      ended();
    },
  };
}
