import type { IncomingMessage } from 'node:http';

type Refusal = 'host' | 'origin' | 'site';

/**
 * Guard of the servers at the loopback interface. That of the web host accepts requests only from its own page, or from a person who opens the link;
 * that of the local API only from programs. The header Host reveals a DNS name rebound to 127.0.0.1; Origin and Sec-Fetch-Site reveal a page,
 * including one on another port of this machine. Looks at headers only.
 */
export class RequestGuard {
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    // Browsers omit the default port.
    const suffix = port === 80 ? '' : `:${port}`;
    this.#hosts = new Set([`127.0.0.1${suffix}`, `localhost${suffix}`]);
  }

  /** Returns the reason to refuse a request; undefined if it is accepted. */
  refuse(request: IncomingMessage): Refusal | undefined {
    const { host, origin, 'sec-fetch-site': site } = request.headersDistinct;
    if (host?.length !== 1 || !this.#hosts.has(host[0] ?? '')) return 'host';
    if (origin !== undefined && (origin.length !== 1 || origin[0] !== `http://${host[0]}`)) return 'origin';
    // `none` means typed, or opened from outside the browser.
    if (site !== undefined && site.some((value) => value !== 'same-origin' && value !== 'none')) return 'site';
    return undefined;
  }

  /** Returns the reason to refuse a WebSocket, for which every browser sends Origin; undefined if it is accepted. */
  refuseSocket(request: IncomingMessage): Refusal | undefined {
    return this.refuse(request) ?? (request.headers.origin === undefined ? 'origin' : undefined);
  }

  /** Returns the reason to refuse a request to a server that has no page; undefined if it is accepted. */
  refuseProgram(request: IncomingMessage): Refusal | undefined {
    return this.refuse(request) ?? refusePage(request);
  }
}

/** Returns the reason to refuse a request that a page has made; undefined if a program has. No page reaches a socket file, but a proxy may. */
export function refusePage(request: IncomingMessage): Refusal | undefined {
  const { origin, 'sec-fetch-site': site } = request.headersDistinct;
  if (origin !== undefined) return 'origin';
  // `none` means that a person has opened the address.
  return site !== undefined && site.some((value) => value !== 'none') ? 'site' : undefined;
}
