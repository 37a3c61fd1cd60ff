import { createInstance, type TOptions } from 'i18next';
import { ERROR_TEXTS, errorText, type ErrorText } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { TranslatedErrors } from '#shared/languages/index.ts';
import { EN } from './en/index.ts';

type Catalogue = typeof EN;
type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** `peers.count` for the entries `peers.count_one` and `peers.count_other`; any other key as it is. */
type Base<Key> = Key extends `${infer Name}_${PluralForm}` ? Name : Key;

/** The names in `{{name}}` of an entry. */
type Names<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Names<Rest> : never;

/** What each text needs, worked out once for all: plural forms share a key, and are chosen by `count`. */
type Values = {
  [Key in keyof Catalogue as Base<Key>]: Names<Catalogue[Key]> | (Key extends Base<Key> ? never : 'count');
};

/** A key of the catalogue, without plural forms. */
export type TextKey = keyof Values;
type Arguments<Key extends TextKey> = [Values[Key]] extends [never]
  ? []
  : [values: Readonly<Record<Values[Key], string | number>>];

const catalogue = createInstance();
// Nothing is loaded from anywhere, so this is done when it returns.
void catalogue.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: EN } },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** Of the language that is spoken; a text that it lacks is English. */
let spoken = catalogue.getFixedT('en');
let language = 'en';
const errors = new Map<string, TranslatedErrors>();

/** Texts of another language; `language.ts` alone brings and changes them. */
export function addTexts(tag: string, texts: Readonly<Record<string, string>>, translated: TranslatedErrors): void {
  catalogue.addResourceBundle(tag, 'translation', texts, false, true);
  errors.set(tag, translated);
}

export function setTexts(tag: string): void {
  language = tag;
  spoken = catalogue.getFixedT(tag);
}

/** The text of a key, `{{name}}` filled from the values; `count` chooses between `key_one` and `key_other`. */
export function text<Key extends TextKey>(key: Key, ...[values]: Arguments<Key>): string {
  return translate(key, values ?? {});
}

/** The library's own types would have to know the catalogue; ours are above. */
function translate(key: string, values: TOptions): string {
  return spoken(key, values);
}

/** Whether the catalogue has this key, which came from elsewhere. */
export function hasText(key: string): key is TextKey {
  return catalogue.exists(key) || catalogue.exists(key, { count: 1 });
}

/** What happened, why, and what to do next, in the words of a window. */
export function explain(error: unknown): ErrorText & Readonly<{ code: string }> {
  const code = error instanceof ClawReachError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof ClawReachError ? error.details : {};
  return { code, ...explainCode(code, message, details) };
}

/** Words for a code that came without its error. A sentence whose details are not known is left out: `why` may be empty. */
export function explainCode(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
): ErrorText {
  const translated = errors.get(language);
  if (translated !== undefined && Object.hasOwn(translated, code)) {
    const { what, why, next } = errorText(code, message, details, translated);
    return { what: whole(what) || message, why: whole(why), next: whole(next) };
  }
  const general = generalText(code, message, details);
  const own = (part: keyof ErrorText): string => {
    const key = `error.${code}.${part}`;
    return catalogue.exists(key) ? translate(key, { message, ...details }) : general[part];
  };
  return { what: whole(own('what')) || message, why: whole(own('why')), next: whole(own('next')) };
}

/** What a code means at the device that was asked; the texts of errors are for who asked. Undefined where they fit both. */
export function causeHere(code: string): string | undefined {
  const key = `here.${code}`;
  return hasText(key) ? translate(key, {}) : undefined;
}

/** A code of a later version has no text yet, and the words for that are those of a command. */
function generalText(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>>,
): ErrorText {
  return Object.hasOwn(ERROR_TEXTS, code)
    ? errorText(code, message, details)
    : { what: message, why: text('error.unknown.why', { code }), next: text('error.unknown.next') };
}

/** Without the sentences of which a detail is missing. */
function whole(words: string): string {
  return words
    .split(/(?<=[.!?] |[。！？])/)
    .filter((sentence) => !/\{\w+\}/.test(sentence))
    .join('')
    .trim();
}
