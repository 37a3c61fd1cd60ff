import * as z from 'zod';
import type { UpdateSource } from './feed.ts';
import { MOST_KEYS } from './signature.ts';

/** `build/updates.json`, as text, put here by the build; the sources alone have none. */
declare const CLAWREACH_UPDATES: string | undefined;

const source = z.strictObject({
  feeds: z.strictObject({ stable: z.url(), beta: z.url() }).nullable(),
  /** Raw Ed25519 public keys, base64. */
  keys: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/)).max(MOST_KEYS),
});

/**
 * What a build was given; undefined when it knows no server or no key, and so trusts nobody. Releases come by TLS; without it only from this very
 * machine, for tests.
 * @throws for what is no such document: the build is wrong then
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

export function builtUpdateSource(): UpdateSource | undefined {
  return typeof CLAWREACH_UPDATES === 'string' ? readUpdateSource(CLAWREACH_UPDATES) : undefined;
}
