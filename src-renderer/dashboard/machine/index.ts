/**
 * Terminals in the page: the seam for the window's own features over the page's agent (`src-browser`), loaded when `/terminal/…` is opened. Nothing of the
 * account pages imports more than this door.
 */
export { MachinePage } from './machine-page.tsx';
