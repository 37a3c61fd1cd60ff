import { ArrowRightFromLine, EllipsisVertical, PencilLine, Waypoints, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { useApi } from '../../store/index.ts';
import { classes, IconButton, Menu, StatusDot, type MenuItem } from '../../ui/index.ts';
import { contextItemsOf } from './menu-items.tsx';
import { NewTabMenu } from './new-tab-menu.tsx';
import { standingOf, type Standing } from './standing.ts';
import styles from './terminals.module.css';
import type { Tab } from './terminal-tabs.ts';
import type { Terminals } from './use-terminals.ts';
import { zoom } from './zoom.ts';

type BarProps = Readonly<{ terminals: Terminals; onSearch(): void }>;

export function TabBar({ terminals, onSearch }: BarProps): ReactElement {
  const { tabs, active } = terminals;
  const api = useApi();
  const move = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === active?.id);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    terminals.stepTo(tab.id);
  };
  return (
    <div className={styles['bar']}>
      {/* A list of tabs owns tabs and nothing else; beside each of them stands the button that closes it. */}
      <div
        role="tablist"
        aria-label={text('terminals.tabs')}
        aria-owns={tabs.map(({ id }) => `terminal-tab-${id}`).join(' ')}
      />
      <div className={styles['tabs']}>
        {tabs.map((tab) => (
          <TabButton key={tab.id} tab={tab} terminals={terminals} onMove={move} />
        ))}
      </div>
      <NewTabMenu terminals={terminals} look="icon" />
      <Menu
        label={text('terminals.more')}
        trigger={<IconButton label={text('terminals.more')} icon={<EllipsisVertical />} />}
        returnFocus={terminals.returnFocus}
        items={active === undefined ? [] : itemsOf(active, terminals, onSearch, (how) => void zoom(api, how))}
      />
    </div>
  );
}

/** What can be done with a terminal. */
function itemsOf(
  tab: Tab,
  terminals: Terminals,
  onSearch: () => void,
  onZoom: (how: 'larger' | 'smaller') => void,
): readonly MenuItem[] {
  const { manager } = terminals;
  const isOver = tab.phase.kind !== 'running' && tab.phase.kind !== 'lost';
  return [
    ...contextItemsOf(terminals, onSearch),
    'separator',
    { label: text('terminals.more.larger'), icon: <ZoomIn />, onSelect: () => onZoom('larger') },
    { label: text('terminals.more.smaller'), icon: <ZoomOut />, onSelect: () => onZoom('smaller') },
    {
      label: text('terminals.more.rename'),
      icon: <PencilLine />,
      onSelect: () => terminals.ask({ kind: 'rename', tab }),
    },
    'separator',
    {
      label: text('terminals.more.detach'),
      icon: <ArrowRightFromLine />,
      disabled: isOver,
      onSelect: () => manager.close(tab.id, 'detach'),
    },
    { label: text('terminals.more.close'), icon: <X />, tone: 'danger', onSelect: () => manager.close(tab.id) },
  ];
}

type TabProps = Readonly<{ tab: Tab; terminals: Terminals; onMove(event: KeyboardEvent): void }>;

function TabButton({ tab, terminals, onMove }: TabProps): ReactElement {
  const { active, manager } = terminals;
  const isActive = tab.id === active?.id;
  const element = useRef<HTMLDivElement>(null);
  const title = terminals.titleOf(tab);
  const standing = standingOf(tab.phase, terminals.machineOf(tab.place));
  const close = (event: Readonly<{ shiftKey: boolean }>): void =>
    manager.close(tab.id, event.shiftKey ? 'detach' : 'close');
  useEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isActive]);
  return (
    <div
      ref={element}
      role="presentation"
      className={classes(styles['tab'], isActive && styles['tab-active'])}
      onAuxClick={(event) => {
        if (event.button === 1) close(event);
      }}
      onMouseDown={(event) => {
        // The middle button would scroll or paste.
        if (event.button === 1) event.preventDefault();
      }}
    >
      <button
        id={`terminal-tab-${tab.id}`}
        data-terminal-tab=""
        type="button"
        role="tab"
        aria-selected={isActive}
        aria-controls={`terminal-pane-${tab.id}`}
        tabIndex={isActive ? 0 : -1}
        className={styles['tab-button']}
        onClick={() => {
          manager.activate(tab.id);
          terminals.focus();
        }}
        onDoubleClick={() => terminals.ask({ kind: 'rename', tab })}
        onKeyDown={(event) => {
          if (event.key === 'Delete') close(event);
          else onMove(event);
        }}
      >
        <StatusDot state={dotOf(standing)} label={text(`terminals.status.${standing}`)} />
        {tab.place.kind === 'gateway' && (
          <>
            <Waypoints className={styles['tab-kind']} aria-hidden="true" />
            <span className="visually-hidden">{text('terminals.tab.gateway')}</span>
          </>
        )}
        <bdi className={styles['tab-title']}>{title}</bdi>
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={styles['tab-close']}
        // The keyboard has Delete, Ctrl+Shift+W and the menu.
        aria-label={text('terminals.tab.close', { title })}
        title={text('terminals.tab.hint')}
        onClick={(event) => {
          close(event);
          terminals.focus();
        }}
      >
        <X aria-hidden="true" />
      </button>
    </div>
  );
}

function dotOf(standing: Standing): 'online' | 'offline' | 'attention' | 'busy' {
  switch (standing) {
    case 'running':
      return 'online';
    case 'connecting':
      return 'busy';
    case 'lost':
    case 'doubtful':
    case 'reconnecting':
    case 'approval':
    case 'failed':
      return 'attention';
    default:
      return 'offline';
  }
}
