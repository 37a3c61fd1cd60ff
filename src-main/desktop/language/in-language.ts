import type { Language } from '#shared/languages/index.ts';
import { currentLanguage } from './current.ts';

/** The same texts in any language: what was one word may be any. */
export type Texts<English> = English extends string
  ? string
  : English extends (...values: infer Values) => string
    ? (...values: Values) => string
    : Readonly<{ [Key in keyof English]: Texts<English[Key]> }>;

/** What a language has of it so far; the rest is English. */
export type Translated<English> = English extends string | ((...values: never[]) => string)
  ? Texts<English>
  : Readonly<{ [Key in keyof English]?: Translated<English[Key]> }>;

type Section = Readonly<Record<string, unknown>>;

/** The texts as they read in the language that is spoken at the moment of reading. */
export function inLanguage<English extends Section>(
  english: English,
  translated: Readonly<Record<Exclude<Language, 'en'>, Translated<English>>>,
): Texts<English> {
  const spoken = new Map<Language, Section>([['en', english]]);
  const read = (key: string): unknown => {
    const language = currentLanguage();
    let texts = spoken.get(language);
    if (texts === undefined) {
      texts = language === 'en' ? english : merge(english, translated[language]);
      spoken.set(language, texts);
    }
    return texts[key];
  };
  const view = Object.defineProperties(
    {},
    Object.fromEntries(Object.keys(english).map((key) => [key, { enumerable: true, get: () => read(key) }])),
  );
  return view as Texts<English>;
}

function merge(english: Section, translated: Section): Section {
  return Object.fromEntries(
    Object.entries(english).map(([key, value]) => {
      const own = translated[key];
      return [key, isSection(value) && isSection(own) ? merge(value, own) : (own ?? value)];
    }),
  );
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null;
}
