import { Bell, Columns2, Ellipsis, Keyboard, Search, Waypoints } from 'lucide-react';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { buttonShortcut } from '../../../keys/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { classes, ContextMenu, Hint, IconButton, Menu, NameInput, StatusDot, Tooltip } from '../../../ui/index.ts';
import { panesOf } from '../panes/layout.ts';
import { CloseButton } from './close-button.tsx';
import { menuItemsOf, tabMenuItemsOf } from './menu-items.tsx';
import { NewTabMenu } from './new-tab-menu.tsx';
import { TabListMenu, tabKeys } from './tab-list-menu.tsx';
import { useTabStrip } from './use-tab-strip.ts';
import { folderOf } from './pane-text.ts';
import { machineName } from '../session/machine.ts';
import { sameHost } from '../session/terminal-host.ts';
import { dotOf, terminalStatus } from '../session/terminal-status.ts';
import styles from '../terminals.module.css';
import type { Pane, Tab } from './tab-types.ts';
import { TITLE_LIMIT } from './title.ts';
import { useTabDrag } from './use-tab-drag.ts';
import type { Terminals } from '../use-terminals.ts';

/** Distance that one line of the wheel scrolls the tabs, CSS pixels. */
const LINE = 40;
/** Time that the pointer rests on a tab before its tooltip appears, ms; longer than for buttons, since tabs are crossed often. */
const TAB_DELAY = 600;
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
  const { tabs, tab: front, active, manager, moved } = terminals;
  const drag = useTabDrag(manager);
  const { strip, isCrowded } = useTabStrip(tabs, front?.id);
  const move = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === front?.id);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    terminals.stepTo(tab.id);
  };
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

type TabProps = Readonly<{
  tab: Tab;
  position: number;
  terminals: Terminals;
  drag: ReturnType<typeof useTabDrag>;
  onMove(event: KeyboardEvent): void;
}>;

function TabButton({ tab, position, terminals, drag, onMove }: TabProps): ReactElement | null {
  const { tab: front, manager, panes } = terminals;
  const isActive = tab.id === front?.id;
  const { title, folder } = terminals.nameOf(tab);
  const close = (event: Readonly<{ shiftKey: boolean }>): void =>
    terminals.closeTab(tab.id, event.shiftKey ? 'detach' : 'close');
  const isRenamed = terminals.question?.kind === 'rename' && terminals.question.tab.id === tab.id;
  const pane = panes.get(tab.focused);
  if (pane === undefined) return null;
  const status = terminalStatus(pane.phase, terminals.machineOf(pane.host));
  const count = panesOf(tab.layout).length;
  const machine = machineName(terminals.machineOf(pane.host));
  const button = (
    <div
      role="presentation"
      data-tab-number={tab.id}
      style={{ order: position }}
      className={classes(
        styles['tab'],
        isActive && styles['tab-active'],
        isRenamed && styles['tab-renamed'],
        drag.dragged === tab.id && styles['tab-dragged'],
      )}
      onPointerDown={(event) => drag.onPointerDown(event, tab.id)}
      onAuxClick={(event) => {
        if (event.button === 1) close(event);
      }}
      onMouseDown={(event) => {
        // The middle button would scroll or paste.
        if (event.button === 1) event.preventDefault();
      }}
    >
      <Tooltip delay={TAB_DELAY} content={<TabHint tab={tab} pane={pane} position={position} terminals={terminals} />}>
        <button
          id={`terminal-tab-${tab.id}`}
          data-terminal-tab=""
          type="button"
          role="tab"
          aria-selected={isActive}
          aria-controls={`terminal-panel-${tab.id}`}
          aria-keyshortcuts="Control+Shift+PageUp Control+Shift+PageDown"
          tabIndex={isActive ? 0 : -1}
          className={styles['tab-button']}
          onClick={() => {
            if (!drag.wasDragged()) manager.activate(tab.id);
            terminals.focus();
          }}
          onDoubleClick={() => terminals.ask({ kind: 'rename', tab })}
          onKeyDown={(event) => {
            if (event.key === 'Delete') close(event);
            else if (event.key === 'F2') terminals.ask({ kind: 'rename', tab });
            else if (!event.ctrlKey) onMove(event);
          }}
        >
          <StatusDot state={dotOf(status)} label={text(`terminals.status.${status}`)} />
          {pane.host.kind === 'gateway' && (
            <>
              <Waypoints className={styles['tab-kind']} aria-hidden="true" />
              <span className="visually-hidden">{text('terminals.tab.gateway')}</span>
            </>
          )}
          {terminals.broadcastPanes.some((id) => panesOf(tab.layout).includes(id)) && (
            <span className={styles['broadcast']} title={text('broadcast.receives')}>
              <Keyboard aria-hidden="true" />
              <span className="visually-hidden">{text('broadcast.receives')}</span>
            </span>
          )}
          <TabWords title={title} folder={folder} machine={machine} isAlone={isAlone(tab, title, terminals)} />
          <NewsMark news={newsOf(tab, panes)} />
          {count > 1 && (
            <span className={styles['tab-count']} title={text('terminals.tab.panes', { count })}>
              <Columns2 aria-hidden="true" />
              <span aria-hidden="true">{formatNumber(count)}</span>
              <span className="visually-hidden">{text('terminals.tab.panes', { count })}</span>
            </span>
          )}
        </button>
      </Tooltip>
      {isRenamed && <TabNameInput tab={tab} terminals={terminals} />}
      {/* The keyboard has Delete and Ctrl+Shift+W for this. */}
      <CloseButton
        title={terminals.titleOf(tab)}
        tabIndex={-1}
        onClick={(event) => {
          close(event);
          terminals.focus();
        }}
      />
    </div>
  );
  return (
    <ContextMenu
      label={text('terminals.more')}
      items={() => tabMenuItemsOf(tab, terminals)}
      returnFocus={terminals.returnFocus}
      trigger={button}
    />
  );
}

/**
 * Words of a tab: its title, and after it what tells it from others of the same title, which always stays. The machine of a title that is the only one of its
 * kind disappears where there is no room for it; the strip below names it too.
 */
function TabWords({
  title,
  folder,
  machine,
  isAlone: isOnly,
}: Readonly<{ title: string; folder: string; machine: string; isAlone: boolean }>): ReactElement {
  const showsMachine = machine !== title && (folder === '' || !isOnly);
  return (
    <span className={classes(styles['tab-words'], (folder !== '' || !isOnly) && styles['tab-words-apart'])}>
      <bdi className={styles['tab-title']}>{title}</bdi>
      {showsMachine && <bdi className={styles['tab-machine']}>{machine}</bdi>}
      {folder !== '' && <bdi className={styles['tab-machine']}>{folder}</bdi>}
    </span>
  );
}

/** Field over a tab in which the person names it. Empty, or with the title that the tab shows, it shows the program's title. */
function TabNameInput({ tab, terminals }: Readonly<{ tab: Tab; terminals: Terminals }>): ReactElement {
  const { manager, panes } = terminals;
  const shown = terminals.nameOf(tab).title;
  return (
    <div className={styles['tab-name']}>
      <NameInput
        label={text('terminals.rename.title')}
        value={tab.name || shown}
        placeholder={panes.get(tab.focused)?.title ?? ''}
        maxLength={TITLE_LIMIT}
        onSave={(name) => manager.rename(tab.id, name)}
        onClose={(byKeys) => {
          terminals.closeQuestion();
          if (byKeys) terminals.focus();
        }}
      />
    </div>
  );
}

/** Content of a tab's tooltip: its whole title with the keys that show the tab, then its machine and folder. */
function TabHint({
  tab,
  pane,
  position,
  terminals,
}: Readonly<{ tab: Tab; pane: Pane; position: number; terminals: Terminals }>): ReactElement {
  const { title } = terminals.nameOf(tab);
  const machine = machineName(terminals.machineOf(pane.host));
  const folder = folderOf(pane, terminals.panes.values());
  const facts = [machine !== title && machine, folder].filter((fact) => fact !== false && fact !== '');
  return (
    <>
      <Hint label={`\u2068${title}\u2069`} keys={tabKeys(position, terminals.tabs.length)} />
      {facts.length > 0 && (
        <div className={styles['more-hint']}>{facts.map((fact) => `\u2068${fact}\u2069`).join(' · ')}</div>
      )}
    </>
  );
}

/** Reports whether no tab of another machine has the same title. Titles are told apart on each machine. */
function isAlone(tab: Tab, title: string, { tabs, panes, nameOf }: Terminals): boolean {
  const host = panes.get(tab.focused)?.host;
  return tabs.every((other) => {
    const its = panes.get(other.focused)?.host;
    return its === undefined || host === undefined || sameHost(its, host) || nameOf(other).title !== title;
  });
}

/** Mark on a background tab with new output or a bell. Its place is kept while there is none, so that the tabs beside it and "+" stay where they are. */
function NewsMark({ news }: Readonly<{ news: Pane['news'] }>): ReactElement {
  if (news === undefined) return <span className={styles['news']} aria-hidden="true" />;
  const words = text(`terminals.tab.news.${news}`);
  return (
    <span className={classes(styles['news'], styles[`news-${news}`])} title={words}>
      {news === 'bell' && <Bell aria-hidden="true" />}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

/** Returns the most important news of a tab's panes: a bell before output. */
function newsOf(tab: Tab, panes: ReadonlyMap<number, Pane>): Pane['news'] {
  const all = panesOf(tab.layout).map((id) => panes.get(id)?.news);
  return all.includes('bell') ? 'bell' : all.find((news) => news !== undefined);
}
