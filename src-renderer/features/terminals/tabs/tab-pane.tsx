import { useLayoutEffect, useRef, type CSSProperties, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { classes, ContextMenu } from '../../../ui/index.ts';
import { ClipboardBar } from '../clipboard/clipboard-bar.tsx';
import { menuItemsOf } from './menu-items.tsx';
import { PaneHeader } from '../panes/pane-header.tsx';
import { ToEnd } from '../screen/to-end.tsx';
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
  onSearch(): void;
}>;

/**
 * Pane of one terminal: its xterm screen, the bars and messages about it, and the context menu. A hidden pane stays as large as it was, so that its
 * program doesn't redraw.
 */
export function TabPane({ pane, tab, terminals, area, isBehind, isNarrow, onSearch }: PaneProps): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const { manager } = terminals;
  const screen = manager.screen(pane.id);
  useLayoutEffect(() => {
    if (screen === undefined) return;
    holder.current?.append(screen.element);
  }, [screen]);
  const machine = terminals.machineOf(pane.host);
  const status = terminalStatus(pane.phase, machine);
  const isGrey = status !== 'running' && status !== 'doubtful' && status !== 'ended';
  const isEmpty = !pane.hasOutput && isOpening(pane.phase);
  const isSplit = tab.layout.kind === 'split';
  const isFocused = pane.id === tab.focused;
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
      <div className={styles['pane-body']}>
        <PhaseView pane={pane} terminals={terminals} />
        <ClipboardBar pane={pane} terminals={terminals} />
        <ContextMenu
          label={text('terminals.more')}
          items={() => menuItemsOf(pane, terminals, onSearch)}
          returnFocus={terminals.returnFocus}
          trigger={
            <div
              ref={holder}
              className={classes(styles['holder'], isGrey && styles['grey'], isEmpty && styles['blank'])}
            />
          }
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
