import { ClawReachError } from '#shared/errors.ts';
import {
  createTexts,
  englishWindow,
  type Catalogue,
  type ErrorDetails,
  type ErrorText,
  type KeyOf,
  type TextValues,
} from '#shared/locales/index.ts';

/** A key of the catalogue, without plural forms. */
export type TextKey = KeyOf<keyof ReturnType<typeof englishWindow>['texts']>;

const texts = createTexts(englishWindow());

/** Adds the texts of another language; for `language.ts` only. */
export function addTexts(tag: string, catalogue: Catalogue): void {
  texts.add(tag, catalogue);
}

/** Switches to a language whose texts were added; for `language.ts` only. */
export function setTexts(tag: string): void {
  texts.use(tag);
}

/** Returns the text of a key with `{{name}}` filled from the values; `count` chooses between `key_one` and `key_other`. */
export function text<Key extends TextKey>(key: Key, ...values: TextValues<Key>): string {
  return texts.text(key, ...values);
}

/** Reports whether the catalogue has this key, which came from elsewhere. */
export function hasText(key: string): key is TextKey {
  return texts.has(key);
}

/** Explains an error: what happened, why, and what to do next. */
export function explain(error: unknown): ErrorText & Readonly<{ code: string }> {
  const code = error instanceof ClawReachError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof ClawReachError ? error.details : {};
  return { code, ...explainCode(code, message, details) };
}

/** Explains a code that came without its error. A sentence whose details aren't known is left out: `why` may be empty. */
export function explainCode(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  return texts.error(code, message, details);
}

/** Returns the meaning of a code at the device that was asked; error texts are for the one that asked. Undefined where they fit both. */
export function causeHere(code: string): string | undefined {
  const key = `here.${code}`;
  return hasText(key) ? texts.text(key as 'here.rights.denied') : undefined;
}
