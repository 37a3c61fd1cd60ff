import type { ReactElement } from 'react';
import { classes } from '../../../ui/index.ts';
import { panesOf, placePanes, separatorsOf, type PaneLayout, type Separator } from '../panes/layout.ts';
import { PaneSeparator } from '../panes/pane-separator.tsx';
import { styleOf, WHOLE } from './pane-area.ts';
import { TabPane } from './tab-pane.tsx';
import type { Tab } from './tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

/** `isNarrow`: one pane fills the window, and there are no tabs. */
type PanelProps = Readonly<{ tab: Tab; terminals: Terminals; isNarrow: boolean; onSearch(): void }>;

/**
 * Area of one tab: its panes and the bars between them. The order of the elements is fixed, because an element that moves in the page loses the
 * focus.
 */
export function TabPanel({ tab, terminals, isNarrow, onSearch }: PanelProps): ReactElement {
  const { manager, panes } = terminals;
  const { layout, focused } = tab;
  const isZoomed = tab.isZoomed || isNarrow;
  const areas = new Map(placePanes(layout).map((placed) => [placed.pane, placed]));
  const titleOf = (id: number): string => {
    const pane = panes.get(id);
    return pane === undefined ? '' : terminals.titleOfPane(pane);
  };
  return (
    <div
      id={`terminal-panel-${tab.id}`}
      {...(isNarrow ? {} : { role: 'tabpanel', 'aria-labelledby': `terminal-tab-${tab.id}` })}
      className={classes(styles['panel'], tab.id !== terminals.tab?.id && styles['behind'])}
    >
      {panesOf(layout)
        .toSorted((one, other) => one - other)
        .map((id) => {
          const pane = panes.get(id);
          const area = areas.get(id);
          return (
            pane !== undefined &&
            area !== undefined && (
              <TabPane
                key={id}
                pane={pane}
                tab={tab}
                terminals={terminals}
                area={isZoomed ? WHOLE : styleOf(area)}
                isBehind={isZoomed && id !== focused}
                isNarrow={isNarrow}
                onSearch={onSearch}
              />
            )
          );
        })}
      {!isZoomed &&
        separatorsOf(layout).map((separator) => (
          <PaneSeparator
            key={`${separator.path.join('.')} ${separator.index}`}
            layout={layout}
            separator={separator}
            title={titleOf(paneBefore(layout, separator))}
            onArrange={(next) => manager.arrange(tab.id, next)}
            onDone={terminals.focus}
          />
        ))}
    </div>
  );
}

/** Returns the first pane of the part before a bar. */
function paneBefore(layout: PaneLayout, { path, index }: Separator): number {
  let inner = layout;
  for (const step of [...path, index]) {
    const next: PaneLayout | undefined = inner.kind === 'split' ? inner.parts[step]?.layout : undefined;
    if (next === undefined) break;
    inner = next;
  }
  return panesOf(inner)[0] ?? 0;
}
