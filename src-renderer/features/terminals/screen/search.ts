export type SearchOptions = Readonly<{ caseSensitive: boolean; regex: boolean }>;

/** Search in a terminal. */
export type Search = SearchOptions & Readonly<{ term: string }>;

export const NO_SEARCH: Search = { term: '', caseSensitive: false, regex: false };

/** `current` counts from one; zero when no match is current. */
export type SearchCount = Readonly<{ current: number; count: number }>;

/** Screen that can be searched. */
export interface Searchable {
  /** Selects a match. @returns false without a match or for an invalid pattern */
  find(term: string, direction: 'next' | 'previous' | 'here', options: SearchOptions): boolean;
  endSearch(): void;
  onSearchCount(listener: (count: SearchCount) => void): () => void;
}

/** Reports whether the search is usable: a term, and a valid pattern if it is one. */
export function isSearch({ term, regex }: Search): boolean {
  return term !== '' && (!regex || isPattern(term));
}

function isPattern(pattern: string): boolean {
  try {
    // The same flags as in the search add-on.
    return new RegExp(pattern, 'g').source !== '';
  } catch {
    return false;
  }
}
