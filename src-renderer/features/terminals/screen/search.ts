export type SearchOptions = Readonly<{ caseSensitive: boolean; regex: boolean }>;

/** What is sought in a terminal. */
export type Search = SearchOptions & Readonly<{ term: string }>;

export const NO_SEARCH: Search = { term: '', caseSensitive: false, regex: false };

/** `current` counts from one; zero where none of the matches is the current one. */
export type SearchCount = Readonly<{ current: number; count: number }>;

/** What can be searched. */
export interface Searchable {
  /** @returns false when there is no match, or the pattern is not valid. */
  find(term: string, direction: 'next' | 'previous' | 'here', options: SearchOptions): boolean;
  endSearch(): void;
  onSearchCount(listener: (count: SearchCount) => void): () => void;
}

/** Whether there is something to look for: a term that is a pattern where it is to be one. */
export function isSearch({ term, regex }: Search): boolean {
  return term !== '' && (!regex || isPattern(term));
}

function isPattern(pattern: string): boolean {
  try {
    // As the terminal will read it.
    return new RegExp(pattern, 'g').source !== '';
  } catch {
    return false;
  }
}
