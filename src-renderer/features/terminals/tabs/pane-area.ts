import type { CSSProperties } from 'react';
import type { Rectangle } from '../panes/layout.ts';

/** Area of a pane that fills its tab. */
export const WHOLE: CSSProperties = { left: 0, top: 0, width: '100%', height: '100%' };

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
