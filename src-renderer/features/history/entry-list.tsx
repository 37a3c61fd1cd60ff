import {
  ArrowLeftRight,
  BotMessageSquare,
  Eye,
  KeyRound,
  Link,
  Radio,
  Route,
  ShieldCheck,
  SquareTerminal,
} from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import type { HistoryEntry, HistoryKind } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import {
  Button,
  Chip,
  Ordered,
  RowList,
  OrderedRuns,
  classes,
  formatMoment,
  formatMomentWithSeconds,
  useNow,
} from '../../ui/index.ts';
import { groupEntries, withPresentName, type EntryGroup } from './entry-groups.ts';
import { entryDetail, entryTitle, factsText, durationText, outcomeText, peerOf } from './entry-text.ts';
import styles from './history-page.module.css';

/** Number of rows shown at first, and added by each press on "Show more". */
const STEP = 50;

const ICONS: Readonly<Record<HistoryKind, typeof Eye>> = {
  terminal: SquareTerminal,
  shared: Eye,
  forward: ArrowLeftRight,
  prompt: BotMessageSquare,
  approval: ShieldCheck,
  path: Route,
  pairing: Link,
  permission: KeyRound,
  relay: Radio,
};

/**
 * Lists the entries of the history, newest first, with their times and outcomes. `hasMore`: the agent has further entries, which only a narrower
 * filter finds.
 */
export function EntryList({
  entries,
  hasMore,
}: Readonly<{ entries: readonly HistoryEntry[]; hasMore: boolean }>): ReactElement {
  const now = useNow();
  const peers = useApp((state) => state.peers);
  const [limit, setLimit] = useState(STEP);
  const groups = useMemo(() => groupEntries(entries.map((entry) => withPresentName(entry, peers))), [entries, peers]);
  const left = groups.length - limit;
  return (
    <>
      <p role="status" className={styles['count']}>
        {text(hasMore ? 'history.shown.more' : 'history.shown', { count: entries.length })}
      </p>
      <RowList label={text('history.title')}>
        {groups.slice(0, limit).map((group) => (
          <EntryRow key={group[0].id} group={group} now={now} />
        ))}
      </RowList>
      {left > 0 && (
        <Button variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('history.more', { count: Math.min(STEP, left) })}
        </Button>
      )}
    </>
  );
}

function EntryRow({ group, now }: Readonly<{ group: EntryGroup; now: number }>): ReactElement {
  const [entry, ...others] = group;
  const Icon = ICONS[entry.kind];
  const detail = entryDetail(entry);
  const facts = factsText(entry);
  const outcome = outcomeText(entry);
  return (
    <li className={styles['row']}>
      <Icon className={styles['icon']} aria-hidden="true" />
      <div className={styles['words']}>
        <span className={styles['title']}>
          {others.length === 0 ? entryTitle(entry) : text('history.permission.several', { name: peerOf(entry) })}
        </span>
        {others.length > 0 &&
          group.map((each) => (
            <span key={each.id} className={styles['detail']}>
              {entryTitle(each)}
            </span>
          ))}
        {detail !== '' && (
          <span className={styles['detail']}>
            <Ordered>
              <OrderedRuns>{detail}</OrderedRuns>
            </Ordered>
          </span>
        )}
        {facts !== '' && <span className={styles['detail']}>{facts}</span>}
        {entry.count > 1 && (
          <span className={styles['detail']}>{text('history.connections', { count: entry.count })}</span>
        )}
      </div>
      <div className={styles['end']}>
        {entry.open ? (
          <Chip tone="good">{outcome}</Chip>
        ) : (
          <span className={classes(styles['outcome'], hasFailed(entry) && styles['failed'])}>{outcome}</span>
        )}
        <time
          className={styles['when']}
          dateTime={new Date(entry.startedAt).toISOString()}
          title={formatMomentWithSeconds(entry.startedAt, now)}
        >
          {whenText(entry, now)}
        </time>
      </div>
    </li>
  );
}

/** Returns true if a program has ended with an error. */
function hasFailed({ outcome }: HistoryEntry): boolean {
  return outcome !== null && /^exit [1-9]/.test(outcome);
}

/** Kinds of entries without a duration. */
const MOMENTS: ReadonlySet<HistoryKind> = new Set(['path', 'approval', 'pairing', 'permission', 'relay']);

function whenText({ kind, startedAt, endedAt, open }: HistoryEntry, now: number): string {
  const from = formatMoment(startedAt, now);
  if (MOMENTS.has(kind)) return from;
  const to = endedAt ?? (open ? now : undefined);
  return to === undefined ? from : text('history.when', { from, lasted: durationText(to - startedAt) });
}
