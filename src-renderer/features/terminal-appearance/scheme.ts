import { useSyncExternalStore } from 'react';

export type Scheme = 'light' | 'dark';

/** Returns the current scheme of the window. */
export function schemeNow(): Scheme {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/** Calls the listener whenever the scheme changes. @returns a function that stops it */
export function followScheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

export function useScheme(): Scheme {
  return useSyncExternalStore(followScheme, schemeNow);
}
