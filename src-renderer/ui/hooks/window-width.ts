import { useMatch } from './use-match.ts';

/**
 * Layout for the width of the window. `narrow`: one pane with a dock, under 640 px. `icons`: a sidebar of icons, under 960. `full`: sidebar and page.
 * `wide`: from 1600 px, with the list of machines beside the page of one.
 */
export type WindowWidth = 'narrow' | 'icons' | 'full' | 'wide';

/** Returns the layout for the current width of the window, and renders again when it changes. */
export function useWindowWidth(): WindowWidth {
  const isNarrow = useMatch('(width < 640px)');
  const isFull = useMatch('(width >= 960px)');
  const isWide = useMatch('(width >= 1600px)');
  if (isNarrow) return 'narrow';
  if (!isFull) return 'icons';
  return isWide ? 'wide' : 'full';
}
