import { z } from 'zod';

/**
 * How a browser gets to the app-api at `clawreach ui`: a WebSocket at `/api` of the page's own origin.
 *
 * 1. The page offers two subprotocols: `clawreach.1`, and `token.<token>` (from the link, good once) or `session.<secret>` (from the greeting of
 *    an earlier connection, kept for reloads).
 * 2. The server's first message is text: the greeting. Everything behind it, both ways, is binary, one message of `wire.ts` each.
 * 3. A server that will not have the page closes with one of the codes below, which a page can see, unlike a refused upgrade.
 */
export const WEB_HOST = {
  path: '/api',
  protocol: 'clawreach.1',
  token: 'token.',
  session: 'session.',
} as const;

export const webHostGreeting = z.strictObject({ session: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type WebHostGreeting = z.infer<typeof webHostGreeting>;

/** Close codes of the server, and the key of `ERROR_TEXTS` that a page shows for each. */
export const WEB_HOST_CLOSES: Readonly<Record<number, string>> = {
  /** Token used, too old or never given; session unknown. */
  4401: 'web-host.link-used',
  4429: 'web-host.tries',
  4502: 'control.not-running',
  4503: 'web-host.full',
};
export const WEB_HOST_CLOSE = { link: 4401, tries: 4429, agent: 4502, full: 4503 } as const;
