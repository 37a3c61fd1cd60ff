import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Tab } from './tab-types.ts';

/**
 * Watches the row of tabs: keeps the tab in front in sight when it changes or its room does, and reports whether the tabs have no room side by side. A row
 * that a person has scrolled away stays there meanwhile.
 */
export function useTabStrip(
  tabs: readonly Tab[],
  front: number | undefined,
): Readonly<{ strip: RefObject<HTMLDivElement | null>; isCrowded: boolean }> {
  const strip = useRef<HTMLDivElement>(null);
  const [isCrowded, setCrowded] = useState(false);
  // The observer also tells the sizes at first, so that each change of the tabs is looked at once.
  const all = tabs.map(({ id }) => id).join(' ');
  useEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const tabOf = (id: number | string | undefined): Element | null =>
      element.querySelector(`[data-tab-number="${id}"]`);
    let width: number | undefined;
    const observer = new ResizeObserver(() => {
      setCrowded(element.scrollWidth > element.clientWidth + 1);
      const active = tabOf(front);
      // Other tabs change their widths with their titles.
      const room = element.clientWidth + (active?.clientWidth ?? 0);
      if (room !== width) active?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      width = room;
    });
    observer.observe(element);
    for (const id of all.split(' ')) {
      const tab = tabOf(id);
      if (tab !== null) observer.observe(tab);
    }
    return () => observer.disconnect();
  }, [all, front]);
  return { strip, isCrowded };
}
