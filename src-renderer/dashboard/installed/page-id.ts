import { PAGE_ID } from '#shared/relay-page/index.ts';

/** Returns the identity of this page's version; undefined for a page that no relay serves, as in stories. */
export function readPageId(): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${PAGE_ID}"]`)?.content;
}
