import { useSyncExternalStore } from 'react';

export type Scheme = 'light' | 'dark';

/** Whether the window is light or dark now: as the person has chosen, or as the system is. */
export function schemeNow(): Scheme {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/** Calls whenever the window changes between light and dark. @returns stops */
export function followScheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

export function useScheme(): Scheme {
  return useSyncExternalStore(followScheme, schemeNow);
}
