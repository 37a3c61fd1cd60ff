import { openUdp, type UdpAddress, type UdpPort } from '#node/forwarding/index.ts';
import { formatIp, parseIp, readEndpoint } from '#shared/forward/index.ts';
import { Connector, type RuleContext } from '../forwards/index.ts';
import type { UdpAssociation, UdpAssociationOptions, UdpAssociations } from '../proxies/index.ts';
import { ClientAssociation } from './client-association.ts';

/** RSV, RSV, FRAG: before what travels between the peers (RFC 1928 section 7). */
const HEAD = Uint8Array.of(0, 0, 0);

/** UDP ASSOCIATE of a SOCKS 5 proxy whose datagrams leave at the peer, which also resolves their names. */
export class SocksAssociations implements UdpAssociations {
  readonly #context: Pick<
    RuleContext,
    'clock' | 'session' | 'claimPort' | 'connections' | 'report' | 'upstream' | 'peerName'
  >;
  readonly #peer: string;

  constructor(
    context: Pick<RuleContext, 'clock' | 'session' | 'claimPort' | 'connections' | 'report' | 'upstream' | 'peerName'>,
    peer: string,
  ) {
    this.#context = context;
    this.#peer = peer;
  }

  async open(options: UdpAssociationOptions): Promise<UdpAssociation> {
    const { clock, session, claimPort, upstream, peerName } = this.#context;
    const { meter, signal } = options;
    const client = new SocksClient(options);
    const port = await openUdp({ host: plain(options.localAddress), port: 0, onMessage: client.receive });
    const release = claimPort(port.port);
    const association = new ClientAssociation({
      clock,
      session: (ended) => session(this.#peer, ended),
      connector: new Connector({
        context: this.#context,
        upstream: upstream(this.#peer),
        farName: peerName(this.#peer),
      }),
      meter,
      deliver: client.deliver,
    });
    const closed = new Promise<undefined>((resolve) => {
      const end = (): void => {
        association.close();
        release();
        void port.close();
        resolve(undefined);
      };
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
    try {
      await association.open();
    } catch (error) {
      association.close();
      release();
      await port.close();
      throw error;
    }
    client.start(port, association);
    return { bound: { host: plain(options.localAddress), port: port.port }, closed };
  }
}

/** The program at the near end: one address and one port, nobody else's datagrams are taken. */
class SocksClient {
  readonly #address: string;
  #source: UdpAddress | undefined;
  #expectedPort: number | undefined;
  #port: UdpPort | undefined;
  #association: ClientAssociation | undefined;

  constructor({ clientAddress, expected }: UdpAssociationOptions) {
    this.#address = plain(clientAddress);
    this.#expectedPort = expected?.port;
  }

  start(port: UdpPort, association: ClientAssociation): void {
    this.#port = port;
    this.#association = association;
  }

  readonly receive = (bytes: Uint8Array, from: UdpAddress): void => {
    if (plain(from.address) !== this.#address) return;
    // The port it named, or else the first one it sends from, for as long as this lasts.
    if (from.port !== (this.#source?.port ?? this.#expectedPort ?? from.port)) return;
    // Fragments are dropped, as RFC 1928 lets those who do not join them; so is what says no place.
    if (bytes[2] !== 0 || readEndpoint(bytes.subarray(HEAD.length)) === undefined) return;
    this.#source ??= from;
    this.#association?.push(bytes.subarray(HEAD.length));
  };

  readonly deliver = (bytes: Uint8Array): void => {
    // The peer says where it came from; what does not say so is nothing a program could read.
    if (this.#source === undefined || readEndpoint(bytes) === undefined) return;
    this.#port?.send([HEAD, bytes], this.#source);
  };
}

/** An IPv4 address that came as IPv6 is the IPv4 address. */
function plain(address: string): string {
  const ip = parseIp(address);
  return ip === undefined ? address : formatIp(ip);
}
