import { ForwardError } from '#shared/forward/index.ts';
import type { UdpAssociation, UdpAssociationOptions, UdpAssociations } from '../proxies/index.ts';
import type { ForwardUpstream } from './upstream-selector.ts';

/** UDP associations of an automatic proxy: opens them through the peer's link, and refuses them while SSH is in use, which carries no datagrams. */
export class LinkAssociations implements UdpAssociations {
  readonly #link: UdpAssociations;
  readonly #selected: () => ForwardUpstream;

  constructor(link: UdpAssociations, selected: () => ForwardUpstream) {
    this.#link = link;
    this.#selected = selected;
  }

  async open(options: UdpAssociationOptions): Promise<UdpAssociation> {
    if (this.#selected() === 'ssh')
      throw new ForwardError('forward.no-datagrams', 'no datagrams go through an SSH server');
    return await this.#link.open(options);
  }
}
