import { ClawReachError } from '#shared/errors.ts';
import { groupPin } from '#shared/relay-dialer/index.ts';
import {
  type englishDashboard,
  type englishWindow,
  type Catalogue,
  type ErrorDetails,
  type ErrorText,
  type KeyOf,
  Texts,
  type TextValues,
} from '#shared/locales/index.ts';
import { formatDate } from './format.ts';

/** Key of a text in the catalogue, without the suffix of a plural form. */
export type TextKey = KeyOf<
  keyof ReturnType<typeof englishWindow>['texts'] | keyof ReturnType<typeof englishDashboard>['texts']
>;

/** Texts of the page; each entry adds its own (`addTextSource`). */
const texts = new Texts<TextKey>({ texts: {}, errors: {} });

/** Adds texts of a language. Only `language.ts` calls this function. */
export function addTexts(tag: string, catalogue: Catalogue): void {
  texts.add(tag, catalogue);
}

/** Switches to a language whose texts were added. Only `language.ts` calls this function. */
export function setTexts(tag: string): void {
  texts.use(tag);
}

/** Prefers the texts that speak of this browser instead of this machine. Only the store calls this function, when it learns what this machine is. */
export function setInBrowser(isInBrowser: boolean): void {
  texts.setInBrowser(isInBrowser);
}

/**
 * Returns the text of a key in the window's language. `{{name}}` in the text is filled from the values; the value `count` chooses between `key_one`
 * and `key_other`.
 */
export function text<Key extends TextKey>(key: Key, ...values: TextValues<Key>): string {
  return texts.text(key, ...values);
}

/** Reports whether the catalogue has this key; for keys that are made from data of the agent. */
export function hasText(key: string): key is TextKey {
  return texts.has(key);
}

/** Joins sentences to a paragraph and leaves out empty ones. After full-width punctuation there is no space. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').reduce((all, next) => `${all}${gapAfter(all)}${next}`, '');
}

/** Returns what stands between a sentence and the next one, where the two look different: a space, except after full-width punctuation. */
export function gapAfter(sentence: string): string {
  return sentence === '' || /[。？！]$/u.test(sentence) ? '' : ' ';
}

/** Explains an error in the window's language: its code, what happened, why, and what to do next. An error without a code counts as `internal`. */
export function explain(error: unknown): ErrorText & Readonly<{ code: string }> {
  const code = error instanceof ClawReachError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof ClawReachError ? error.details : {};
  return { code, ...explainCode(code, message, { ...details, ...pinsOf(details), ...timeOf(details) }) };
}

/** Returns the fingerprints of relays among the details in groups, as people compare them. */
function pinsOf(details: ErrorDetails): ErrorDetails {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) =>
      typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? [[name, groupPin(value)]] : [],
    ),
  );
}

/** Returns the time since which something is so, or until which, for the texts that name it. */
function timeOf({ since, until }: ErrorDetails): ErrorDetails {
  // Rounded up: the minute named is the first one that lies wholly after the end.
  if (typeof until === 'number')
    return { time: formatDate(Math.ceil(until / 60_000) * 60_000, { timeStyle: 'short' }) };
  return typeof since === 'number' ? { time: formatDate(since, { dateStyle: 'medium', timeStyle: 'short' }) } : {};
}

/**
 * Explains an error code that came without its error. Sentences whose details aren't known are left out, so `why` may be empty.
 * @param message technical message, used for an unknown code
 */
export function explainCode(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  return texts.error(code, message, details);
}

/**
 * Returns what a code means on the device that answered a request; the usual texts are written for the device that made the request. Undefined if the
 * usual text fits both.
 */
export function causeHere(code: string): string | undefined {
  const key = `here.${code}`;
  return hasText(key) ? texts.text(key as 'here.rights.denied') : undefined;
}
