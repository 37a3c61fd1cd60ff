import { openUdp } from '#node/forwarding/index.ts';
import { ForwardConnector, type RuleContext } from '../rules/index.ts';
import type { UdpAssociation, UdpAssociationOptions, UdpAssociations } from '../proxies/index.ts';
import { ClientAssociation } from './client-association.ts';
import { unmappedAddress, SocksClient } from './socks-client.ts';

/**
 * UDP associations of a SOCKS 5 proxy: opens a local UDP port for the client; the peer resolves the names and sends the datagrams. On Linux its
 * `SocksClient` reads /proc/net to find the client's owner. Reserves the local port while it is open, and shows failures on the forward. SOCKS
 * proxies and automatic proxies use it.
 */
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
    const port = await openUdp({ host: unmappedAddress(options.localAddress), port: 0, onMessage: client.receive });
    const release = claimPort(port.port);
    const association = new ClientAssociation({
      clock,
      session: (ended) => session(this.#peer, ended),
      connector: new ForwardConnector({
        context: this.#context,
        upstream: upstream(this.#peer),
        upstreamName: peerName(this.#peer),
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
    return { bound: { host: unmappedAddress(options.localAddress), port: port.port }, closed };
  }
}
