import { showHidden } from '#shared/visible-text/index.ts';
import { text } from '../../../i18n/index.ts';

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
/** Of these the agent of this device has put the words, and a peer only what follows them. */
const OWN_WORDS: ReadonlySet<string> = new Set(['terminal', 'view', 'relay', 'forward']);

/** What a peer wants, in the language of the window: the agent says it in English. What is not known here stays as it was said. */
export function requestText(right: string, detail: string): string {
  if (!OWN_WORDS.has(right)) return showHidden(detail);
  if (Object.hasOwn(WHOLE, detail)) return text(WHOLE[detail as keyof typeof WHOLE]);
  for (const [words, key] of BEGINNINGS) {
    if (detail.startsWith(words)) return text(key, { what: showHidden(detail.slice(words.length)) });
  }
  return showHidden(detail);
}
