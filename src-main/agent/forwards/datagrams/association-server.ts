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
  type OnUnreachable,
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

/** Options of `AssociationServer`. */
export type AssociationServerOptions = Readonly<{
  policy: TargetPolicy;
  connections: Pick<ForwardConnections, 'open'>;
  audit: Pick<AuditLog, 'record'>;
  /** Called at most once a minute for each target that was allowed and couldn't be reached. */
  onUnreachable?: OnUnreachable | undefined;
  clock: Clock;
  logger: Logger;
}>;

const KNOWN: ReadonlySet<string> = new Set(CONNECTION_CODES);

/**
 * Server for UDP associations of peers: sends their datagrams from this device, if their rights allow it (streams of kind `udp`, PROTOCOL section
 * 9.3). `TargetServer` passes the streams to it. Opens UDP sockets, adds each association to the list of open connections, and writes to the audit
 * log.
 */
export class AssociationServer implements DatagramServer {
  readonly #options: AssociationServerOptions;
  readonly #log: TargetAccessLog;
  readonly #quota = new Quota({
    perPeer: DATAGRAM_LIMITS.associationsPerPeer,
    total: DATAGRAM_LIMITS.associations,
  });
  readonly #formerPorts: PortAffinity;
  readonly #closing = new AbortController();

  constructor(options: AssociationServerOptions) {
    this.#options = options;
    this.#log = new TargetAccessLog(options, 'udp');
    this.#formerPorts = new PortAffinity(options.clock);
  }

  /** Number of associations that are served or being checked. */
  get count(): number {
    return this.#quota.total;
  }

  /** Serves one stream. Resolves when it is refused or has ended; never rejects. */
  async serve(stream: IncomingStream, requester: TargetRequester, session: Session): Promise<void> {
    let text = '*';
    let flow: Flow | undefined;
    let free: (() => void) | undefined;
    let served: Served | undefined;
    let egress: UdpEgress | undefined;
    try {
      const params = parseUdpParams(stream.params);
      if (params.to !== undefined) text = hostAndPort(params.to.host.toLowerCase(), params.to.port);
      free = this.#quota.take(requester.peerId);
      const association = new Served(requester, text, params);
      served = association;
      flow = flowsOf(session).accept(params.flow, (bytes) => association.fromPeer(bytes));
      association.flow = flow;
      egress = await this.#open(stream, association);
      await this.#run(stream, association, egress);
    } catch (error) {
      this.#refuse(stream, requester, text, error);
    } finally {
      served?.finish();
      egress?.close();
      flow?.close();
      free?.();
    }
  }

  /** Ends all associations. */
  close(): void {
    this.#closing.abort();
    this.#log.close();
  }

  async #open(stream: IncomingStream, served: Served): Promise<UdpEgress> {
    const { policy, clock } = this.#options;
    const { requester, params } = served;
    const deliver: Deliver = (bytes, head) => served.toPeer(bytes, head);
    if (params.to === undefined) {
      return new AnyTargetEgress({
        clock,
        deliver,
        // No signal of this server is needed: the egress closes with the association, which ends with this server.
        check: (target: Target, ended) => policy.check(requester, 'udp', target, { signal: ended }),
        watch: (allowed, address, onEnd) => policy.watch(requester, allowed, address, onEnd),
        admitted: ({ host, port }, address) =>
          this.#log.opened(requester, hostAndPort(host.toLowerCase(), port), hostAndPort(address, port)),
        refused: ({ host, port }, code) => this.#log.refused(requester, hostAndPort(host, port), code),
      });
    }
    const { signal, release } = anySignal(stream.cancelled, this.#closing.signal);
    const onWaiting = (): void => stream.wait('approval');
    const allowed = await policy.check(requester, 'udp', params.to, { signal, onWaiting }).finally(release);
    const egress = await SingleTargetEgress.open({
      allowed,
      formerPort: this.#formerPorts.take(requester.peerId, params.token),
      deliver,
      onAddress: (address) => {
        served.release();
        served.address = hostAndPort(address, allowed.port);
        served.release = policy.watch(requester, allowed, address, () => served.deny());
      },
    });
    served.port = egress.port;
    return egress;
  }

  async #run(stream: IncomingStream, served: Served, egress: UdpEgress): Promise<void> {
    const { clock, connections } = this.#options;
    const { requester, text, params, address } = served;
    if (served.isDenied) throw new ForwardError('forward.denied', 'this device does not let you reach that');
    if (stream.cancelled.aborted) return;
    served.egress = egress;
    const link = stream.accept(address === undefined ? {} : { address });
    const end = (): void => link.reset(TCP_RESET_CANCELLED);
    const idle = new IdleWatch(clock, params.idle === undefined ? DATAGRAM_LIMITS.idle : params.idle * 1000, end);
    const facts = { forward: '', forwardName: '', direction: 'in', peerName: requester.name, target: text } as const;
    served.begin(link, idle, connections.open({ ...facts, source: null }, end));
    // Without a fixed target, each destination is logged when it is admitted.
    if (address !== undefined) this.#log.opened(requester, text, address);
    const { signal } = this.#closing;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await untilOver(link);
    signal.removeEventListener('abort', end);
    idle.stop();
    if (params.token !== undefined && served.port !== 0)
      this.#formerPorts.reserve(requester.peerId, params.token, served.port);
  }

  #refuse(stream: IncomingStream, requester: TargetRequester, target: string, error: unknown): void {
    const code = KNOWN.has(errorCode(error)) ? errorCode(error) : 'forward.failed';
    // Send only our own texts: an error of the system may reveal more than the peer should know.
    const message = error instanceof ForwardError ? error.message : 'the association could not be made';
    const isGivenUp = stream.cancelled.aborted;
    // Only a person's answer names a pause.
    const retryAfter = error instanceof ForwardError ? error.details['retryAfter'] : undefined;
    stream.refuse(code, message.slice(0, 256), typeof retryAfter === 'number' ? retryAfter : 0);
    if (!isGivenUp) this.#log.refused(requester, target, code);
    if (!(error instanceof ForwardError))
      this.#options.logger.warn('an association of a peer failed', {
        peer: requester.peerId,
        error: errorMessage(error),
      });
  }
}

/** One association while it is served. */
class Served {
  readonly requester: TargetRequester;
  /** Target for people, `host:port`; `*` if each datagram names its own. */
  readonly text: string;
  readonly params: UdpParams;
  flow: Flow | undefined;
  egress: UdpEgress | undefined;
  address: string | undefined;
  port = 0;
  isDenied = false;
  release: () => void = () => undefined;
  #link: LinkStream | undefined;
  #idle: IdleWatch | undefined;
  #entry: OpenConnection | undefined;

  constructor(requester: TargetRequester, text: string, params: UdpParams) {
    this.requester = requester;
    this.text = text;
    this.params = params;
  }

  begin(link: LinkStream, idle: IdleWatch, entry: OpenConnection): void {
    this.#link = link;
    this.#idle = idle;
    this.#entry = entry;
  }

  fromPeer(bytes: Uint8Array): void {
    if (this.egress?.send(bytes) !== true) return;
    this.#idle?.touch();
    this.#entry?.meter.in(bytes.length);
  }

  toPeer(bytes: Uint8Array, head?: Uint8Array): void {
    if (this.flow?.send(bytes, head) !== true) return;
    this.#idle?.touch();
    this.#entry?.meter.out(bytes.length);
  }

  /** Closes the association because its right was revoked. */
  deny(): void {
    this.isDenied = true;
    this.#link?.reset(TCP_RESET_CANCELLED);
  }

  finish(): void {
    this.release();
    this.#entry?.close();
  }
}

/** Resolves when either side has ended the stream, which carries no bytes. */
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
