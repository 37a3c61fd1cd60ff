import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import {
  CONNECTION_CODES,
  ForwardError,
  parseUdpParams,
  TCP_RESET_CANCELLED,
  type Target,
  type UdpParams,
} from '#shared/forward/index.ts';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { ForwardConnections, OpenConnection } from '../rules/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import {
  hostAndPort,
  Quota,
  TargetAccessLog,
  anySignal,
  type TargetRequester,
  type DatagramServer,
  type TargetPolicy,
} from '../../targets/index.ts';
import { SingleTargetEgress } from './single-target-egress.ts';
import { flowsOf, type Flow } from './flows.ts';
import { PortAffinity } from './port-affinity.ts';
import { AnyTargetEgress } from './any-target-egress.ts';
import { IdleWatch } from './idle-watch.ts';
import { DATAGRAM_LIMITS } from './limits.ts';
import type { Deliver, UdpEgress } from './udp-egress.ts';

export type AssociationServerOptions = Readonly<{
  policy: TargetPolicy;
  connections: Pick<ForwardConnections, 'open'>;
  audit: Pick<AuditLog, 'record'>;
  clock: Clock;
  logger: Logger;
}>;

const KNOWN: ReadonlySet<string> = new Set(CONNECTION_CODES);

/** Carries the datagrams of peers through this device: streams of kind `udp` (PROTOCOL section 9.3). */
export class AssociationServer implements DatagramServer {
  readonly #options: AssociationServerOptions;
  readonly #notes: TargetAccessLog;
  readonly #places = new Quota({
    perPeer: DATAGRAM_LIMITS.associationsPerPeer,
    total: DATAGRAM_LIMITS.associations,
  });
  readonly #formerPorts: PortAffinity;
  readonly #closing = new AbortController();

  constructor(options: AssociationServerOptions) {
    this.#options = options;
    this.#notes = new TargetAccessLog(options, 'udp');
    this.#formerPorts = new PortAffinity(options.clock);
  }

  /** Associations that are served or checked now. */
  get count(): number {
    return this.#places.total;
  }

  /** Resolves when the stream is refused or has ended. Never rejects. */
  async serve(stream: IncomingStream, asker: TargetRequester, session: Session): Promise<void> {
    let text = '*';
    let flow: Flow | undefined;
    let free: (() => void) | undefined;
    let served: Served | undefined;
    let outlet: UdpEgress | undefined;
    try {
      const params = parseUdpParams(stream.params);
      if (params.to !== undefined) text = hostAndPort(params.to.host.toLowerCase(), params.to.port);
      free = this.#places.take(asker.peerId);
      const association = new Served(asker, text, params);
      served = association;
      flow = flowsOf(session).accept(params.flow, (bytes) => association.fromPeer(bytes));
      association.flow = flow;
      outlet = await this.#open(stream, association);
      await this.#run(stream, association, outlet);
    } catch (error) {
      this.#refuse(stream, asker, text, error);
    } finally {
      served?.finish();
      outlet?.close();
      flow?.close();
      free?.();
    }
  }

  /** Ends everything that runs. */
  close(): void {
    this.#closing.abort();
    this.#notes.close();
  }

  async #open(stream: IncomingStream, served: Served): Promise<UdpEgress> {
    const { policy, clock } = this.#options;
    const { asker, params } = served;
    const deliver: Deliver = (bytes, head) => served.toPeer(bytes, head);
    if (params.to === undefined) {
      return new AnyTargetEgress({
        clock,
        deliver,
        // Closed with the association, which ends with this server.
        check: (target: Target, ended) => policy.check(asker, 'udp', target, { signal: ended }),
        hold: (allowed, address, onEnd) => policy.hold(asker, allowed, address, onEnd),
        admitted: ({ host, port }, address) =>
          this.#notes.opened(asker, hostAndPort(host.toLowerCase(), port), hostAndPort(address, port)),
        refused: ({ host, port }, code) => this.#notes.refused(asker, hostAndPort(host, port), code),
      });
    }
    const { signal, release } = anySignal(stream.cancelled, this.#closing.signal);
    const onWaiting = (): void => stream.wait('approval');
    const allowed = await policy.check(asker, 'udp', params.to, { signal, onWaiting }).finally(release);
    const outlet = await SingleTargetEgress.open({
      allowed,
      formerPort: this.#formerPorts.take(asker.peerId, params.token),
      deliver,
      onAddress: (address) => {
        served.release();
        served.address = hostAndPort(address, allowed.port);
        served.release = policy.hold(asker, allowed, address, () => served.deny());
      },
    });
    served.port = outlet.port;
    return outlet;
  }

  async #run(stream: IncomingStream, served: Served, outlet: UdpEgress): Promise<void> {
    const { clock, connections } = this.#options;
    const { asker, text, params, address } = served;
    if (served.isDenied) throw new ForwardError('forward.denied', 'this device does not let you reach that');
    if (stream.cancelled.aborted) return;
    served.outlet = outlet;
    const link = stream.accept(address === undefined ? {} : { address });
    const end = (): void => link.reset(TCP_RESET_CANCELLED);
    const idle = new IdleWatch(clock, params.idle === undefined ? DATAGRAM_LIMITS.idle : params.idle * 1000, end);
    const facts = { forward: '', forwardName: '', direction: 'in', peerName: asker.name, target: text } as const;
    served.begin(link, idle, connections.open({ ...facts, source: null }, end));
    // Without a destination of its own: each is written down when it is admitted.
    if (address !== undefined) this.#notes.opened(asker, text, address);
    const { signal } = this.#closing;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await untilOver(link);
    signal.removeEventListener('abort', end);
    idle.end();
    if (params.token !== undefined && served.port !== 0)
      this.#formerPorts.keep(asker.peerId, params.token, served.port);
  }

  #refuse(stream: IncomingStream, asker: TargetRequester, target: string, error: unknown): void {
    const code = KNOWN.has(errorCode(error)) ? errorCode(error) : 'forward.failed';
    // Only our own words: what a system says may tell more than the peer should know.
    const message = error instanceof ForwardError ? error.message : 'the association could not be made';
    stream.refuse(code, message.slice(0, 256));
    this.#notes.refused(asker, target, code);
    if (!(error instanceof ForwardError))
      this.#options.logger.warn('an association of a peer failed', { peer: asker.peerId, error: errorMessage(error) });
  }
}

/** One association while it is served. */
class Served {
  readonly asker: TargetRequester;
  /** For people: where it goes. */
  readonly text: string;
  readonly params: UdpParams;
  flow: Flow | undefined;
  outlet: UdpEgress | undefined;
  address: string | undefined;
  port = 0;
  isDenied = false;
  release: () => void = () => undefined;
  #link: LinkStream | undefined;
  #idle: IdleWatch | undefined;
  #entry: OpenConnection | undefined;

  constructor(asker: TargetRequester, text: string, params: UdpParams) {
    this.asker = asker;
    this.text = text;
    this.params = params;
  }

  begin(link: LinkStream, idle: IdleWatch, entry: OpenConnection): void {
    this.#link = link;
    this.#idle = idle;
    this.#entry = entry;
  }

  fromPeer(bytes: Uint8Array): void {
    if (this.outlet?.send(bytes) !== true) return;
    this.#idle?.touch();
    this.#entry?.meter.in(bytes.length);
  }

  toPeer(bytes: Uint8Array, head?: Uint8Array): void {
    if (this.flow?.send(bytes, head) !== true) return;
    this.#idle?.touch();
    this.#entry?.meter.out(bytes.length);
  }

  /** Closes the association after its right is revoked. */
  deny(): void {
    this.isDenied = true;
    this.#link?.reset(TCP_RESET_CANCELLED);
  }

  finish(): void {
    this.release();
    this.#entry?.close();
  }
}

/** Until either side ends the stream, which carries no bytes. */
async function untilOver(link: LinkStream): Promise<void> {
  const read = async (): Promise<void> => {
    try {
      await link.read();
    } catch {
      // It was reset.
    }
    link.reset(TCP_RESET_CANCELLED);
  };
  void read();
  await link.closed;
}
