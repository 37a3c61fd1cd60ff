import { useSyncExternalStore } from 'react';

/** Light or dark look of the window, which terminals and their preview follow. This file only reads and observes it. */
export type Scheme = 'light' | 'dark';

/** Returns the window's current scheme, an attribute of the page's root element. */
export function schemeNow(): Scheme {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/**
 * Calls the listener whenever the window's scheme changes.
 * @returns a function that stops this
 */
export function followScheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/** Returns the window's scheme; the component renders again when it changes. */
export function useScheme(): Scheme {
  return useSyncExternalStore(followScheme, schemeNow);
}
