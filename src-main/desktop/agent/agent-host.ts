import { setTimeout } from 'node:timers/promises';
import {
  AppApiClient,
  createTransportPair,
  ShellTransport,
  type AppTransport,
  type EventPayload,
  type ShellEvent,
  type ShellHandlers,
} from '#shared/app-api/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { Agent } from '#agent/index.ts';
import type { AgentHost } from '../ports.ts';
import type { AgentBacking } from './agent-backing.ts';
import { startApplicationAgent } from './application-agent.ts';
import { refuseWindow } from './refuse-window.ts';
import { attachToAgent } from './running-agent.ts';

export type AgentHostOptions = Readonly<{
  profile: string;
  logger: Logger;
  createAgent(): Promise<Agent>;
  /** Returns the handlers for the calls that the application itself answers. */
  handlers(host: AgentHost): ShellHandlers;
}>;

/**
 * Number of attempts to find or start the agent. Two processes that start and end at the same moment may miss each
 * other, since an agent has eight seconds to end.
 */
const MAX_ATTEMPTS = 100;
/** Delay between two attempts, ms. */
const ATTEMPT_INTERVAL = 100;

/**
 * Creates the agent behind all windows: the application's own if no other process uses the profile, else the one that already runs. Called once by
 * `startServices`. When an agent that already ran ends, the application starts its own, and windows and tray get new connections. If no agent can be
 * started, windows show the problem, and each reconnecting window tries again, since the key store may be unlocked or a file restored by then. Uses
 * the profile's control socket.
 */
export async function createAgentHost(options: AgentHostOptions): Promise<AgentHost> {
  const host = new Host(options);
  await host.begin();
  return host;
}

class Host implements AgentHost {
  readonly stopRequested: Promise<void>;
  readonly #options: AgentHostOptions;
  readonly #handlers: ShellHandlers;
  readonly #windows = new Set<ShellTransport>();
  readonly #listeners = new Set<(client: AppApiClient) => void>();
  readonly #stop: () => void;
  #backing: AgentBacking | undefined;
  #client: AppApiClient | undefined;
  #closing: Promise<void> | undefined;
  #problem: unknown;
  #beginning: Promise<void> | undefined;

  constructor(options: AgentHostOptions) {
    this.#options = options;
    ({ promise: this.stopRequested, resolve: this.#stop } = Promise.withResolvers<void>());
    this.#handlers = options.handlers(this);
  }

  get ownsAgent(): boolean {
    return this.#backing?.endsWithApplication === true;
  }

  get problem(): unknown {
    return this.#problem;
  }

  get client(): AppApiClient {
    if (this.#client === undefined) throw new Error('the agent host has not begun');
    return this.#client;
  }

  onClient(listener: (client: AppApiClient) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  attach(window: AppTransport): void {
    if (this.#closing !== undefined) {
      window.close();
      return;
    }
    const shell = new ShellTransport(window, this.#handlers);
    this.#windows.add(shell);
    void shell.ended.then(() => this.#windows.delete(shell));
    if (this.#backing !== undefined && this.#problem === undefined) this.#backing.serve(shell);
    else void this.#serveAgain(shell);
  }

  /** Serves a window again, after another attempt to start the agent. */
  async #serveAgain(window: ShellTransport): Promise<void> {
    await this.begin();
    if (this.#closing !== undefined) window.close();
    else if (this.#problem === undefined) this.#backing?.serve(window);
    else refuseWindow(window, this.#problem);
  }

  emit<Event extends ShellEvent>(event: Event, payload: EventPayload<Event>): void {
    for (const window of this.#windows) window.emit(event, payload);
  }

  woke(): void {
    this.#backing?.woke();
  }

  suspended(): void {
    this.#backing?.suspended();
  }

  networkChanged(): void {
    this.#backing?.networkChanged();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    for (const window of this.#windows) window.close();
    this.#client?.close();
    await this.#backing?.close();
  }

  /** Finds or starts the agent; sets `problem` if that fails. Never rejects. */
  begin(): Promise<void> {
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #begin(): Promise<void> {
    const { logger } = this.#options;
    const isFirst = this.#client === undefined && this.#problem === undefined;
    try {
      await this.#start();
      this.#problem = undefined;
    } catch (error) {
      // Windows retry often, so the same problem is logged once.
      if (errorCode(this.#problem) !== errorCode(error))
        logger.error('the agent could not start', { errorCode: errorCode(error), error: errorMessage(error) });
      this.#problem = error;
      return;
    }
    if (isFirst || this.#client === undefined || this.#closing !== undefined) return;
    for (const listener of this.#listeners) listener(this.#client);
  }

  async #start(): Promise<void> {
    const backing = await this.#find();
    if (this.#closing !== undefined) {
      await backing.close();
      return;
    }
    this.#backing = backing;
    const [clientEnd, served] = createTransportPair();
    backing.serve(served);
    this.#client = new AppApiClient(clientEnd);
    if (!backing.endsWithApplication) void backing.ended.then(() => this.#takeOver());
  }

  async #find(): Promise<AgentBacking> {
    const { profile, createAgent, logger } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const agent = await startApplicationAgent(profile, createAgent);
        void agent.stopRequested.then(this.#stop);
        return agent;
      } catch (error) {
        if (errorCode(error) !== 'control.in-use' || attempt >= MAX_ATTEMPTS) throw error;
      }
      try {
        const backing = await attachToAgent(profile);
        logger.info('an agent runs already on this profile; the windows use it');
        return backing;
      } catch (error) {
        if (errorCode(error) !== 'control.not-running' || attempt >= MAX_ATTEMPTS) throw error;
      }
      await setTimeout(ATTEMPT_INTERVAL);
      if (this.#closing !== undefined) throw new ClawReachError('control.not-running', 'the application ends');
    }
  }

  async #takeOver(): Promise<void> {
    if (this.#closing !== undefined) return;
    const { logger } = this.#options;
    logger.info('the agent of this profile has ended; the application takes over');
    const windows = [...this.#windows];
    await this.begin();
    // Windows reconnect by themselves, to the new agent or to learn why there is none.
    for (const window of windows) window.close();
  }
}
