import * as z from 'zod';

/** Text of `build/updates.json`, inserted by the build; undefined when run from sources. */
declare const CLAWREACH_UPDATES: string | undefined;

/** Server and keys of our signed releases, from which connectors are installed. */
export type ReleaseSource = Readonly<{
  /** URL of the folder with the metadata of the stable channel. */
  feed: string;
  /** Raw Ed25519 public keys, base64; two at most. */
  keys: readonly string[];
}>;

const source = z.object({
  feeds: z.object({ stable: z.url() }).nullable(),
  keys: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/)).max(2),
});

/**
 * Parses a build's source of releases; undefined if it has no server or no key, so that nothing unchecked is installed. Pure.
 * @throws {Error} for an invalid text, since the build is wrong then
 */
export function readReleaseSource(text: string): ReleaseSource | undefined {
  const { feeds, keys } = source.parse(JSON.parse(text));
  if (feeds === null || keys.length === 0) return undefined;
  const feed = new URL(feeds.stable);
  if (feed.protocol !== 'https:' && !(feed.protocol === 'http:' && feed.hostname === '127.0.0.1')) {
    throw new Error(`${feeds.stable}: releases come by https`);
  }
  return { feed: feed.href.replace(/\/*$/, ''), keys };
}

/** Returns the source of this build; undefined if it has none. */
export function builtReleaseSource(): ReleaseSource | undefined {
  return typeof CLAWREACH_UPDATES === 'string' ? readReleaseSource(CLAWREACH_UPDATES) : undefined;
}
