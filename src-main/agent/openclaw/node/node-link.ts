import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { Programs } from '#node/programs/index.ts';
import type { GatewayChannel } from '../gateways/index.ts';
import type { Invocations, InvokeSource } from './invocations.ts';
import type { NodeCommand } from './declared-commands.ts';

/** Interval between reports of this machine's statistics, ms. */
const STATS_INTERVAL = 60_000;
/** First wait after a gateway has rejected the statistics, doubled up to the interval, ms. A gateway accepts them once its operator has approved this node. */
const STATS_FIRST = 2000;
/** Wait before one retry, ms: right after the first pairing a gateway may not know this connection yet. */
const RETRY = 1000;
/** Most replies and events waiting for a slow gateway; further events are dropped. */
const MOST_WAITING = 64;

type Options = Readonly<{
  channel: GatewayChannel;
  invocations: Invocations;
  commands: () => readonly NodeCommand[];
  programs: Programs;
  clock: Clock;
  logger: Logger;
}>;

/**
 * One connection of this machine to a gateway as its node: passes the gateway's commands to `Invocations`, which has them run here, and reports this
 * machine's statistics, which it reads from the system. Ends with its channel. `NodeService` makes it.
 */
export class NodeLink {
  readonly #options: Options;
  #timer: Timer | undefined;
  #waiting = 0;
  /** Rejected reports in a row. */
  #rejections = 0;

  constructor(options: Options) {
    this.#options = options;
    const { channel, invocations } = options;
    const source: InvokeSource = {
      gateway: channel.gatewayId,
      gatewayName: channel.gatewayName,
      deviceId: channel.deviceId,
      commands: options.commands,
      closed: channel.closed,
      event: (event, payload) => void this.#event(event, payload),
      result: async (params) => void (await this.#send('node.invoke.result', params)),
    };
    const off = channel.onEvent((event, payload) => {
      if (event === 'node.invoke.request') void invocations.take(payload, source);
      else if (event === 'node.invoke.cancel') invocations.cancel(payload);
      // The operator has decided on some node, perhaps on this one: the gateway may accept reports now.
      else if (event === 'node.pair.resolved' && this.#rejections > 0) this.#reportStatsIn(RETRY);
    });
    const close = (): void => {
      off();
      this.#timer?.cancel();
    };
    channel.closed.addEventListener('abort', close, { once: true });
    if (channel.closed.aborted) {
      close();
      return;
    }
    void this.#event('node.presence.alive', { trigger: 'connect' });
    void this.#reportStats();
  }

  async #reportStats(): Promise<void> {
    const { channel, programs, logger } = this.#options;
    let taken = true;
    try {
      taken = await this.#event('node.host.stats', { ...(await programs.hostStats()) });
    } catch (error) {
      logger.warn('the figures of this machine could not be read', { errorCode: errorCode(error) });
    }
    if (channel.closed.aborted) return;
    this.#rejections = taken ? 0 : this.#rejections + 1;
    this.#reportStatsIn(
      taken ? STATS_INTERVAL : Math.min(STATS_FIRST * 2 ** Math.min(this.#rejections, 16), STATS_INTERVAL),
    );
  }

  #reportStatsIn(delay: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delay, () => void this.#reportStats());
  }

  async #event(event: string, payload: Readonly<Record<string, unknown>>): Promise<boolean> {
    if (this.#waiting >= MOST_WAITING) return false;
    return await this.#send('node.event', { event, payloadJSON: JSON.stringify(payload) });
  }

  /** Sends a request, with one retry if the gateway isn't ready for this node yet. Never fails. @returns whether the gateway accepted it */
  async #send(method: string, params: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { channel, logger } = this.#options;
    this.#waiting += 1;
    try {
      try {
        await channel.request(method, params);
      } catch (error) {
        if (!isNotReady(error) || channel.closed.aborted) throw error;
        await this.#pause();
        if (channel.closed.aborted) return false;
        await channel.request(method, params);
      }
      return true;
    } catch (error) {
      if (!channel.closed.aborted)
        logger[isNotReady(error) ? 'debug' : 'warn']('a gateway did not accept a message of this node', {
          gateway: channel.gatewayId,
          method,
          errorCode: errorCode(error),
          error: errorMessage(error),
        });
      return false;
    } finally {
      this.#waiting -= 1;
    }
  }

  #pause(): Promise<void> {
    const { clock, channel } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimer(RETRY, done);
      channel.closed.addEventListener('abort', done, { once: true });
      function done(): void {
        timer.cancel();
        channel.closed.removeEventListener('abort', done);
        resolve();
      }
    });
  }
}

function isNotReady(error: unknown): boolean {
  if (!(error instanceof ClawReachError) || error.code !== 'gateway.request') return false;
  return [error.details['gatewayCode'], error.details['detailsCode']].some(
    (code) => code === 'UNAVAILABLE' || code === 'PAIRING_CHANGED',
  );
}
