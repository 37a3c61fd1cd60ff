import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, type DialogProps } from '../../../ui/index.ts';
import { panesOf } from '../panes/layout.ts';
import { terminalStatus } from '../session/terminal-status.ts';
import { terminalLabel } from './terminal-label.ts';
import styles from './broadcast-input.module.css';
import type { Terminals } from '../use-terminals.ts';

type BroadcastDialogProps = Pick<DialogProps, 'onClose' | 'returnFocus'> & Readonly<{ terminals: Terminals }>;

/**
 * Dialog of the page Terminals that starts a broadcast: the person ticks terminals, of any tab, which then receive each other's input. The window's
 * `TerminalTabs` holds the broadcast, in memory only.
 */
export function BroadcastDialog({ terminals, onClose, returnFocus }: BroadcastDialogProps): ReactElement {
  const { tabs, panes, tab: front, active, manager, broadcastPanes, machineOf } = terminals;
  const [chosen, setChosen] = useState<ReadonlySet<number>>(
    () => new Set(broadcastPanes.length > 0 ? broadcastPanes : front === undefined ? [] : panesOf(front.layout)),
  );
  const open = tabs.flatMap(({ layout }) => panesOf(layout).flatMap((id) => panes.get(id) ?? []));
  const tabNumberOf = (id: number): number => tabs.findIndex(({ layout }) => panesOf(layout).includes(id)) + 1;
  const wanted = open.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  return (
    <Dialog
      open
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('broadcast.title')}
      description={text('broadcast.description')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button
            variant="primary"
            disabled={wanted.length < 2}
            onClick={() => {
              manager.broadcastTo(wanted);
              onClose();
            }}
          >
            {text('broadcast.start', { count: wanted.length })}
          </Button>
        </>
      }
    >
      <fieldset className={styles['choices']}>
        <legend className="visually-hidden">{text('broadcast.receivers')}</legend>
        {open.map((pane) => {
          const status = terminalStatus(pane.phase, machineOf(pane.host));
          return (
            <label key={pane.id} className={styles['choice']}>
              <input
                type="checkbox"
                checked={chosen.has(pane.id)}
                onChange={(event) => {
                  const next = new Set(chosen);
                  if (event.target.checked) next.add(pane.id);
                  else next.delete(pane.id);
                  setChosen(next);
                }}
              />
              <bdi className={styles['choice-name']}>{terminalLabel(terminals, pane)}</bdi>
              <span className={styles['fact']}>
                {pane.id === active?.id
                  ? text('broadcast.this')
                  : text('broadcast.tab', { number: tabNumberOf(pane.id) })}
              </span>
              {status !== 'running' && <span className={styles['fact']}>{text(`terminals.status.${status}`)}</span>}
            </label>
          );
        })}
      </fieldset>
    </Dialog>
  );
}
