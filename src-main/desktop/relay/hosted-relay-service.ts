import { createInterface } from 'node:readline';
import type { CallInput, HostedRelay, RelayStatus } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { HostedRelayController } from '../ports.ts';
import { relayUrl } from './addresses.ts';
import { parseStartupBanner, type Greeting } from './greeting.ts';
import type { LaunchRelay, RelayProcess } from './relay-process.ts';

export type RememberedRelay = Readonly<{ on: boolean; port: number }>;

export type HostedRelayOptions = Readonly<{
  /** Undefined where no relay can be started on this machine; found while the application goes on starting. */
  launch: Promise<LaunchRelay | undefined>;
  /** Data of the relay. */
  directory: string;
  clock: Clock;
  logger: Logger;
  /** What was `remember`ed by an earlier start of the application. */
  remembered: RememberedRelay | undefined;
  remember(relay: RememberedRelay): void;
  /** Points this device to the relay. */
  configure(input: CallInput<'relay.configure'>): Promise<unknown>;
  /** The relay that this device uses now; undefined while there is no agent to ask. */
  current(): Promise<RelayStatus | undefined>;
  /** Points this device to the relay it used before, if it uses this one and there was another. */
  goBack(): Promise<unknown>;
  /** Of this machine as others see it, best first. */
  addresses(): readonly string[];
}>;

/** Where a relay listens as a rule; devices that were paired over it look for it there. */
export const FIRST_PORT = 7474;
/** Ports tried, one after the other. */
const MOST_PORTS = 20;
/** For a relay to say that it listens, ms. */
export const START_TIMEOUT = 20_000;
/** For a relay to end when it was asked to, ms; longer than it waits for links in use. */
export const STOP_TIMEOUT = 4000;
/** Between the ends of a relay that nobody stopped and its next start, ms. */
export const RESTART_DELAYS: readonly number[] = [1000, 2000, 4000, 8000, 16_000];
/** A relay that has run for so long has no failures behind it, ms. */
export const RELAY_STABLE_AFTER = 60_000;
/** How often the addresses of this machine are looked at, ms. */
export const ADDRESS_INTERVAL = 15_000;
/** Bytes of what a relay says that are kept to tell why it failed. */
const MOST_COMPLAINT = 4096;

const OFF: HostedRelay = { state: 'off', url: null, addresses: [], pin: null, admission: null, problem: null };

type Running = Readonly<{ process: RelayProcess; greeting: Greeting; since: number }>;

/** The relay of this application: a process of its own, watched, on the same port for as long as it can be had. */
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
  /** Of this device itself, in the relay's settings of the agent. */
  #configured = '';
  /** The person has asked for it since this device was pointed to it last. */
  #wanted = false;
  /** What a start that has been overtaken by a stop compares. */
  #generation = 0;
  #closed = false;

  constructor(options: HostedRelayOptions) {
    this.#options = options;
    this.#port = options.remembered?.port ?? FIRST_PORT;
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

  /** Starts the relay where it ran when the application ended. */
  async resume(): Promise<void> {
    if (this.#options.remembered?.on !== true) return;
    // Before anybody looks: nobody shall be told to start what is being started.
    this.#show({ ...OFF, state: 'starting' });
    const generation = this.#generation;
    const isPossible = await this.canHost();
    // The person has started or stopped it meanwhile.
    if (generation !== this.#generation) return;
    if (isPossible) await this.#startAnew();
    else this.#show(OFF);
  }

  /** Starts it where it does not run, and points this device to it. */
  async start(): Promise<HostedRelay> {
    if (this.#running === undefined) this.#wanted = true;
    return this.#startAnew();
  }

  async #startAnew(): Promise<HostedRelay> {
    if (this.#closed) return this.#relay;
    if (this.#starting !== undefined) return this.#starting;
    if (this.#running !== undefined) return this.#relay;
    this.#timer?.cancel();
    this.#failures = 0;
    return this.#begin();
  }

  /** Ends it, and points this device to the relay it used before. @throws what kept this device from being pointed there; it has ended all the same */
  async stop(): Promise<HostedRelay> {
    const { remember, goBack, logger } = this.#options;
    remember({ on: false, port: this.#port });
    let problem: unknown;
    // While it still runs: this device is not without a relay for longer than it must be.
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
    // The one before may still have the port and the data.
    await this.#stopping;
    if (generation !== this.#generation) return this.#relay;
    this.#show({ ...OFF, state: 'starting' });
    for (let port = this.#port; port < this.#port + MOST_PORTS; port += 1) {
      if (generation !== this.#generation) return this.#relay;
      const process = launch([
        `--listen=${port}`,
        `--data=${this.#options.directory}`,
        '--tls=own',
        '--admission=token',
        '--drain=2',
        '--log-level=warn',
      ]);
      this.#process = process;
      const outcome = await this.#listening(process);
      if (generation !== this.#generation) return this.#relay;
      if (outcome.kind === 'port-taken') continue;
      if (outcome.kind === 'failed') {
        logger.error('the relay did not start', { problem: outcome.problem, complaint: outcome.complaint });
        return this.#show({ ...OFF, state: 'failed', problem: outcome.problem });
      }
      this.#port = port;
      this.#running = { process, greeting: outcome.greeting, since: clock.monotonic() };
      remember({ on: true, port });
      void process.exited.then((reason) => this.#lost(process, reason));
      await this.#publish();
      return this.#relay;
    }
    return this.#show({ ...OFF, state: 'failed', problem: 'hosted-relay.port' });
  }

  /** Reads what a starting relay says until it listens or is gone. */
  #listening(process: RelayProcess): Promise<Outcome> {
    const { clock, logger } = this.#options;
    return new Promise((resolve) => {
      const lines: string[] = [];
      let complaint = '';
      const timer = clock.setTimer(START_TIMEOUT, () => {
        process.kill();
        settle({ kind: 'failed', problem: 'hosted-relay.timeout', complaint });
      });
      const settle = (outcome: Outcome): void => {
        timer.cancel();
        resolve(outcome);
      };
      createInterface({ input: process.stdout }).on('line', (line) => {
        if (lines.length < 32) lines.push(line);
        const greeting = parseStartupBanner(lines);
        if (greeting !== undefined) settle({ kind: 'listening', greeting });
      });
      process.stderr.on('data', (text: Buffer) => {
        if (complaint.length < MOST_COMPLAINT) complaint += text.toString('utf8');
        else logger.debug('relay', { text: text.toString('utf8').slice(0, MOST_COMPLAINT) });
      });
      void process.exited.then(() => {
        settle(
          complaint.includes('EADDRINUSE')
            ? { kind: 'port-taken' }
            : { kind: 'failed', problem: 'hosted-relay.failed', complaint: complaint.slice(0, MOST_COMPLAINT) },
        );
      });
    });
  }

  /** Tells everybody where the relay is, and points this device to it; again whenever the addresses of this machine change. */
  async #publish(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { clock, logger, configure, addresses } = this.#options;
    const { port, pin, admission } = running.greeting;
    const reachable = addresses();
    // Not loopback where there is anything else: invitations carry this address to other machines.
    const url = relayUrl(reachable[0] ?? '127.0.0.1', port);
    if (url !== this.#configured) {
      try {
        const isUsed = this.#wanted || (await this.#isUsed(url));
        // Stopped meanwhile, this device has been pointed to the relay before, and a next start is for itself.
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
    };
    if (JSON.stringify(relay) !== JSON.stringify(this.#relay)) this.#show(relay);
    this.#timer?.cancel();
    this.#timer = clock.setTimer(ADDRESS_INTERVAL, () => void this.#publish());
  }

  /** Whether this device is at the relay, at whatever address that was; the person may have chosen another one meanwhile, and is not overruled. */
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

  /** @param leave what is done before the relay is asked to end */
  async #end(leave?: () => Promise<void>): Promise<void> {
    this.#generation += 1;
    // It comes to nothing; who starts it from now on means another one.
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
    await leave?.();
    await before;
    if (process === undefined) return;
    process.stop();
    const timer = this.#options.clock.setTimer(STOP_TIMEOUT, () => process.kill());
    await process.exited;
    timer.cancel();
  }

  #show(relay: HostedRelay): HostedRelay {
    if (relay === this.#relay) return relay;
    this.#relay = relay;
    for (const listener of this.#listeners) listener(relay);
    return relay;
  }
}

type Outcome =
  | Readonly<{ kind: 'listening'; greeting: Greeting }>
  | Readonly<{ kind: 'port-taken' }>
  | Readonly<{ kind: 'failed'; problem: string; complaint: string }>;
