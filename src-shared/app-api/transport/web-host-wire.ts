import * as z from 'zod';

/**
 * How a browser gets to the app-api at `clawreach ui`: a WebSocket at `/api` of the page's own origin.
 *
 * 1. The page offers two subprotocols: `clawreach.1`, and `token.<token>` (from the link, good once) or `session.<secret>` (which an earlier
 *    connection was given, kept for reloads).
 * 2. The server's first two messages are text: `session`, with the secret for next time, and `ready`, when the agent is there. Everything behind
 *    them, both ways, is binary, one message of `wire.ts` each.
 * 3. A server that will not have the page closes with one of the codes below, which a page can see, unlike a refused upgrade.
 */
export const WEB_HOST = {
  path: '/api',
  protocol: 'clawreach.1',
  token: 'token.',
  session: 'session.',
} as const;

export const webHostMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session'), session: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  z.strictObject({ type: z.literal('ready') }),
]);
export type WebHostMessage = z.infer<typeof webHostMessage>;

/** Close codes of the server. `link`: token used, too old or never given, or session unknown. */
export const WEB_HOST_CLOSE = { link: 4401, tries: 4429, agent: 4502, full: 4503 } as const;

/** The key of `ERROR_TEXTS` that a page shows for each. */
export const WEB_HOST_PROBLEMS: Readonly<Record<number, string>> = {
  [WEB_HOST_CLOSE.link]: 'web-host.link-used',
  [WEB_HOST_CLOSE.tries]: 'web-host.tries',
  [WEB_HOST_CLOSE.agent]: 'web-host.agent',
  [WEB_HOST_CLOSE.full]: 'web-host.full',
};
