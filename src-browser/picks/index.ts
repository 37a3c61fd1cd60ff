/** Files, folders and places that a person picks in a page, for the agent of this browser. */
export { askPlace, canPickPlaces, type WantedEntry } from './ask-place.ts';
export { PagePicks, type PagePicksOptions } from './page-picks.ts';
export { chooseEntries, fromDropped, fromFiles } from './read-picked.ts';
