import { Download, History, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { HISTORY_KINDS } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import {
  Button,
  EmptyState,
  ErrorNotice,
  IconButton,
  Menu,
  RowSkeleton,
  SearchInput,
  Select,
  showHidden,
} from '../../ui/index.ts';
import { ClearDialog } from './clear-dialog.tsx';
import { EntryList } from './entry-list.tsx';
import { HISTORY_PERIODS, isFiltered, NO_FILTER, type HistoryFilter, type HistoryPeriod } from './filter.ts';
import styles from './history-page.module.css';
import { ServedTerminals } from './served-terminals.tsx';
import { useExport } from './use-export.ts';
import { useHistory } from './use-history.ts';

export type EventsProps = Readonly<{
  /** ID of the peer whose entries are listed, without a filter by machine and without a button that deletes; undefined for all. */
  peerId?: string | undefined;
}>;

/**
 * List of the history with its filter: terminals shared now, then who used this machine and what this machine used. Buttons save the found entries as a
 * file or delete all finished ones.
 */
export function Events({ peerId }: EventsProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const none: HistoryFilter = { ...NO_FILTER, peer: peerId ?? '' };
  const [filter, setFilter] = useState(none);
  const [isClearing, setClearing] = useState(false);
  const { answer, error, reload } = useHistory(filter);
  const exporting = useExport();
  const change = (part: Partial<HistoryFilter>): void => setFilter((before) => ({ ...before, ...part }));
  const entries = answer?.entries ?? [];
  const isEmpty = answer !== undefined && entries.length === 0;
  const isNarrowed = isFiltered({ ...filter, peer: peerId === undefined ? filter.peer : '' });
  return (
    <>
      <ServedTerminals peerId={peerId} />
      {(!isEmpty || isNarrowed) && (
        <div className={styles['filters']} role="search" aria-label={text('history.filter')}>
          <SearchInput
            label={text('history.search')}
            value={filter.text}
            maxLength={200}
            onChange={(wanted) => change({ text: wanted })}
          />
          {peerId === undefined && (
            <Select
              label={text('history.peer')}
              hideLabel
              value={filter.peer}
              options={[
                { value: '', label: text('history.peer.all') },
                ...peers.map((peer) => ({ value: peer.peerId, label: showHidden(peer.name) })),
              ]}
              onChange={(peer) => change({ peer })}
            />
          )}
          <Select
            label={text('history.kind')}
            hideLabel
            value={filter.kind}
            options={(['all', ...HISTORY_KINDS] as const).map((kind) => ({
              value: kind,
              label: text(`history.kind.${kind}`),
            }))}
            onChange={(kind: HistoryFilter['kind']) => change({ kind })}
          />
          <Select
            label={text('history.time')}
            hideLabel
            value={filter.time}
            options={HISTORY_PERIODS.map((time) => ({ value: time, label: text(`history.time.${time}`) }))}
            onChange={(time: HistoryPeriod) => change({ time })}
          />
          {entries.length > 0 && (
            <div className={styles['actions']}>
              <Menu
                label={text('history.export')}
                trigger={<Button icon={<Download aria-hidden="true" />}>{text('history.export')}</Button>}
                items={[
                  { label: text('history.export.csv'), onSelect: () => exporting.run('csv', entries) },
                  { label: text('history.export.json'), onSelect: () => exporting.run('json', entries) },
                ]}
              />
              {peerId === undefined && (
                <IconButton label={text('history.clear')} icon={<Trash2 />} onClick={() => setClearing(true)} />
              )}
            </div>
          )}
        </div>
      )}
      {error !== undefined && (
        <ErrorNotice error={error} action={<Button onClick={reload}>{text('history.retry')}</Button>} />
      )}
      {exporting.error !== undefined && <ErrorNotice error={exporting.error} onDismiss={exporting.reset} />}
      {answer === undefined && error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {answer !== undefined && entries.length > 0 && (
        <EntryList key={JSON.stringify(filter)} entries={entries} hasMore={answer.more} />
      )}
      {isEmpty && isNarrowed && (
        <EmptyState
          icon={<History />}
          title={text('history.none')}
          action={<Button onClick={() => setFilter(none)}>{text('history.none.reset')}</Button>}
        >
          {text('history.none.text')}
        </EmptyState>
      )}
      {isEmpty && !isNarrowed && (
        <EmptyState icon={<History />} title={text(peerId === undefined ? 'history.empty' : 'history.activity.empty')}>
          {peerId === undefined && text('history.empty.text')}
        </EmptyState>
      )}
      {isClearing && <ClearDialog onClose={() => setClearing(false)} />}
    </>
  );
}
