import { Bell, Columns2, Keyboard, Waypoints } from 'lucide-react';
import { memo, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { formatNumber, text, useLanguage } from '../../../locale/index.ts';
import { classes, ContextMenu, Hint, NameInput, StatusDot, Tooltip } from '../../../ui/index.ts';
import { panesOf } from '../panes/layout.ts';
import { machineName } from '../session/machine.ts';
import { sameHost } from '../session/terminal-host.ts';
import { dotOf, terminalStatus, type TerminalStatus } from '../session/terminal-status.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';
import { CloseButton } from './close-button.tsx';
import { tabMenuItemsOf } from './menu-items.tsx';
import { folderOf } from './pane-text.ts';
import { tabKeys } from './tab-list-menu.tsx';
import { ShareMark } from './share-mark.tsx';
import type { Pane, Tab } from './tab-types.ts';
import type { TerminalTabs } from './terminal-tabs.ts';
import { TITLE_LIMIT } from './title.ts';
import type { useTabDrag } from './use-tab-drag.ts';

/** Time that the pointer rests on a tab before its tooltip appears, ms; longer than for buttons, since tabs are crossed often. */
const TAB_DELAY = 600;

type Drag = ReturnType<typeof useTabDrag>;

export type TabButtonProps = Readonly<{
  tab: Tab;
  /** Position in the row, counted from zero. */
  position: number;
  terminals: Terminals;
  drag: Drag;
  /** Handles the keys that move between tabs; the same function for each render. */
  onMove(event: KeyboardEvent): void;
}>;

/** One tab with its close button and context menu. Collects what the tab shows, so that only a change of that renders it again. */
export function TabButton({ tab, position, terminals, drag, onMove }: TabButtonProps): ReactElement | null {
  const { panes, question } = terminals;
  const { title, folder } = terminals.nameOf(tab);
  const pane = panes.get(tab.focused);
  if (pane === undefined) return null;
  const machine = terminals.machineOf(pane.host);
  const isRenamed = question?.kind === 'rename' && question.tab.id === tab.id;
  return (
    <TabView
      tab={tab}
      position={position}
      count={terminals.tabs.length}
      title={title}
      folder={folder}
      name={terminals.titleOf(tab)}
      machine={machineName(machine)}
      status={terminalStatus(pane.phase, machine)}
      news={newsOf(tab, panes)}
      programTitle={isRenamed ? pane.title : ''}
      isGateway={pane.host.kind === 'gateway'}
      isActive={tab.id === terminals.tab?.id}
      isAlone={isAlone(tab, title, terminals)}
      isBroadcast={terminals.broadcastPanes.some((id) => panesOf(tab.layout).includes(id))}
      isDragged={drag.dragged === tab.id}
      isRenamed={isRenamed}
      manager={terminals.manager}
      latest={terminals.latest}
      onPointerDown={drag.onPointerDown}
      wasDragged={drag.wasDragged}
      onMove={onMove}
    />
  );
}

type TabViewProps = Readonly<{
  tab: Tab;
  position: number;
  /** Number of tabs. */
  count: number;
  title: string;
  folder: string;
  /** Title and folder in one text. */
  name: string;
  machine: string;
  status: TerminalStatus;
  news: Pane['news'];
  /** Title that the program has set, while the tab is renamed. */
  programTitle: string;
  isGateway: boolean;
  isActive: boolean;
  isAlone: boolean;
  isBroadcast: boolean;
  isDragged: boolean;
  isRenamed: boolean;
  manager: TerminalTabs;
  latest: Terminals['latest'];
  onPointerDown: Drag['onPointerDown'];
  wasDragged: Drag['wasDragged'];
  onMove(event: KeyboardEvent): void;
}>;

const TabView = memo(function TabView({
  tab,
  position,
  count,
  title,
  folder,
  name,
  machine,
  status,
  news,
  programTitle,
  isGateway,
  isActive,
  isAlone: isOnly,
  isBroadcast,
  isDragged,
  isRenamed,
  manager,
  latest,
  onPointerDown,
  wasDragged,
  onMove,
}: TabViewProps): ReactElement {
  useLanguage();
  const paneCount = panesOf(tab.layout).length;
  const close = (event: Readonly<{ shiftKey: boolean }>): void =>
    latest().closeTab(tab.id, event.shiftKey ? 'detach' : 'close');
  const rename = (): void => latest().ask({ kind: 'rename', tab });
  const hint = (
    <TabHint tab={tab} title={title} machine={machine} position={position} count={count} manager={manager} />
  );
  const button = (
    <div
      role="presentation"
      data-tab-number={tab.id}
      style={{ order: position }}
      className={classes(
        styles['tab'],
        isActive && styles['tab-active'],
        isRenamed && styles['tab-renamed'],
        isDragged && styles['tab-dragged'],
      )}
      onPointerDown={(event) => onPointerDown(event, tab.id)}
      onAuxClick={(event) => {
        if (event.button === 1) close(event);
      }}
      onMouseDown={(event) => {
        // The middle button would scroll or paste.
        if (event.button === 1) event.preventDefault();
      }}
    >
      <Tooltip delay={TAB_DELAY} content={hint}>
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
            if (!wasDragged()) manager.activate(tab.id);
            latest().focus();
          }}
          onDoubleClick={rename}
          onKeyDown={(event) => {
            if (event.key === 'Delete') close(event);
            else if (event.key === 'F2') rename();
            else if (!event.ctrlKey) onMove(event);
          }}
        >
          <StatusDot state={dotOf(status)} label={text(`terminals.status.${status}`)} />
          {isGateway && (
            <>
              <Waypoints className={styles['tab-kind']} aria-hidden="true" />
              <span className="visually-hidden">{text('terminals.tab.gateway')}</span>
            </>
          )}
          {isBroadcast && (
            <span className={styles['broadcast']} title={text('broadcast.receives')}>
              <Keyboard aria-hidden="true" />
              <span className="visually-hidden">{text('broadcast.receives')}</span>
            </span>
          )}
          <ShareMark panes={panesOf(tab.layout)} manager={manager} />
          <TabWords title={title} folder={folder} machine={machine} isAlone={isOnly} />
          <NewsMark news={news} />
          {paneCount > 1 && (
            <span className={styles['tab-count']} title={text('terminals.tab.panes', { count: paneCount })}>
              <Columns2 aria-hidden="true" />
              <span aria-hidden="true">{formatNumber(paneCount)}</span>
              <span className="visually-hidden">{text('terminals.tab.panes', { count: paneCount })}</span>
            </span>
          )}
        </button>
      </Tooltip>
      {isRenamed && (
        <TabNameInput tab={tab} shown={title} programTitle={programTitle} manager={manager} latest={latest} />
      )}
      {/* The keyboard has Delete and Ctrl+Shift+W for this. */}
      <CloseButton
        title={name}
        tabIndex={-1}
        onClick={(event) => {
          close(event);
          latest().focus();
        }}
      />
    </div>
  );
  return (
    <ContextMenu
      label={text('terminals.more')}
      items={() => tabMenuItemsOf(tab, latest())}
      returnFocus={() => latest().returnFocus()}
      trigger={button}
    />
  );
});

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

type TabNameInputProps = Readonly<{
  tab: Tab;
  shown: string;
  programTitle: string;
  manager: TerminalTabs;
  latest: Terminals['latest'];
}>;

/** Field over a tab in which the person names it. Empty, or with the title that the tab shows, it shows the program's title. */
function TabNameInput({ tab, shown, programTitle, manager, latest }: TabNameInputProps): ReactElement {
  return (
    <div className={styles['tab-name']}>
      <NameInput
        label={text('terminals.rename.title')}
        value={tab.name || shown}
        placeholder={programTitle}
        maxLength={TITLE_LIMIT}
        onSave={(name) => manager.rename(tab.id, name)}
        onClose={(byKeys) => {
          latest().closeQuestion();
          if (byKeys) latest().focus();
        }}
      />
    </div>
  );
}

type TabHintProps = Readonly<{
  tab: Tab;
  title: string;
  machine: string;
  position: number;
  count: number;
  manager: TerminalTabs;
}>;

/** Content of a tab's tooltip: its whole title with the keys that show the tab, then its machine and folder. Follows the folder while it is open. */
function TabHint({ tab, title, machine, position, count, manager }: TabHintProps): ReactElement {
  const { panes } = useSyncExternalStore(manager.subscribe, manager.state);
  const pane = panes.get(tab.focused);
  const folder = pane === undefined ? '' : folderOf(pane, panes.values());
  const facts = [machine !== title && machine, folder].filter((fact) => fact !== false && fact !== '');
  return (
    <>
      <Hint label={`\u2068${title}\u2069`} keys={tabKeys(position, count)} />
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
