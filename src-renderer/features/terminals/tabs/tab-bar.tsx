import { Columns2, Ellipsis, Search } from 'lucide-react';
import { useCallback, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { buttonShortcut } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { classes, IconButton, Menu } from '../../../ui/index.ts';
import { menuItemsOf } from './menu-items.tsx';
import { NewTabMenu } from './new-tab-menu.tsx';
import { TabButton } from './tab-button.tsx';
import { TabListMenu } from './tab-list-menu.tsx';
import { useTabStrip } from './use-tab-strip.ts';
import styles from '../terminals.module.css';
import { useTabDrag } from './use-tab-drag.ts';
import type { Terminals } from '../use-terminals.ts';

/** Distance that one line of the wheel scrolls the tabs, CSS pixels. */
const LINE = 40;
type BarProps = Readonly<{
  terminals: Terminals;
  /** Search of the active terminal, in place of the tools while it is open; false otherwise. */
  finder: ReactNode;
  onSearch(): void;
}>;

/**
 * Bar with a tab for each group of terminals, a menu that opens terminals, and a menu for the active one. The person switches, drags, renames and
 * closes tabs here.
 */
export function TabBar({ terminals, finder, onSearch }: BarProps): ReactElement {
  const { tabs, tab: front, active, manager, moved, latest } = terminals;
  const drag = useTabDrag(manager);
  const { strip, isCrowded } = useTabStrip(tabs, front?.id);
  const move = useCallback(
    (event: KeyboardEvent): void => {
      const { tabs: all, tab: current, stepTo } = latest();
      const index = all.findIndex(({ id }) => id === current?.id);
      const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: all.length - 1 }[event.key];
      const tab = next === undefined ? undefined : all[(next + all.length) % all.length];
      if (tab === undefined) return;
      event.preventDefault();
      stepTo(tab.id);
    },
    [latest],
  );
  return (
    <div className={styles['bar']}>
      {/* A tab list owns tabs only; each tab has a close button beside it. */}
      <div
        role="tablist"
        aria-label={text('terminals.tabs')}
        aria-owns={tabs.map(({ id }) => `terminal-tab-${id}`).join(' ')}
      />
      <div
        ref={strip}
        className={classes(
          styles['tabs'],
          isCrowded && styles['tabs-crowded'],
          drag.dragged !== undefined && styles['tabs-dragging'],
        )}
        // A mouse wheel turns in one direction only; without this, the tabs wouldn't scroll.
        onWheel={({ currentTarget, deltaX, deltaY, deltaMode }) => {
          if (deltaX === 0) currentTarget.scrollLeft += deltaY * (deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
        }}
      >
        {tabs
          // The order is set by CSS: a button that moves in the page loses the focus.
          .map((tab, position) => ({ tab, position }))
          .toSorted((one, other) => one.tab.id - other.tab.id)
          .map(({ tab, position }) => (
            <TabButton key={tab.id} tab={tab} position={position} terminals={terminals} drag={drag} onMove={move} />
          ))}
      </div>
      {/* Announces to screen readers that a tab has moved. */}
      <span className="visually-hidden" role="status">
        {moved !== undefined && text('terminals.tab.moved', moved)}
      </span>
      {isCrowded && <TabListMenu terminals={terminals} />}
      <NewTabMenu terminals={terminals} look="icon" />
      <span className={styles['bar-space']} />
      {finder === false ? (
        <span className={styles['bar-tools']}>
          <IconButton
            {...buttonShortcut('terminal.split-right')}
            label={text('terminals.more.split-right')}
            icon={<Columns2 />}
            onClick={() => terminals.split('row')}
          />
          <IconButton
            {...buttonShortcut('terminal.search')}
            label={text('terminals.more.search')}
            icon={<Search />}
            onClick={onSearch}
          />
        </span>
      ) : (
        <div className={styles['bar-finder']}>{finder}</div>
      )}
      <Menu
        label={text('terminals.more')}
        trigger={<IconButton label={text('terminals.more')} icon={<Ellipsis />} />}
        returnFocus={terminals.returnFocus}
        items={() => (front === undefined || active === undefined ? [] : menuItemsOf(active, terminals, onSearch))}
      />
    </div>
  );
}
