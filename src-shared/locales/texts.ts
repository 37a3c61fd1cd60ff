import { createInstance } from 'i18next';
import type { Catalogue, ErrorDetails, ErrorText, ErrorTexts } from './catalogue.ts';
import type { Placeholders } from './placeholders.ts';

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** Suffix of texts that replace others where the machine of the window is the browser itself: `history.description_browser`. */
const BROWSER = 'browser';

/** Key of a text without its plural form or place: `peers.count` for the entries `peers.count_one` and `peers.count_other`. */
export type KeyOf<Entry> = Entry extends `${infer Name}_${PluralForm | typeof BROWSER}` ? Name : Entry;

type Names<Key> = Key extends keyof Placeholders ? Placeholders[Key] : never;

/** Arguments for the placeholders of a text; none if it has no placeholder. */
export type TextValues<Key> = [Names<Key>] extends [never]
  ? []
  : [values: Readonly<Record<Names<Key>, string | number>>];

/** Position after a sentence, at which a text can be split. */
const BETWEEN_SENTENCES = /(?<=[.!?] |[。！？])/;
const PLACEHOLDER = /\{\{(\w+)\}\}/g;
/** Placeholder at the end of a sentence. */
const LAST_IN_SENTENCE = /\{\{(\w+)\}\}[.。]/g;
const SENTENCE_END = /[.!?。！？]$/u;

/** Texts of one user interface in the current language. English replaces texts that another language lacks, where it is loaded. */
export class Texts<Key extends string> {
  readonly #library = createInstance();
  readonly #errors = new Map<string, ErrorTexts>();
  #language = 'en';
  #isInBrowser = false;

  constructor(english: Catalogue) {
    // Nothing is loaded from anywhere, so the library is ready when this returns.
    void this.#library.init({
      lng: 'en',
      fallbackLng: 'en',
      resources: { en: { translation: english.texts } },
      keySeparator: false,
      nsSeparator: false,
      initAsync: false,
      // The caller escapes what it shows. Values are untrusted: `{{` and `$t(` in them have no meaning.
      interpolation: { escapeValue: false, skipOnVariables: true },
      returnNull: false,
    });
    this.#errors.set('en', english.errors);
  }

  /** Adds a catalogue of a language, named by its BCP 47 tag, to those of that language that are known. */
  add(tag: string, { texts, errors }: Catalogue): void {
    // The library copies them by JSON otherwise, which takes longer than reading them did.
    this.#library.addResourceBundle(tag, 'translation', texts, false, true, { skipCopy: true });
    this.#errors.set(tag, { ...this.#errors.get(tag), ...errors });
  }

  /** Switches to English or to a language added before. */
  use(tag: string): void {
    this.#language = tag;
  }

  /** Prefers the texts that speak of this browser instead of this machine. */
  setInBrowser(isInBrowser: boolean): void {
    this.#isInBrowser = isInBrowser;
  }

  /** Returns the text of a key with its placeholders filled; `count` chooses the plural form. */
  text<Given extends Key>(key: Given, ...[values]: TextValues<Given>): string {
    return this.#translate(key, values ?? {});
  }

  /** Reports whether a key from outside, such as one sent by the agent, has a text. */
  has(key: string): key is Key {
    // A page in another language has loaded no English.
    const lng = this.#language;
    return this.#library.exists(key, { lng }) || this.#library.exists(key, { lng, count: 1 });
  }

  /**
   * Explains an error code. Omits each sentence for which the details are missing, so `why` and `next` may be empty; if nothing is left, `what` is
   * `message`. A full stop after a placeholder is dropped if the placeholder's value ends with one.
   */
  error(code: string, message: string, details: ErrorDetails = {}): ErrorText {
    const known = this.#errorText(code);
    const values = known === undefined ? { ...details, message, code } : { message, ...details };
    const text = known ?? this.#errorText('unknown') ?? { what: '{{message}}', why: '', next: '' };
    return {
      what: this.#fill(text.what, values) || message,
      why: this.#fill(text.why, values),
      next: this.#fill(text.next, values),
    };
  }

  /** Words for a code in the current language, else in English. A code may be another side's word, such as `constructor`. */
  #errorText(code: string): ErrorText | undefined {
    for (const tag of [this.#language, 'en']) {
      const errors = this.#errors.get(tag);
      if (errors === undefined) continue;
      const here = `${code}_${BROWSER}`;
      if (this.#isInBrowser && Object.hasOwn(errors, here)) return errors[here];
      if (Object.hasOwn(errors, code)) return errors[code];
    }
    return undefined;
  }

  #fill(template: string, values: ErrorDetails): string {
    const isComplete = (sentence: string): boolean =>
      [...sentence.matchAll(PLACEHOLDER)].every(([, name = '']) => Object.hasOwn(values, name));
    const whole = template
      .split(BETWEEN_SENTENCES)
      .filter(isComplete)
      .join('')
      .replaceAll(LAST_IN_SENTENCE, (placeholder, name: string) =>
        SENTENCE_END.test(String(values[name])) ? placeholder.slice(0, -1) : placeholder,
      );
    return this.#library.services.interpolator.interpolate(whole, values, this.#language, {}).trim();
  }

  #translate(key: string, values: Readonly<Record<string, string | number>>): string {
    const { count } = values;
    return this.#library.t(key, {
      lng: this.#language,
      // Values are data only: none of their names is an option of the library.
      replace: values,
      ...(this.#isInBrowser && { context: BROWSER }),
      ...(typeof count === 'number' ? { count } : {}),
    });
  }
}

/**
 * Creates the texts of one user interface from its English catalogue. The texts of window and tray and the English error texts all come from it.
 * Keeps them in memory and loads nothing.
 */
export function createTexts<English extends Catalogue>(
  english: English,
): Texts<KeyOf<keyof English['texts'] & string>> {
  return new Texts(english);
}
