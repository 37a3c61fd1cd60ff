import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/**
 * Whether a request comes from the page of this very server, or from a person who opens the link. A name that was rebound to 127.0.0.1 is in
 * Host; a foreign page is in Origin, or in Sec-Fetch-Site, where another port of this machine counts as foreign, too.
 */
export class RequestGuard {
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    // A browser leaves the port of the scheme away.
    const suffix = port === 80 ? '' : `:${port}`;
    this.#hosts = new Set([`127.0.0.1${suffix}`, `localhost${suffix}`]);
  }

  /** Why the request is refused, or undefined. */
  refuse(request: IncomingMessage): 'host' | 'origin' | 'site' | undefined {
    const { host, origin, 'sec-fetch-site': site } = request.headersDistinct;
    if (host?.length !== 1 || !this.#hosts.has(host[0] ?? '')) return 'host';
    if (origin !== undefined && (origin.length !== 1 || origin[0] !== `http://${host[0]}`)) return 'origin';
    // `none`: typed, or opened from outside the browser.
    if (site !== undefined && site.some((value) => value !== 'same-origin' && value !== 'none')) return 'site';
    return undefined;
  }

  /** For a WebSocket, where every browser says where the page is from. */
  refuseSocket(request: IncomingMessage): 'host' | 'origin' | 'site' | undefined {
    return this.refuse(request) ?? (request.headers.origin === undefined ? 'origin' : undefined);
  }
}

/** Headers of every answer. `host` is the request's, which the guard has let through; older browsers do not take `'self'` for WebSockets. */
export function securityHeaders(host: string): OutgoingHttpHeaders {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy':
      // To scan the code of an invitation; the browser asks the person.
      'camera=(self), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
    'Cache-Control': 'no-store',
  };
}
