import { useState, type ReactElement } from 'react';
import type { PathChange } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, formatMomentWithSeconds } from '../../../ui/index.ts';
import details from './path-details.module.css';
import styles from './path-history-list.module.css';
import { reasonText } from './path-text.ts';

/** Entries shown until the person asks for all. */
const FIRST = 4;

/**
 * Lists the changes of a link's path with their reasons, newest first; a button shows the older ones. Renders nothing without any. Part of
 * `PathDetails`.
 * @param props.now ms since 1970
 */
export function PathHistoryList({
  changes,
  now,
}: Readonly<{ changes: readonly PathChange[]; now: number }>): ReactElement | null {
  const [all, setAll] = useState(false);
  if (changes.length === 0) return null;
  const newest = changes.toReversed();
  const shown = all ? newest : newest.slice(0, FIRST);
  return (
    <section className={details['part']}>
      <h4 className={details['subtitle']}>{text('peers.path.history')}</h4>
      <ol className={styles['history']}>
        {shown.map(({ at, path, reason }, index) => (
          <li key={`${at} ${newest.length - index}`}>
            <time dateTime={new Date(at).toISOString()}>{formatMomentWithSeconds(at, now)}</time>
            <span className={styles['path']}>{text(`peers.path.history.path.${path ?? 'none'}`)}</span>
            <span className={styles['reason']}>{reasonText(path, reason)}</span>
          </li>
        ))}
      </ol>
      {newest.length > shown.length && (
        <Button size="small" variant="quiet" onClick={() => setAll(true)}>
          {text('peers.path.history.more', { count: newest.length - shown.length })}
        </Button>
      )}
    </section>
  );
}
