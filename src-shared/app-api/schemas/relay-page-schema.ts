import * as z from 'zod';
import { none } from '../fields.ts';

/** Most differences that a check names. */
export const MOST_PAGE_FINDINGS = 20;

/**
 * Result of comparing the page that a relay serves. `same`: the page of this build. `signed`: the page of another version, with the signature of
 * releases. `unsigned`: complete, but nothing vouches for it, since this build knows no key. `none`: the relay serves no page. `differs`: it isn't the page
 * that was signed.
 */
export const PAGE_OUTCOMES = ['same', 'signed', 'unsigned', 'none', 'differs'] as const;

const pageFinding = z.strictObject({
  /** Path of a file of the page. */
  path: z.string().max(256),
  problem: z.enum(['changed', 'missing', 'headers', 'manifest', 'signature']),
});
/** Difference between the page that a relay serves and the one that was signed. */
export type PageFinding = z.infer<typeof pageFinding>;

const pageCheckView = z.strictObject({
  /** URL of the relay. */
  url: z.string(),
  at: z.number().int(),
  outcome: z.enum(PAGE_OUTCOMES),
  /** Version and short hash of the page; null without a manifest that can be read. */
  version: z.string().nullable(),
  hash: z.string().nullable(),
  findings: z.array(pageFinding).max(MOST_PAGE_FINDINGS),
});
/** Comparison of the page that a relay serves. */
export type PageCheckView = z.infer<typeof pageCheckView>;

const relayPageView = z.strictObject({
  /** True if this device compares the page of its relay once a day. */
  daily: z.boolean(),
  /** Newest comparison at the relay in use; null if there was none yet. */
  last: pageCheckView.nullable(),
});
/** Daily check of the page that this device's relay serves. */
export type RelayPageView = z.infer<typeof relayPageView>;

/** Calls for the page that a relay serves to browsers. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const RELAY_PAGE_CALLS = {
  'relayPage.get': { input: none, output: relayPageView },
  /** Compares now, at this device's relay or at another one, whose certificate must be known to this machine. */
  'relayPage.check': { input: z.strictObject({ url: z.string().max(2048).optional() }), output: pageCheckView },
  'relayPage.set': { input: z.strictObject({ daily: z.boolean() }), output: relayPageView },
} as const;
