import { createHash } from 'node:crypto';
import { OUTSIDE_OFF, type RelayOutside } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { isInNetwork, parseIp, parseNetwork, type IpNetwork } from '#shared/forward/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { MappedPort, MappedProtocol, MappingRequest, PortMapper } from '#node/port-mapping/index.ts';
import { relayUrl } from './addresses.ts';

/** Life of a mapping that is asked for, ms: a port left behind by a crash closes within it. */
export const MAPPING_LIFE = 3_600_000;
/** Interval at which a mapping is prolonged, ms: also opens it again after the router has restarted. */
export const MAPPING_RENEWAL = 1_200_000;
/** Delay before a router that opened nothing is asked again, ms. */
export const MAPPING_RETRY = 600_000;
/** Longest wait for the router, ms, when the port is opened and when it is closed. */
const OPEN_TIMEOUT = 30_000;
const CLOSE_TIMEOUT = 3000;

/** Addresses that can't be reached from the internet: private, shared by a provider's customers, and reserved (RFC 6890). */
const NOT_PUBLIC: readonly IpNetwork[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].flatMap((text) => parseNetwork(text) ?? []);

/** Reports whether a text is an IPv4 address that can be reached from the internet. Pure. */
export function isPublicIpv4(text: string): boolean {
  const address = parseIp(text);
  return address?.family === 4 && !NOT_PUBLIC.some((network) => isInNetwork(address, network));
}

export type OutsidePortOptions = Readonly<{
  mapper: Pick<PortMapper, 'map' | 'unmap'>;
  clock: Clock;
  logger: Logger;
  /** Called with each change. */
  onChange(outside: RelayOutside): void;
}>;

/** Relay whose port is opened. */
export type OutsideRelay = Readonly<{
  port: number;
  /** Secret of the relay, from which the proof of PCP is derived: the same after a restart of the application. */
  secret: string;
  /** Addresses of this machine. */
  addresses: readonly string[];
}>;

/**
 * Port of the hosted relay at this machine's router: asks the router to open it for TCP, and for UDP (STUN) at the same number, prolongs that, and
 * closes both. Calls an address public only if it is, whatever the router says. Created by `HostedRelayService`.
 */
export class OutsidePort {
  readonly #options: OutsidePortOptions;
  #view = OUTSIDE_OFF;
  #relay: OutsideRelay | undefined;
  #mapped: readonly Readonly<{ request: MappingRequest; mapped: MappedPort }>[] = [];
  #timer: Timer | undefined;
  #running: AbortController | undefined;
  /** End of the last conversation with the router; they follow each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: OutsidePortOptions) {
    this.#options = options;
  }

  get view(): RelayOutside {
    return this.#view;
  }

  /** Opens the port, or asks again. Answers at once; `onChange` reports what comes of it. */
  open(relay: OutsideRelay): void {
    this.#relay = relay;
    const own = relay.addresses.find(isPublicIpv4);
    if (own !== undefined) {
      this.#show({ ...OUTSIDE_OFF, state: 'public', url: relayUrl(own, relay.port), address: own });
      return;
    }
    if (this.#view.state !== 'mapped') this.#show({ ...OUTSIDE_OFF, state: 'mapping' });
    this.#ask(relay);
  }

  /** Closes the port at the router, if it answers within 3 s. Never rejects. */
  async close(): Promise<void> {
    this.#relay = undefined;
    this.#timer?.cancel();
    this.#running?.abort();
    this.#show(OUTSIDE_OFF);
    await this.#last;
    const mapped = this.#mapped;
    this.#mapped = [];
    if (mapped.length === 0) return;
    const limit = this.#limit(CLOSE_TIMEOUT);
    await Promise.all(
      mapped.map((one) => this.#options.mapper.unmap(one.request, one.mapped, limit.signal).catch(() => undefined)),
    );
    limit.end();
  }

  #ask(relay: OutsideRelay): void {
    this.#timer?.cancel();
    this.#running?.abort();
    const limit = this.#limit(OPEN_TIMEOUT);
    this.#running = limit.controller;
    this.#last = this.#last
      .then(() => this.#map(relay, limit.signal))
      .catch(() => {
        // Ended by a later request or by the time limit.
        if (this.#relay === relay && this.#running === limit.controller) {
          this.#show({ ...OUTSIDE_OFF, state: 'no-router' });
          this.#later(MAPPING_RETRY);
        }
      })
      .finally(limit.end);
  }

  async #map(relay: OutsideRelay, signal: AbortSignal): Promise<void> {
    const { mapper, logger } = this.#options;
    const before = this.#mapped.find(({ request }) => request.protocol === 'tcp' && request.port === relay.port);
    const request = this.#request('tcp', relay, before?.mapped.port ?? relay.port);
    const outcome = await mapper.map(request, signal);
    if (outcome.kind === 'mapped') this.#mapped = [{ request, mapped: outcome.mapped }, ...this.#without('tcp')];
    if (this.#relay !== relay) return;
    if (outcome.kind !== 'mapped') {
      logger.info(
        'the router opens no port',
        outcome.kind === 'refused' ? { method: outcome.method, code: outcome.code } : {},
      );
      this.#show({ ...OUTSIDE_OFF, ...refusalView(outcome) });
      this.#later(MAPPING_RETRY);
      return;
    }
    const { address, port, method, life } = outcome.mapped;
    const isPublic = isPublicIpv4(address);
    this.#show({
      state: isPublic ? 'mapped' : 'shared',
      url: isPublic ? relayUrl(address, port) : null,
      address,
      method,
      permanent: life === null,
    });
    this.#later(Math.min(MAPPING_RENEWAL, (life ?? MAPPING_LIFE) / 2));
    if (!isPublic) return;
    // STUN answers at the port of the URL; without it everything else works.
    const datagrams = this.#request('udp', relay, port);
    const udp = await mapper.map(datagrams, signal);
    if (udp.kind === 'mapped') this.#mapped = [...this.#without('udp'), { request: datagrams, mapped: udp.mapped }];
  }

  #without(protocol: MappedProtocol) {
    return this.#mapped.filter(({ request }) => request.protocol !== protocol);
  }

  #later(delay: number): void {
    this.#timer?.cancel();
    // A router may give a life of a second.
    this.#timer = this.#options.clock.setTimer(Math.max(delay, 60_000), () => {
      if (this.#relay !== undefined) this.#ask(this.#relay);
    });
  }

  #request(protocol: MappedProtocol, { port, secret }: OutsideRelay, externalPort: number): MappingRequest {
    const nonce = createHash('sha256').update(`clawreach port mapping ${protocol} ${port} ${secret}`).digest();
    return { protocol, port, externalPort, life: MAPPING_LIFE, nonce: nonce.subarray(0, 12) };
  }

  #limit(after: number) {
    const controller = new AbortController();
    const timer = this.#options.clock.setTimer(after, () => controller.abort());
    return { controller, signal: controller.signal, end: () => timer.cancel() };
  }

  #show(view: RelayOutside): void {
    if (JSON.stringify(view) === JSON.stringify(this.#view)) return;
    this.#view = view;
    this.#options.onChange(view);
  }
}

function refusalView(
  outcome: Readonly<{ kind: 'none' }> | Readonly<{ kind: 'refused'; reason: string; method: RelayOutside['method'] }>,
): Partial<RelayOutside> & Pick<RelayOutside, 'state'> {
  if (outcome.kind === 'none') return { state: 'no-router' };
  return { state: outcome.reason === 'no-address' ? 'shared' : 'refused', method: outcome.method };
}
