import { Keyboard, Maximize2, Minimize2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { buttonShortcut } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { classes, Hint, StatusDot, Tooltip } from '../../../ui/index.ts';
import { dotOf, type TerminalStatus } from '../session/terminal-status.ts';
import { CloseButton } from '../tabs/close-button.tsx';
import { folderOf } from '../tabs/pane-text.ts';
import type { Pane, Tab } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

type HeaderProps = Readonly<{
  pane: Pane;
  tab: Tab;
  terminals: Terminals;
  isFocused: boolean;
  status: TerminalStatus;
}>;

/**
 * Header of a pane in a split tab: its program and folder, and buttons that fill the tab with the pane and close it. A click focuses the pane, a double
 * click fills the tab. A tab with one pane has none: the tab names the program, and the strip below the folder.
 */
export function PaneHeader({ pane, tab, terminals, isFocused, status }: HeaderProps): ReactElement {
  const { manager } = terminals;
  const title = terminals.titleOfPane(pane);
  const isZoomed = isFocused && tab.isZoomed;
  const folder = folderOf(pane, terminals.panes.values());
  const { keys, ...shortcut } = buttonShortcut('terminal.fill-tab');
  return (
    <div
      className={classes(
        styles['pane-header'],
        isFocused && styles['pane-current'],
        isFocused && styles['pane-focused'],
      )}
    >
      {dotOf(status) !== 'online' && <StatusDot state={dotOf(status)} label={text(`terminals.status.${status}`)} />}
      {terminals.broadcastPanes.includes(pane.id) && (
        <span className={styles['broadcast']} title={text('broadcast.receives')}>
          <Keyboard aria-hidden="true" />
          <span className="visually-hidden">{text('broadcast.receives')}</span>
        </span>
      )}
      {/* The terminal itself has the keyboard focus. */}
      <span
        role="presentation"
        className={styles['pane-title']}
        title={pane.title}
        onMouseDown={(event) => {
          event.preventDefault();
          manager.focusPane(pane.id);
          manager.screen(pane.id)?.focus();
        }}
        onDoubleClick={() => manager.toggleZoom(tab.id)}
      >
        <bdi className={styles['pane-program']}>{terminals.nameOfPane(pane).title}</bdi>
        {folder !== '' && <bdi className={styles['pane-folder']}>{folder}</bdi>}
      </span>
      <Tooltip content={<Hint label={text(isZoomed ? 'terminals.more.unzoom' : 'terminals.more.zoom')} keys={keys} />}>
        <button
          {...shortcut}
          type="button"
          className={styles['tab-close']}
          aria-pressed={isZoomed}
          aria-label={text('terminals.pane.zoom', { title })}
          onClick={() => {
            manager.focusPane(pane.id);
            manager.toggleZoom(tab.id);
            terminals.focus();
          }}
        >
          {isZoomed ? <Minimize2 aria-hidden="true" /> : <Maximize2 aria-hidden="true" />}
        </button>
      </Tooltip>
      <CloseButton
        title={title}
        onClick={(event) => {
          terminals.close(pane.id, event.shiftKey ? 'detach' : 'close');
          terminals.focus();
        }}
      />
    </div>
  );
}
