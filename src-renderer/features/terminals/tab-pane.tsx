import { useLayoutEffect, useRef, type MouseEvent, type ReactElement } from 'react';
import { classes } from '../../ui/index.ts';
import { PhaseView } from './phase-view.tsx';
import type { Tab } from './terminal-tabs.ts';
import styles from './terminals.module.css';
import type { Terminals } from './use-terminals.ts';

/** The screen of one terminal, and what is to be said about it. Those behind keep their size, so that none is drawn anew. */
export function TabPane({ tab, terminals }: Readonly<{ tab: Tab; terminals: Terminals }>): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const screen = terminals.manager.screen(tab.id);
  const isActive = tab.id === terminals.active?.id;
  useLayoutEffect(() => {
    if (screen === undefined) return;
    holder.current?.append(screen.element);
  }, [screen]);
  const isGrey = tab.phase.kind !== 'running' && tab.phase.kind !== 'ended';
  const isEmpty = tab.phase.kind === 'connecting' || tab.phase.kind === 'approval';
  /** The right button copies what is selected, and pastes where nothing is; a program that wants the mouse has it. */
  const pressRight = (event: MouseEvent): void => {
    if (screen?.takesMouse === true && !event.shiftKey) return;
    event.preventDefault();
    if (screen?.selection === '') terminals.paste();
    else terminals.copy();
  };
  return (
    <div
      id={`terminal-pane-${tab.id}`}
      role="tabpanel"
      aria-labelledby={`terminal-tab-${tab.id}`}
      className={classes(styles['pane'], !isActive && styles['pane-behind'])}
      onContextMenu={pressRight}
    >
      <PhaseView tab={tab} terminals={terminals} />
      <div ref={holder} className={classes(styles['holder'], isGrey && styles['grey'], isEmpty && styles['blank'])} />
    </div>
  );
}
