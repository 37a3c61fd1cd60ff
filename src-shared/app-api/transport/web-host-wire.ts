import * as z from 'zod';

/**
 * Protocol between a browser and the app-api of `clawreach ui`: a WebSocket at `/api` of the page's own origin.
 *
 * 1. The page offers two subprotocols: `clawreach.1`, and `token.<token>` (single-use, from the link) or `session.<secret>` (from an earlier
 * connection, stored for reloads).
 * 2. The server's first two messages are text: `session`, with the secret for next time, and `ready`, when the agent is connected. All later messages
 * are binary in both directions, one message of `wire.ts` each.
 * 3. A server that rejects the page closes with one of the codes below; unlike a rejected upgrade, a page can read them.
 */
export const WEB_HOST = {
  path: '/api',
  protocol: 'clawreach.1',
  token: 'token.',
  session: 'session.',
} as const;

/** Text messages that the server sends before the first binary one. */
export const webHostMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session'), session: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  z.strictObject({ type: z.literal('ready') }),
]);
export type WebHostMessage = z.infer<typeof webHostMessage>;

/**
 * WebSocket close codes of the server. `link`: the token is used, expired or unknown, or the session is unknown. `tries`: too many failed attempts.
 * `agent`: the agent is not reachable. `full`: too many pages are connected.
 */
export const WEB_HOST_CLOSE = { link: 4401, tries: 4429, agent: 4502, full: 4503 } as const;

/** Error code that the page shows for each close code. */
export const WEB_HOST_PROBLEMS: Readonly<Record<number, string>> = {
  [WEB_HOST_CLOSE.link]: 'web-host.link-used',
  [WEB_HOST_CLOSE.tries]: 'web-host.tries',
  [WEB_HOST_CLOSE.agent]: 'web-host.agent',
  [WEB_HOST_CLOSE.full]: 'web-host.full',
};
