import { Keyboard } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import { machineNameOf, terminalLabel } from './terminal-label.ts';
import styles from './broadcast-input.module.css';
import type { Terminals } from '../use-terminals.ts';

/** Most terminals named in the bar; the dialog names all. */
const MOST_NAMED = 6;

/** Bar shown during a broadcast: names the terminals that receive the input and those that can't. The person can choose others or stop. */
export function BroadcastBar({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement | null {
  const { active, manager, broadcastPanes, panes } = terminals;
  if (broadcastPanes.length === 0 || active === undefined) return null;
  const others = manager.receivers(active.id);
  const isHere = broadcastPanes.includes(active.id);
  const listed = broadcastPanes.flatMap((id) => panes.get(id) ?? []);
  return (
    <section className={styles['bar']} aria-label={text('broadcast.title')}>
      <Keyboard className={styles['sign']} aria-hidden="true" />
      <div className={styles['words']}>
        <strong role="status">{sentence(isHere, others.length)}</strong>
        <ul className={styles['names']} aria-label={text('broadcast.receivers')}>
          {listed.slice(0, MOST_NAMED).map((pane) => {
            const isLeftOut = pane.id !== active.id && isHere && !others.includes(pane.id);
            return (
              <li key={pane.id} className={isLeftOut ? styles['left-out'] : undefined}>
                <bdi>{terminalLabel(terminals, pane)}</bdi>
                {isLeftOut && <span> · {text('broadcast.left-out')}</span>}
              </li>
            );
          })}
          {listed.length > MOST_NAMED && (
            <li title={listed.map((pane) => machineNameOf(terminals, pane)).join(', ')}>
              {text('broadcast.more', { count: listed.length - MOST_NAMED })}
            </li>
          )}
        </ul>
      </div>
      <span className={styles['buttons']}>
        <Button size="small" variant="quiet" onClick={() => terminals.ask({ kind: 'broadcast' })}>
          {text('broadcast.choose')}
        </Button>
        <Button size="small" onClick={terminals.toggleBroadcast}>
          {text('broadcast.stop')}
        </Button>
      </span>
    </section>
  );
}

function sentence(isHere: boolean, others: number): string {
  if (!isHere) return text('broadcast.not-here');
  return others === 0 ? text('broadcast.no-receivers') : text('broadcast.active', { count: others + 1 });
}
