import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { machineName } from '../session/machine.ts';
import type { Terminals } from '../use-terminals.ts';
import { panesOf } from '../panes/layout.ts';
import type { FoundLine } from './find-lines.ts';
import type { Search } from './search.ts';
import styles from './search-results.module.css';

/** Most matches of one terminal, and of all. */
const MOST_PER_PANE = 20;
const MOST = 200;
/** Pause in typing before all terminals are searched, and interval while programs print, ms. */
const TYPING_PAUSE = 150;
const INTERVAL = 2000;

type Group = Readonly<{ tab: number; pane: number; lines: readonly FoundLine[] }>;

/** Results of a search in all tabs, by tab and newest first. A press shows the match in its terminal. */
export function SearchResults({
  terminals,
  search,
}: Readonly<{ terminals: Terminals; search: Search }>): ReactElement | null {
  const { tabs, panes, manager } = terminals;
  const [groups, setGroups] = useState<readonly Group[]>([]);
  useEffect(() => {
    const find = (): void => {
      let left = MOST;
      setGroups(
        manager.state().tabs.flatMap((tab) =>
          panesOf(tab.layout).flatMap((pane) => {
            const lines = manager.screen(pane)?.lines(search, Math.min(left, MOST_PER_PANE)) ?? [];
            left -= lines.length;
            return lines.length === 0 ? [] : [{ tab: tab.id, pane, lines }];
          }),
        ),
      );
    };
    const first = setTimeout(find, TYPING_PAUSE);
    const timer = setInterval(find, INTERVAL);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [manager, search]);
  if (search.term === '') return null;
  return (
    <section className={styles['results']} aria-label={text('terminals.search.results')}>
      {groups.length === 0 && <p className={styles['none']}>{text('terminals.search.none')}</p>}
      {groups.map(({ tab, pane, lines }) => {
        const shown = panes.get(pane);
        const owner = tabs.find(({ id }) => id === tab);
        if (shown === undefined || owner === undefined) return null;
        return (
          <div key={pane}>
            <h3 className={styles['tab']}>
              <bdi>{terminals.titleOfPane(shown)}</bdi>{' '}
              <bdi className={styles['machine']}>{machineName(terminals.machineOf(shown.host))}</bdi>
            </h3>
            <ul className={styles['lines']}>
              {lines.map((line) => (
                <li key={line.row}>
                  <button
                    type="button"
                    className={styles['line']}
                    onClick={() => {
                      manager.focusPane(pane);
                      manager.screen(pane)?.reveal(line);
                      terminals.focus();
                    }}
                  >
                    <bdi>
                      {line.before}
                      <mark>{line.match}</mark>
                      {line.after}
                    </bdi>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}
