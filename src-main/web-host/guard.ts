import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/**
 * Guard of the web host: accepts requests only from this server's own page, or from a person who opens the link. The header Host reveals a DNS name
 * rebound to 127.0.0.1; Origin and Sec-Fetch-Site reveal a foreign page, including one on another port of this machine. Looks at headers only.
 */
export class RequestGuard {
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    // Browsers omit the default port.
    const suffix = port === 80 ? '' : `:${port}`;
    this.#hosts = new Set([`127.0.0.1${suffix}`, `localhost${suffix}`]);
  }

  /** Returns the reason to refuse a request; undefined if it is accepted. */
  refuse(request: IncomingMessage): 'host' | 'origin' | 'site' | undefined {
    const { host, origin, 'sec-fetch-site': site } = request.headersDistinct;
    if (host?.length !== 1 || !this.#hosts.has(host[0] ?? '')) return 'host';
    if (origin !== undefined && (origin.length !== 1 || origin[0] !== `http://${host[0]}`)) return 'origin';
    // `none` means typed, or opened from outside the browser.
    if (site !== undefined && site.some((value) => value !== 'same-origin' && value !== 'none')) return 'site';
    return undefined;
  }

  /** Returns the reason to refuse a WebSocket, for which every browser sends Origin; undefined if it is accepted. */
  refuseSocket(request: IncomingMessage): 'host' | 'origin' | 'site' | undefined {
    return this.refuse(request) ?? (request.headers.origin === undefined ? 'origin' : undefined);
  }
}

/** Returns the headers of every response. `host` is the request's, already checked; older browsers don't accept `'self'` for WebSockets. */
export function securityHeaders(host: string): OutgoingHttpHeaders {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
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
      // The camera scans invitations' QR codes; the browser asks the person.
      'camera=(self), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
    'Cache-Control': 'no-store',
  };
}
