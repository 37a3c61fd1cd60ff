import type { PageCheckView, RelayPageView } from '#shared/app-api/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import {
  DialError,
  parseRelayUrl,
  type FileAnswer,
  type RelayDialer,
  type RelayEndpoint,
} from '#shared/relay-dialer/index.ts';
import { browserHost } from '#shared/relay-page/index.ts';
import { delay } from '#shared/timeout.ts';
import type { Core } from '../core/core.ts';
import type { Network } from '../network/index.ts';
import { comparePage, type KnownPage } from './compare-page.ts';

/** Time from the start of the agent to the first check, and after one that couldn't be made, ms. */
const FIRST = 10 * 60_000;
/** Time between two checks, ms. */
const INTERVAL = 24 * 3_600_000;
/** Longest time that is added to each, so that not all devices check at once, ms. */
const SPREAD = 10 * 60_000;
/** Times that a file is asked for while the relay asks for patience, and the pause between them, ms. */
const ROUNDS = 8;
const ROUND_PAUSE = 2000;

/** Parts of the agent and the machine that a check needs. */
export type PageCheckOptions = Readonly<{
  core: Core;
  network: Network;
  dialer: RelayDialer;
  known(): Promise<KnownPage>;
  /** Random number from 0 to 1. */
  random?: () => number;
}>;

/**
 * Compares the page that this device's relay serves to browsers once a day, and on request. Reads from the relay; a page that differs becomes a problem in
 * the status, until a later check finds none, and an entry of the audit log. Created by the module.
 */
export class PageCheck {
  readonly #options: PageCheckOptions;
  #last: PageCheckView | undefined;
  #timer: Timer | undefined;
  readonly #ended = new AbortController();

  constructor(options: PageCheckOptions) {
    this.#options = options;
  }

  /** Newest check at the relay in use. */
  get last(): PageCheckView | undefined {
    const { url } = this.#options.network.relay.status;
    return this.#last?.url === url ? this.#last : undefined;
  }

  /** Returns the state of the daily check. */
  view(): RelayPageView {
    return { daily: this.#isDaily, last: this.last ?? null };
  }

  /** Turns the daily check on or off. @throws {StoreError} */
  set(daily: boolean): RelayPageView {
    const { settings } = this.#options.core;
    settings.update((current) => ({ ...current, relayPageCheck: daily ? 'daily' : 'off' }));
    this.#options.core.views.announce('status');
    return this.view();
  }

  /** Plans the first check. */
  start(): void {
    this.#plan(FIRST);
  }

  /** Ends checks that run, and makes no more. */
  stop(): void {
    this.#ended.abort();
    this.#timer?.cancel();
  }

  /**
   * Compares the page of this device's relay, or of another one.
   * @throws {ClawReachError} `relay.not-configured`; {DialError}
   */
  async check(wanted: string | undefined, given: AbortSignal): Promise<PageCheckView> {
    const { core, network, dialer, known } = this.#options;
    const { url: own } = network.relay.status;
    const address = wanted ?? own;
    if (address === null) throw new ClawReachError('relay.not-configured', 'this device has no relay');
    const endpoint = parseRelayUrl(relayUrl(address), { insecure: true });
    const isOwn = own !== null && parseRelayUrl(own, { insecure: true }).url === endpoint.url;
    const signal = AbortSignal.any([given, this.#ended.signal]);
    const get = dialer.get?.bind(dialer);
    if (get === undefined) throw new ClawReachError('agent.unavailable', 'this agent reads no pages');
    const { pin } = network.relay.status;
    const tlsPin = isOwn && pin !== undefined ? fromHex(pin) : undefined;
    const comparison = await comparePage(
      {
        origin: originOf(endpoint),
        get: async (path, most, encoding) => {
          for (let round = 1; ; round += 1) {
            const answer = await get(endpoint, path, {
              signal,
              most,
              encoding,
              ...(tlsPin === undefined ? {} : { tlsPin }),
            });
            if (!isBusy(answer)) return answer;
            // Others behind this address may compare as well. That says nothing about the page.
            if (round === ROUNDS) throw new DialError('relay.busy', 'the relay answers no more requests now');
            await delay(core.clock, ROUND_PAUSE, signal);
          }
        },
      },
      await known(),
    );
    const result = { url: isOwn ? own : endpoint.url, at: core.clock.now(), ...comparison };
    if (isOwn) this.#keep(result);
    return result;
  }

  get #isDaily(): boolean {
    return this.#options.core.settings.value.relayPageCheck !== 'off';
  }

  #keep(result: PageCheckView): void {
    const { audit, logger, views } = this.#options.core;
    const isNew = result.outcome === 'differs' && this.last?.outcome !== 'differs';
    this.#last = result;
    if (isNew) {
      const { url, hash } = result;
      logger.warn('the page of the relay differs', { findings: result.findings.length });
      audit.record('relay.page-differs', { url, hash: hash ?? '', findings: result.findings.length });
    }
    views.announce('status');
  }

  #plan(wait: number): void {
    const { core, random = Math.random } = this.#options;
    this.#timer = core.clock.setTimer(wait + Math.floor(random() * SPREAD), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const { core, network } = this.#options;
    let wait = FIRST;
    try {
      if (this.#isDaily && network.relay.status.state === 'online') {
        await this.check(undefined, this.#ended.signal);
        wait = INTERVAL;
      }
    } catch (error) {
      core.logger.info('the page of the relay was not compared', { errorCode: errorCode(error) });
    }
    if (!this.#ended.signal.aborted) this.#plan(wait);
  }
}

/** Reports whether the relay asks for patience. One that serves no page answers 503, too, without a time. */
function isBusy({ status, headers }: FileAnswer): boolean {
  return status === 429 || (status === 503 && headers['retry-after'] !== undefined);
}

/** Returns the URL of a relay from the address of its page, as a browser shows it. */
function relayUrl(address: string): string {
  const web = /^http(s?):\/\/([^/?#]+)(?:[/?#].*)?$/i.exec(address.trim());
  if (web === null) return address;
  const [, secure = '', authority = ''] = web;
  return `ws${secure}://${authority}${/:[0-9]+$/.test(authority) ? '' : secure === '' ? ':80' : ':443'}`;
}

function originOf(endpoint: RelayEndpoint): Readonly<{ host: string; tls: boolean }> {
  return { host: browserHost(endpoint), tls: endpoint.tls };
}
