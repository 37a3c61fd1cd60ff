/** Text keys of actions that the agent describes with a fixed sentence. */
const WHOLE = {
  'open a terminal': 'requested-action.open',
  'reopen a terminal left running': 'requested-action.reopen',
  // Earlier versions, in the history.
  'take up a terminal left running': 'requested-action.reopen',
  'list its terminals': 'requested-action.list',
  'list its terminals and what runs in them': 'requested-action.list-programs',
  'list its terminals and commands': 'requested-action.list-commands',
  'list its terminals and commands, and what runs in them': 'requested-action.list-all',
  'share a terminal': 'requested-action.share',
} as const;
/** Text keys of actions whose description ends with a name or target, by the beginning of the description. */
const BEGINNINGS = [
  ['run: ', 'requested-action.run'],
  ['take over a terminal of ', 'requested-action.take-over'],
  ['look on at a terminal of ', 'requested-action.watch'],
  ['pass through this device to ', 'requested-action.pass-through'],
  ['connect to ', 'requested-action.connect'],
  ['send datagrams to ', 'requested-action.datagrams'],
  ['take connections at ', 'requested-action.listen'],
  ['use its relay ', 'requested-action.use-relay'],
  ['write to ', 'requested-action.write'],
  ['send ', 'requested-action.send'],
  ['wake ', 'requested-action.wake'],
  ['open shared folders: ', 'requested-action.folders'],
  ['open and change shared folders: ', 'requested-action.change-folders'],
  ['put ', 'requested-action.put'],
  ['replace by ', 'requested-action.replace'],
] as const;

/** Key of the text for an action that a peer requests. `what`: the name, command, target or message in the request. */
export type RequestedAction =
  | Readonly<{ key: (typeof WHOLE)[keyof typeof WHOLE] }>
  | Readonly<{ key: (typeof BEGINNINGS)[number][1]; what: string }>;

/**
 * Finds the translated text for the English description that the agent gives a request, as in `ApprovalView.detail`. Returns undefined for an unknown
 * description. Used by windows, notifications and the command line. Pure.
 */
export function requestedAction(detail: string): RequestedAction | undefined {
  if (Object.hasOwn(WHOLE, detail)) return { key: WHOLE[detail as keyof typeof WHOLE] };
  for (const [words, key] of BEGINNINGS) {
    if (detail.startsWith(words)) return { key, what: detail.slice(words.length) };
  }
  return undefined;
}
