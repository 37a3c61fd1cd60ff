/** Options of a search. `SearchBar` sets them, `TerminalScreen` searches with them. */
export type SearchOptions = Readonly<{ caseSensitive: boolean; regex: boolean }>;

/** Term and options of a search in a terminal. */
export type Search = SearchOptions & Readonly<{ term: string }>;

/** Search without a term. */
export const NO_SEARCH: Search = { term: '', caseSensitive: false, regex: false };

/** Number of matches. `current` counts from one; zero if no match is selected. */
export type SearchCount = Readonly<{ current: number; count: number }>;

/** Screen in which one can search. */
export interface Searchable {
  /**
   * Selects a match; `here` stays at the selected match if it still fits the term.
   * @returns false without a match or for an invalid pattern
   */
  find(term: string, direction: 'next' | 'previous' | 'here', options: SearchOptions): boolean;
  /**
   * Scrolls back until the selected match is below an area of the window that covers it, as far as the scrollback reaches.
   * @returns false if the match is still covered
   */
  uncover(area: DOMRect): boolean;
  /** Removes the highlights and the selection. */
  endSearch(): void;
  /**
   * Calls the listener when the number of matches changes.
   * @returns a function that stops this
   */
  onSearchCount(listener: (count: SearchCount) => void): () => void;
}

/** Reports whether a search can run: it has a term, and a regular expression is valid. */
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
