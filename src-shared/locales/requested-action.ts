const WHOLE = {
  'open a terminal': 'requested-action.open',
  'take up a terminal left running': 'requested-action.reopen',
  'list its terminals': 'requested-action.list',
  'list its terminals and what runs in them': 'requested-action.list-programs',
  'share a terminal': 'requested-action.share',
} as const;
const BEGINNINGS = [
  ['run: ', 'requested-action.run'],
  ['take over a terminal of ', 'requested-action.take-over'],
  ['look on at a terminal of ', 'requested-action.watch'],
  ['pass through this device to ', 'requested-action.pass-through'],
  ['connect to ', 'requested-action.connect'],
  ['send datagrams to ', 'requested-action.datagrams'],
  ['take connections at ', 'requested-action.listen'],
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
