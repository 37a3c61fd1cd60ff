import { createInterface } from 'node:readline';
import { HOSTED_RELAY_OFF, type CallInput, type HostedRelay, type RelayStatus } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { HostedRelayController } from '../ports.ts';
import type { PortMapper } from '#node/port-mapping/index.ts';
import { relayUrl } from './addresses.ts';
import { OutsidePort } from './outside-port.ts';
import { parseStartupBanner, type StartupBanner } from './startup-banner.ts';
import type { LaunchRelay, RelayProcess } from './relay-process.ts';

/** State stored for the next start of the application: whether the relay is on, its port, and whether the router opens that for machines elsewhere. */
export type RememberedRelay = Readonly<{ on: boolean; port: number; outside?: boolean | undefined }>;

export type HostedRelayOptions = Readonly<{
  /** Resolves with a function that starts a relay; undefined if this machine can't. */
  launch: Promise<LaunchRelay | undefined>;
  /** Directory of the relay's data. */
  directory: string;
  clock: Clock;
  logger: Logger;
  /** State stored by an earlier run of the application. */
  remembered: RememberedRelay | undefined;
  remember(relay: RememberedRelay): void;
  /** Sets this device's relay. */
  configure(input: CallInput<'relay.configure'>): Promise<unknown>;
  /** Returns the relay that this device uses now; undefined without an agent. */
  current(): Promise<RelayStatus | undefined>;
  /** Returns this device to the relay it used before, if it uses the hosted one and there was another. */
  goBack(): Promise<unknown>;
  /** Returns this machine's addresses as others see them, best first. */
  addresses(): readonly string[];
  /** Asks this machine's router to open ports. */
  mapper: Pick<PortMapper, 'map' | 'unmap'>;
}>;

/** First port to try. Devices paired over this relay look for it at the same port again. */
export const FIRST_PORT = 7474;
/** Number of ports to try, one after the other, while they are in use. */
const MAX_PORTS = 20;
/** Longest wait for a relay to listen, ms. */
export const START_TIMEOUT = 20_000;
/** Longest wait for a relay to end, ms; longer than it waits for data connections in use. */
export const STOP_TIMEOUT = 4000;
/** Delays before a relay that ended by itself is restarted, ms. */
export const RESTART_DELAYS: readonly number[] = [1000, 2000, 4000, 8000, 16_000];
/** Run time after which earlier failures no longer count, ms. */
export const RELAY_STABLE_AFTER = 60_000;
/** Interval between two looks at this machine's addresses, ms. */
export const ADDRESS_INTERVAL = 15_000;
/** Most bytes of a relay's error output that are stored to explain a failure. */
const MAX_ERROR_OUTPUT = 4096;

const OFF = HOSTED_RELAY_OFF;

type Running = Readonly<{ process: RelayProcess; banner: StartupBanner; since: number }>;

/**
 * Relay hosted by this application: starts it as a process of its own, on the same port whenever possible, restarts it after failures, and sets this
 * device to use it. Created by `startServices`; the window starts and stops it. Changes the relay settings of the agent, and stores with `remember`
 * whether the relay is on. The relay keeps its data in the profile's folder `relay`.
 */
export class HostedRelayService implements HostedRelayController {
  readonly #options: HostedRelayOptions;
  readonly #listeners = new Set<(relay: HostedRelay) => void>();
  #relay = OFF;
  #port: number;
  #process: RelayProcess | undefined;
  #running: Running | undefined;
  #starting: Promise<HostedRelay> | undefined;
  #stopping: Promise<void> | undefined;
  #failures = 0;
  #timer: Timer | undefined;
  /** URL of this relay in the agent's settings, as last set here. */
  #configured = '';
  /** True if the person started the relay since this device was last configured for it. */
  #wanted = false;
  /** Counter by which a start notices that a stop has overtaken it. */
  #generation = 0;
  #closed = false;
  /** True if the router is to open the relay's port: the person has started the relay, and not switched this off. */
  #isOutside: boolean;
  readonly #outside: OutsidePort;

  constructor(options: HostedRelayOptions) {
    this.#options = options;
    this.#port = options.remembered?.port ?? FIRST_PORT;
    this.#isOutside = options.remembered?.outside ?? false;
    this.#outside = new OutsidePort({
      ...options,
      onChange: (outside) => {
        if (this.#relay.state === 'running') this.#show({ ...this.#relay, outside });
      },
    });
  }

  async canHost(): Promise<boolean> {
    return (await this.#options.launch) !== undefined;
  }

  get(): HostedRelay {
    return this.#relay;
  }

  onChange(listener: (relay: HostedRelay) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Starts the relay if it ran when the application ended. */
  async resume(): Promise<void> {
    if (this.#options.remembered?.on !== true) return;
    // Show this first, so that no one is asked to start a relay that is starting.
    this.#show({ ...OFF, state: 'starting' });
    const generation = this.#generation;
    const isPossible = await this.canHost();
    // The person started or stopped it in the meantime.
    if (generation !== this.#generation) return;
    if (isPossible) await this.#restart();
    else this.#show(OFF);
  }

  /** Starts the relay unless it runs, and sets this device to use it. */
  async start(): Promise<HostedRelay> {
    if (this.#running === undefined) {
      this.#wanted = true;
      // A port that the person has closed stays closed.
      this.#isOutside = this.#options.remembered?.outside ?? true;
    }
    return this.#restart();
  }

  /** Has the router open the relay's port for machines elsewhere, or close it. */
  async setOutside(on: boolean): Promise<HostedRelay> {
    this.#isOutside = on;
    const running = this.#running;
    if (running === undefined) return this.#relay;
    this.#options.remember({ on: true, port: this.#port, outside: on });
    if (on) this.#openOutside(running);
    else await this.#outside.close();
    return this.#relay;
  }

  #openOutside({ banner }: Running): void {
    this.#outside.open({ port: banner.port, secret: banner.admission, addresses: this.#options.addresses() });
  }

  async #restart(): Promise<HostedRelay> {
    if (this.#closed) return this.#relay;
    if (this.#starting !== undefined) return this.#starting;
    if (this.#running !== undefined) return this.#relay;
    this.#timer?.cancel();
    this.#failures = 0;
    return this.#begin();
  }

  /**
   * Stops the relay, and returns this device to the one it used before.
   * @throws the error of that change; the relay has
   * ended all the same
   */
  async stop(): Promise<HostedRelay> {
    const { remember, goBack, logger } = this.#options;
    remember({ on: false, port: this.#port, outside: this.#isOutside });
    let problem: unknown;
    // Change while it still runs, so that this device is without a relay only briefly.
    await this.#end(async () => {
      try {
        await goBack();
      } catch (error) {
        problem = error;
        logger.warn('this device could not be pointed to the relay before', { errorCode: errorCode(error) });
      }
    });
    if (problem !== undefined) throw problem;
    return this.#relay;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  #begin(): Promise<HostedRelay> {
    this.#generation += 1;
    const starting = this.#start(this.#generation).finally(() => {
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  async #start(generation: number): Promise<HostedRelay> {
    const { logger, remember, clock } = this.#options;
    const launch = await this.#options.launch;
    if (generation !== this.#generation) return this.#relay;
    if (launch === undefined) return this.#show({ ...OFF, state: 'failed', problem: 'hosted-relay.unavailable' });
    // The previous process may still hold the port and the data.
    await this.#stopping;
    if (generation !== this.#generation) return this.#relay;
    this.#show({ ...OFF, state: 'starting' });
    for (let port = this.#port; port < this.#port + MAX_PORTS; port += 1) {
      if (generation !== this.#generation) return this.#relay;
      const process = launch([
        `--listen=${port}`,
        `--data=${this.#options.directory}`,
        '--tls=own',
        '--admission=token',
        '--drain=2',
        // It ends because a person stops it or closes the application.
        '--announce-restart=off',
        '--log-level=warn',
      ]);
      this.#process = process;
      const outcome = await this.#listening(process);
      if (generation !== this.#generation) return this.#relay;
      if (outcome.kind === 'port-taken') continue;
      if (outcome.kind === 'failed') {
        logger.error('the relay did not start', { problem: outcome.problem, errorOutput: outcome.errorOutput });
        return this.#show({ ...OFF, state: 'failed', problem: outcome.problem });
      }
      this.#port = port;
      this.#running = { process, banner: outcome.banner, since: clock.monotonic() };
      remember({ on: true, port, outside: this.#isOutside });
      void process.exited.then((reason) => this.#lost(process, reason));
      await this.#publish();
      return this.#relay;
    }
    return this.#show({ ...OFF, state: 'failed', problem: 'hosted-relay.port' });
  }

  /** Reads a starting relay's output until it listens or ends. */
  #listening(process: RelayProcess): Promise<Outcome> {
    const { clock, logger } = this.#options;
    return new Promise((resolve) => {
      const lines: string[] = [];
      let errorOutput = '';
      const timer = clock.setTimer(START_TIMEOUT, () => {
        process.kill();
        settle({ kind: 'failed', problem: 'hosted-relay.timeout', errorOutput });
      });
      const settle = (outcome: Outcome): void => {
        timer.cancel();
        resolve(outcome);
      };
      createInterface({ input: process.stdout }).on('line', (line) => {
        if (lines.length < 32) lines.push(line);
        const banner = parseStartupBanner(lines);
        if (banner !== undefined) settle({ kind: 'listening', banner });
      });
      process.stderr.on('data', (text: Buffer) => {
        if (errorOutput.length < MAX_ERROR_OUTPUT) errorOutput += text.toString('utf8');
        else logger.debug('relay', { text: text.toString('utf8').slice(0, MAX_ERROR_OUTPUT) });
      });
      void process.exited.then(() => {
        settle(
          errorOutput.includes('EADDRINUSE')
            ? { kind: 'port-taken' }
            : { kind: 'failed', problem: 'hosted-relay.failed', errorOutput: errorOutput.slice(0, MAX_ERROR_OUTPUT) },
        );
      });
    });
  }

  /** Reports the relay's address, and sets this device to use it; again whenever this machine's addresses change. */
  async #publish(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { clock, logger, configure, addresses } = this.#options;
    const { port, pin, admission } = running.banner;
    const reachable = addresses();
    // Prefer an address that other machines can reach, since invitations contain it.
    const url = relayUrl(reachable[0] ?? '127.0.0.1', port);
    if (url !== this.#configured) {
      try {
        const isUsed = this.#wanted || (await this.#isUsed(url));
        // Stopped in the meantime: this device already uses its former relay again.
        if (this.#running !== running) return;
        if (isUsed) await configure({ url, pin, admission, own: true });
        if (this.#running !== running) return;
        this.#wanted = false;
        this.#configured = url;
      } catch (error) {
        logger.warn('this device could not be pointed to its own relay', {
          errorCode: errorCode(error),
          error: errorMessage(error),
        });
      }
    }
    if (this.#running !== running) return;
    const relay: HostedRelay = {
      state: 'running',
      url,
      addresses: reachable.map((address) => relayUrl(address, port)),
      pin,
      admission,
      problem: null,
      outside: this.#outside.view,
    };
    const hasMoved = relay.url !== this.#relay.url;
    if (JSON.stringify(relay) !== JSON.stringify(this.#relay)) this.#show(relay);
    if (hasMoved && this.#isOutside) this.#openOutside(running);
    this.#timer?.cancel();
    this.#timer = clock.setTimer(ADDRESS_INTERVAL, () => void this.#publish());
  }

  /** Tells whether this device uses the hosted relay, at any of its addresses. The person may have chosen another one, which stays. */
  async #isUsed(url: string): Promise<boolean> {
    const used = await this.#options.current();
    return used === undefined || used.url === null || used.url === url || used.own === true;
  }

  #lost(process: RelayProcess, reason: string): void {
    const running = this.#running;
    if (running?.process !== process || this.#stopping !== undefined) return;
    const { clock, logger } = this.#options;
    this.#timer?.cancel();
    this.#running = undefined;
    this.#process = undefined;
    if (clock.monotonic() - running.since >= RELAY_STABLE_AFTER) this.#failures = 0;
    const delay = RESTART_DELAYS[this.#failures];
    this.#failures += 1;
    logger.error('the relay has ended', { reason, again: delay ?? 'no' });
    if (delay === undefined) {
      this.#show({ ...OFF, state: 'failed', problem: 'hosted-relay.failed' });
      return;
    }
    this.#show({ ...OFF, state: 'starting' });
    this.#timer = clock.setTimer(delay, () => {
      this.#begin().catch((error: unknown) => {
        logger.error('the relay could not be started again', { errorCode: errorCode(error) });
      });
    });
  }

  /** Stops the process. @param leave runs before the relay is asked to end */
  async #end(leave?: () => Promise<void>): Promise<void> {
    this.#generation += 1;
    // The pending start fails; a later call starts a new one.
    this.#starting = undefined;
    this.#timer?.cancel();
    const process = this.#process;
    this.#process = undefined;
    this.#running = undefined;
    this.#configured = '';
    this.#wanted = false;
    if (process !== undefined || leave !== undefined) {
      const stopping = this.#stopAfter(this.#stopping, leave, process).finally(() => {
        if (this.#stopping === stopping) this.#stopping = undefined;
      });
      this.#stopping = stopping;
    }
    await this.#stopping;
    if (this.#running === undefined && this.#starting === undefined) this.#show(OFF);
  }

  async #stopAfter(
    before: Promise<void> | undefined,
    leave: (() => Promise<void>) | undefined,
    process: RelayProcess | undefined,
  ): Promise<void> {
    const closing = this.#outside.close();
    await leave?.();
    await before;
    await closing;
    if (process === undefined) return;
    process.stop();
    const timer = this.#options.clock.setTimer(STOP_TIMEOUT, () => process.kill());
    await process.exited;
    timer.cancel();
  }

  #show(relay: HostedRelay): HostedRelay {
    if (relay === this.#relay) return relay;
    this.#relay = relay;
    // No port stays open for a relay that has been given up.
    if (relay.state === 'failed') void this.#outside.close();
    for (const listener of this.#listeners) listener(relay);
    return relay;
  }
}

type Outcome =
  | Readonly<{ kind: 'listening'; banner: StartupBanner }>
  | Readonly<{ kind: 'port-taken' }>
  | Readonly<{ kind: 'failed'; problem: string; errorOutput: string }>;
