const WHOLE = {
  'open a terminal': 'wish.open',
  'take up a terminal left running': 'wish.take-up',
  'list its terminals': 'wish.list',
  'list its terminals and what runs in them': 'wish.list-programs',
  'share a terminal': 'wish.share',
} as const;
const BEGINNINGS = [
  ['run: ', 'wish.run'],
  ['take over a terminal of ', 'wish.take-over'],
  ['look on at a terminal of ', 'wish.look-on'],
  ['pass through this device to ', 'wish.pass'],
  ['connect to ', 'wish.connect'],
  ['send datagrams to ', 'wish.datagrams'],
  ['take connections at ', 'wish.listen'],
] as const;

/** Key of the text for an action that a peer asks for, with the part that the peer named. */
export type RequestedAction =
  | Readonly<{ key: (typeof WHOLE)[keyof typeof WHOLE] }>
  | Readonly<{ key: (typeof BEGINNINGS)[number][1]; what: string }>;

/** Finds the text for an action that the agent describes in English. Undefined for words that it doesn't know. */
export function requestedAction(detail: string): RequestedAction | undefined {
  if (Object.hasOwn(WHOLE, detail)) return { key: WHOLE[detail as keyof typeof WHOLE] };
  for (const [words, key] of BEGINNINGS) {
    if (detail.startsWith(words)) return { key, what: detail.slice(words.length) };
  }
  return undefined;
}
