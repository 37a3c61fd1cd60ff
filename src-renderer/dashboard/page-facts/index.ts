/** Version and fingerprint of the page, and its promise. Without the API, so that the page for guests can load it alone. */
export { fetchPageFacts, PageInfo } from './page-info.ts';
export { PagePromise } from './page-promise.tsx';
export { PageVersion } from './page-version.tsx';
export { useFactsOf } from './use-facts-of.ts';
