import { createInstance, type TOptions } from 'i18next';
import { ERROR_TEXTS, errorText, type ErrorText } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EN } from './en/index.ts';

type Catalogue = typeof EN;
type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** `peers.count` for the entries `peers.count_one` and `peers.count_other`; any other key as it is. */
type Base<Key> = Key extends `${infer Name}_${PluralForm}` ? Name : Key;

/** A key of the catalogue, without plural forms. */
export type TextKey = Base<keyof Catalogue>;

/** The names in `{{name}}` of an entry. */
type Names<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Names<Rest> : never;
type Entries<Key extends TextKey> = Catalogue[Extract<keyof Catalogue, Key | `${Key}_${PluralForm}`>];
type Values<Key extends TextKey> = Names<Entries<Key>> | (Key extends keyof Catalogue ? never : 'count');
type Arguments<Key extends TextKey> = [Values<Key>] extends [never]
  ? []
  : [values: Readonly<Record<Values<Key>, string | number>>];

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

/** The text of a key, `{{name}}` filled from the values; `count` chooses between `key_one` and `key_other`. */
export function text<Key extends TextKey>(key: Key, ...[values]: Arguments<Key>): string {
  return translate(key, values ?? {});
}

/** The library's own types would have to know the catalogue; ours are above. */
function translate(key: string, values: TOptions): string {
  return catalogue.t(key, values);
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
  const general = generalText(code, message, details);
  const own = (part: keyof ErrorText): string => {
    const key = `error.${code}.${part}`;
    return catalogue.exists(key) ? translate(key, { message, ...details }) : general[part];
  };
  return { what: whole(own('what')) || general.what, why: whole(own('why')), next: whole(own('next')) };
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

/** Nothing, where a detail is missing. */
function whole(sentence: string): string {
  return /\{\w+\}/.test(sentence) ? '' : sentence;
}
