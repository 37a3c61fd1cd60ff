import type { CSSProperties } from 'react';
import { placePanes, type Rectangle } from '../panes/layout.ts';
import type { Tab } from './tab-types.ts';

/** Area of a pane that fills its tab. */
export const WHOLE: CSSProperties = { left: 0, top: 0, width: '100%', height: '100%' };

/** Returns the area of a pane in its tab; the whole while it is zoomed or the tab isn't known. */
export function areaOf(pane: number, tab: Tab | undefined): CSSProperties {
  const placed = tab === undefined || tab.isZoomed ? [] : placePanes(tab.layout);
  const area = placed.find((each) => each.pane === pane);
  return area === undefined ? WHOLE : styleOf(area);
}

/** Writes a rectangle as shares of the room. */
export function styleOf(area: Rectangle): CSSProperties {
  const percent = (part: number): string => `${part * 100}%`;
  return {
    left: percent(area.left),
    top: percent(area.top),
    width: percent(area.width),
    height: percent(area.height),
  };
}
