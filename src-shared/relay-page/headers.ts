import type { PageManifest } from './manifest.ts';

/**
 * Names of the trusted-types policies that the page may create. A worker's script is checked by its hash before the first one lets it start; the second
 * one knows the path of the service worker alone.
 */
export const PAGE_TRUSTED_TYPES = ['clawreach-worker', 'clawreach-service-worker'] as const;

/** Name and security of a connection, as the headers name them. */
export type PageOrigin = Readonly<{
  /** `host[:port]` of the request, checked. */
  host: string;
  /** True if browsers reach the relay by TLS. */
  tls: boolean;
}>;

/** Returns the `Host` that a browser sends to a relay: without the port that its scheme has anyway. Pure. */
export function browserHost({ authority, tls }: Readonly<{ authority: string; tls: boolean }>): string {
  return authority.replace(tls ? /:443$/ : /:80$/, '');
}

/**
 * Returns the content security policy of a page. Nothing of another origin is loaded or called; no script stands in the page but those whose hashes the
 * manifest has; no text becomes HTML or script. Pure.
 */
export function pagePolicy({ inline }: Pick<PageManifest, 'inline'>, { host, tls }: PageOrigin): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inline.map((hash) => `'sha256-${hash}'`)].join(' '),
    "style-src 'self'",
    // The terminal colours its cells by attribute. A style can load nothing: the sources of images and fonts are listed here, too.
    "style-src-attr 'unsafe-inline'",
    // Older browsers don't count WebSockets as 'self'.
    `connect-src 'self' ${tls ? 'wss' : 'ws'}://${host}`,
    // blob: is a script that the page has fetched and compared with its hash.
    "worker-src 'self' blob:",
    "img-src 'self'",
    "font-src 'self'",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${PAGE_TRUSTED_TYPES.join(' ')}`,
  ].join('; ');
}

/** Returns the headers of every answer to a page's request, whatever it asks for. Pure. */
export function pageHeaders(
  manifest: Pick<PageManifest, 'inline'>,
  origin: PageOrigin,
): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': pagePolicy(manifest, origin),
    // A script without a hash doesn't load where browsers support it. Chromium complains about styles in this list.
    'Integrity-Policy': 'blocked-destinations=(script)',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Permissions-Policy': [
      // The camera scans QR codes of machines; the browser asks the person.
      'camera=(self)',
      'clipboard-read=(self)',
      'clipboard-write=(self)',
      'fullscreen=(self)',
      'publickey-credentials-create=(self)',
      'publickey-credentials-get=(self)',
      ...['display-capture', 'geolocation', 'hid', 'microphone', 'midi', 'payment', 'serial', 'usb'].map(
        (name) => `${name}=()`,
      ),
    ].join(', '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}
