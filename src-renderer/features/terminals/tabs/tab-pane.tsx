import { memo, useLayoutEffect, useRef, type CSSProperties, type ReactElement } from 'react';
import { text, useLanguage } from '../../../locale/index.ts';
import { classes, ContextMenu } from '../../../ui/index.ts';
import { ClipboardBar } from '../clipboard/clipboard-bar.tsx';
import { menuItemsOf } from './menu-items.tsx';
import { useTerminalDrop } from '../files/terminal-drop.tsx';
import { PaneHeader } from '../panes/pane-header.tsx';
import { ToEnd } from '../screen/to-end.tsx';
import type { TerminalScreen } from '../screen/terminal-screen.ts';
import { isOpening } from '../session/phase.ts';
import { PhaseView } from '../session/phase-view.tsx';
import { terminalStatus } from '../session/terminal-status.ts';
import type { Pane, Tab } from './tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

export type PaneProps = Readonly<{
  pane: Pane;
  tab: Tab;
  terminals: Terminals;
  /** Position in the area of its tab. */
  area: CSSProperties;
  /** The pane is hidden behind a zoomed one. */
  isBehind: boolean;
  /** The window shows one pane, and its header names it. */
  isNarrow: boolean;
  /** Opens the search; the same function for each render. */
  onSearch(): void;
}>;

/**
 * Pane of one terminal: its xterm screen, the bars and messages about it, and the context menu. A hidden pane stays as large as it was, so that its
 * program doesn't redraw.
 */
export function TabPane({ pane, tab, terminals, area, isBehind, isNarrow, onSearch }: PaneProps): ReactElement {
  const { manager } = terminals;
  const screen = manager.screen(pane.id);
  const machine = terminals.machineOf(pane.host);
  const status = terminalStatus(pane.phase, machine);
  const isGrey = status !== 'running' && status !== 'doubtful' && status !== 'ended';
  const isEmpty = !pane.hasOutput && isOpening(pane.phase);
  const isSplit = tab.layout.kind === 'split';
  const isFocused = pane.id === tab.focused;
  const drop = useTerminalDrop({
    host: pane.host,
    terminalOf: () => manager.session(pane.id)?.terminal,
    type: (typed) => manager.screen(pane.id)?.paste(typed),
  });
  return (
    <div
      {...(isSplit && { role: 'group', 'aria-label': terminals.titleOfPane(pane) })}
      data-terminal-pane={pane.id}
      style={area}
      className={classes(styles['pane'], isBehind && styles['behind'])}
      // A press on a button or on the empty ground counts too.
      onPointerDownCapture={() => manager.focusPane(pane.id)}
      onFocus={(event) => {
        // A button in the pane may have the focus instead of the terminal.
        if (event.target.closest('.xterm') !== null) manager.focusPane(pane.id);
      }}
    >
      {!isNarrow && isSplit && (
        <PaneHeader pane={pane} tab={tab} terminals={terminals} isFocused={isFocused} status={status} />
      )}
      <div className={styles['pane-body']} {...drop.handlers}>
        {drop.zones}
        <PhaseView pane={pane} terminals={terminals} />
        <ClipboardBar pane={pane} terminals={terminals} />
        <ScreenHolder
          pane={pane.id}
          screen={screen}
          isGrey={isGrey}
          isEmpty={isEmpty}
          latest={terminals.latest}
          onSearch={onSearch}
        />
        {screen !== undefined && (
          <ToEnd
            end={screen.end}
            onPress={() => {
              screen.scrollTo('bottom');
              terminals.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}

type ScreenHolderProps = Readonly<{
  pane: number;
  screen: TerminalScreen | undefined;
  isGrey: boolean;
  isEmpty: boolean;
  latest: Terminals['latest'];
  onSearch(): void;
}>;

/** Place of a terminal's screen, with its context menu. Rendered again only when it looks different. */
const ScreenHolder = memo(function ScreenHolder({
  pane: id,
  screen,
  isGrey,
  isEmpty,
  latest,
  onSearch,
}: ScreenHolderProps): ReactElement {
  useLanguage();
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (screen === undefined) return;
    holder.current?.append(screen.element);
  }, [screen]);
  return (
    <ContextMenu
      label={text('terminals.more')}
      items={() => {
        const terminals = latest();
        const pane = terminals.panes.get(id);
        return pane === undefined ? [] : menuItemsOf(pane, terminals, onSearch);
      }}
      returnFocus={() => latest().returnFocus()}
      trigger={
        <div ref={holder} className={classes(styles['holder'], isGrey && styles['grey'], isEmpty && styles['blank'])} />
      }
    />
  );
});
