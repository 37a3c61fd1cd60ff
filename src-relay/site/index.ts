/** The page that the relay serves to browsers, from memory and only as it was signed. */
export { openPage } from './open-page.ts';
export { createPageFeature, type PageServing, type PageState } from './page-feature.ts';
export { loadPage, type LoadedPage, type PageSource } from './page-files.ts';
