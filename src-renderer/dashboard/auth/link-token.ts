/** Uses of a one-time link of the relay, as its fragment names them. */
export const LINK_USES = ['sign-up', 'invite', 'verify', 'reset'] as const;
export type LinkUse = (typeof LINK_USES)[number];

/** Token of a one-time link and its use. Only a click consumes it: scanners of mails open links, too. */
export type LinkToken = Readonly<{ use: LinkUse; token: string }>;

const FRAGMENT = /^#([a-z-]+)=([A-Za-z0-9_-]{43})$/;

/** Reads the fragment of a one-time link. Pure. @returns undefined for a fragment of another form */
export function linkTokenIn(fragment: string): LinkToken | undefined {
  const [, use, token] = FRAGMENT.exec(fragment) ?? [];
  const known = LINK_USES.find((name) => name === use);
  return known === undefined || token === undefined ? undefined : { use: known, token };
}
