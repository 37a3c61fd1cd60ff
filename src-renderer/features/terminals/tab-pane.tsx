import { useLayoutEffect, useRef, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { classes, ContextMenu } from '../../ui/index.ts';
import { GatewayBar } from './gateway-bar.tsx';
import { LinkBar } from './link-bar.tsx';
import { contextItemsOf } from './menu-items.tsx';
import { PhaseView } from './phase-view.tsx';
import { standingOf } from './standing.ts';
import type { Tab } from './terminal-tabs.ts';
import styles from './terminals.module.css';
import type { Terminals } from './use-terminals.ts';

type PaneProps = Readonly<{ tab: Tab; terminals: Terminals; onSearch(): void }>;

/** The screen of one terminal, and what is to be said about it. Those behind keep their size, so that none is drawn anew. */
export function TabPane({ tab, terminals, onSearch }: PaneProps): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const screen = terminals.manager.screen(tab.id);
  const isActive = tab.id === terminals.active?.id;
  useLayoutEffect(() => {
    if (screen === undefined) return;
    holder.current?.append(screen.element);
  }, [screen]);
  const machine = terminals.machineOf(tab.place);
  const standing = standingOf(tab.phase, machine);
  const close = (): void => terminals.manager.close(tab.id);
  const isGrey = standing !== 'running' && standing !== 'doubtful' && standing !== 'ended';
  const isEmpty = tab.phase.kind === 'connecting' || tab.phase.kind === 'approval';
  return (
    <div
      id={`terminal-pane-${tab.id}`}
      role="tabpanel"
      aria-labelledby={`terminal-tab-${tab.id}`}
      className={classes(styles['pane'], !isActive && styles['pane-behind'])}
    >
      <PhaseView tab={tab} terminals={terminals} />
      {tab.phase.kind === 'running' &&
        (machine.kind === 'peer' ? (
          <LinkBar peer={machine.peer} onClose={close} onDone={terminals.focus} />
        ) : (
          <GatewayBar gateway={machine.gateway} onClose={close} onDone={terminals.focus} />
        ))}
      <ContextMenu
        label={text('terminals.more')}
        items={contextItemsOf(terminals, onSearch)}
        returnFocus={terminals.returnFocus}
        trigger={
          <div
            ref={holder}
            className={classes(styles['holder'], isGrey && styles['grey'], isEmpty && styles['blank'])}
          />
        }
      />
    </div>
  );
}
