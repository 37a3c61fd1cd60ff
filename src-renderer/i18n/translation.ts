import type { EN } from './en/index.ts';

type Key = keyof typeof EN;

/** Texts of errors are translated by their codes (`src-shared/languages`), whatever the window overrides in English; these two have no code. */
type OfError = Exclude<Extract<Key, `error.${string}`>, `error.unknown.${string}`>;

/**
 * An area of the catalogue in another language: no key that English does not have. One that is missing is shown in English, and a test names it;
 * a language has the plural forms that it needs, which may be fewer.
 */
export type Translation = Readonly<{ [Known in Exclude<Key, OfError>]?: string }>;
