import * as z from 'zod';
import type { UpdateSource } from './feed.ts';
import { MAX_KEYS } from './signature.ts';

/** Text of `build/updates.json`, inserted by the build; undefined when run from sources. */
declare const CLAWREACH_UPDATES: string | undefined;

const source = z.strictObject({
  feeds: z.strictObject({ stable: z.url(), beta: z.url() }).nullable(),
  /** Raw Ed25519 public keys, base64. */
  keys: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/)).max(MAX_KEYS),
});

/**
 * Parses a build's update source; undefined if it has no server or key, so that nothing is trusted. Feeds use https; http is allowed only to this
 * machine, for tests. Pure.
 * @throws if the text is invalid, since the build is wrong then
 */
export function readUpdateSource(text: string): UpdateSource | undefined {
  const { feeds, keys } = source.parse(JSON.parse(text));
  if (feeds === null || keys.length === 0) return undefined;
  for (const feed of Object.values(feeds)) {
    const { protocol, hostname } = new URL(feed);
    if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1')) {
      throw new Error(`${feed}: releases come by https`);
    }
  }
  return { feeds, keys };
}

/** Returns the update source of this build; undefined if it has none. Called by `createUpdates`. */
export function builtUpdateSource(): UpdateSource | undefined {
  return typeof CLAWREACH_UPDATES === 'string' ? readUpdateSource(CLAWREACH_UPDATES) : undefined;
}
