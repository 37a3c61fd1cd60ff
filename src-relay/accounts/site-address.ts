import { isIP } from 'node:net';
import { isLoopbackHost } from '#shared/forward/index.ts';
import { RelayStartError } from '../errors.ts';
import type { ServedOrigin } from '../http/index.ts';

/** Relying party of passkeys (Web Authentication Level 3, section 4): the name that they belong to, and the origins that may use them. */
export type RelyingParty = Readonly<{ id: string; origins: readonly string[] }>;

/**
 * Address under which people reach the page of this relay: for links in mails and files, and for passkeys. Comes from `--public-url`, or from a relay that
 * listens on loopback only; never from a request, whose `Host` anyone can forge.
 */
export class SiteAddress {
  /** Public origins in which browsers keep the cookie; the first one is for links. */
  readonly #public: readonly string[];
  readonly #scheme: ServedOrigin['scheme'];
  readonly #port: () => number;

  /**
   * @param listenHost host that the relay binds to; undefined for all addresses
   * @param port TCP port of the relay, once it listens
   * @throws {RelayStartError} `relay.accounts-address` if browsers would keep no cookie of the page: it has neither a public https URL nor loopback
   */
  constructor(served: ServedOrigin, listenHost: string | undefined, port: () => number) {
    this.#public = served.public.filter((origin) => isSecureContext(origin));
    this.#scheme = served.scheme;
    this.#port = port;
    const isLocal = listenHost !== undefined && isLoopbackHost(listenHost);
    if (this.#public.length === 0 && (served.public.length > 0 || !isLocal)) {
      throw new RelayStartError('relay.accounts-address', 'accounts need a public URL with https');
    }
  }

  /** Origin for links, such as `https://relay.example`. */
  get origin(): string {
    return this.#public[0] ?? `${this.#scheme}://localhost:${this.#port()}`;
  }

  /** Undefined if the host is an IP address, to which passkeys can't belong. Public URLs with other host names are left out. */
  get relyingParty(): RelyingParty | undefined {
    const id = new URL(this.origin).hostname;
    if (isIP(id.replace(/^\[(.*)\]$/, '$1')) !== 0) return undefined;
    const origins = this.#public.length === 0 ? [this.origin] : this.#public;
    return { id, origins: origins.filter((origin) => new URL(origin).hostname === id) };
  }

  /**
   * Returns a link to a page, with the token in its fragment: browsers send that to no server, and no scanner of mails uses it up by opening the link.
   * @param page path such as `/auth`
   */
  link(page: SitePage, use: string, token: string): string {
    return `${this.origin}${page}#${use}=${token}`;
  }
}

/** Pages that links lead to. */
export type SitePage = '/auth' | '/reset-password';

/** Reports whether browsers treat an origin as secure context (Secure Contexts, section 3.1), in which they keep `Secure` cookies. */
function isSecureContext(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || isLoopbackHost(hostname.replace(/^\[(.*)\]$/, '$1'));
}
