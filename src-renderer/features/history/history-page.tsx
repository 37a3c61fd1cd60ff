import { Download, History, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { HISTORY_KINDS } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import {
  Button,
  EmptyState,
  ErrorNotice,
  Field,
  IconButton,
  Menu,
  PageHeader,
  PageLoading,
  Select,
  Tabs,
  TextInput,
  showHidden,
} from '../../ui/index.ts';
import { RecordingsList } from '../recordings/index.ts';
import { ClearDialog } from './clear-dialog.tsx';
import { EntryList } from './entry-list.tsx';
import { HISTORY_PERIODS, isFiltered, NO_FILTER, type HistoryFilter, type HistoryPeriod } from './filter.ts';
import styles from './history-page.module.css';
import { ServedTerminals } from './served-terminals.tsx';
import { useExport } from './use-export.ts';
import { useHistory } from './use-history.ts';

/**
 * Page of the history: terminals shared now, then who used this machine and what this machine used, with a filter. Buttons save the found entries as
 * a file or delete all finished ones. A second tab lists the recordings of terminals.
 */
export function HistoryPage({
  initialTab = 'events',
}: Readonly<{ initialTab?: 'events' | 'recordings' }>): ReactElement {
  const peers = useApp((state) => state.peers);
  const [filter, setFilter] = useState<HistoryFilter>(NO_FILTER);
  const [isClearing, setClearing] = useState(false);
  const [tab, setTab] = useState<'events' | 'recordings'>(initialTab);
  const { answer, error, reload } = useHistory(filter);
  const exporting = useExport();
  const change = (part: Partial<HistoryFilter>): void => setFilter((before) => ({ ...before, ...part }));
  const entries = answer?.entries ?? [];

  const events = (
    <>
      <ServedTerminals />
      <div className={styles['filters']} role="search" aria-label={text('history.filter')}>
        <Field label={text('history.search')}>
          <TextInput
            type="search"
            value={filter.text}
            maxLength={200}
            onChange={(wanted) => change({ text: wanted })}
          />
        </Field>
        <Select
          label={text('history.peer')}
          value={filter.peer}
          options={[
            { value: '', label: text('history.peer.all') },
            ...peers.map(({ peerId, name }) => ({ value: peerId, label: showHidden(name) })),
          ]}
          onChange={(peer) => change({ peer })}
        />
        <Select
          label={text('history.kind')}
          value={filter.kind}
          options={(['all', ...HISTORY_KINDS] as const).map((kind) => ({
            value: kind,
            label: text(`history.kind.${kind}`),
          }))}
          onChange={(kind: HistoryFilter['kind']) => change({ kind })}
        />
        <Select
          label={text('history.time')}
          value={filter.time}
          options={HISTORY_PERIODS.map((time) => ({ value: time, label: text(`history.time.${time}`) }))}
          onChange={(time: HistoryPeriod) => change({ time })}
        />
      </div>
      {error !== undefined && (
        <ErrorNotice error={error} action={<Button onClick={reload}>{text('history.retry')}</Button>} />
      )}
      {exporting.error !== undefined && <ErrorNotice error={exporting.error} onDismiss={exporting.reset} />}
      {answer === undefined && error === undefined && <PageLoading label={text('ui.loading')} />}
      {answer !== undefined && entries.length === 0 && (
        <Nothing isFiltered={isFiltered(filter)} onReset={() => setFilter(NO_FILTER)} />
      )}
      {answer !== undefined && entries.length > 0 && (
        <EntryList key={JSON.stringify(filter)} entries={entries} hasMore={answer.more} />
      )}
    </>
  );
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text('history.title')}
        description={text('history.description')}
        actions={
          tab === 'events' &&
          entries.length > 0 && (
            <>
              <Menu
                label={text('history.export')}
                trigger={<Button icon={<Download aria-hidden="true" />}>{text('history.export')}</Button>}
                items={[
                  { label: text('history.export.csv'), onSelect: () => exporting.run('csv', entries) },
                  { label: text('history.export.json'), onSelect: () => exporting.run('json', entries) },
                ]}
              />
              <IconButton label={text('history.clear')} icon={<Trash2 />} onClick={() => setClearing(true)} />
            </>
          )
        }
      />
      <Tabs
        label={text('history.tabs')}
        value={tab}
        onChange={setTab}
        items={[
          { value: 'events', label: text('history.tab.events') },
          { value: 'recordings', label: text('recordings.title') },
        ]}
      >
        {tab === 'recordings' ? <RecordingsList /> : events}
      </Tabs>
      {isClearing && <ClearDialog onClose={() => setClearing(false)} />}
    </div>
  );
}

function Nothing({ isFiltered: filtered, onReset }: Readonly<{ isFiltered: boolean; onReset(): void }>): ReactElement {
  if (!filtered) {
    return (
      <EmptyState icon={<History />} title={text('history.empty')}>
        {text('history.empty.text')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<History />}
      title={text('history.none')}
      action={<Button onClick={onReset}>{text('history.none.reset')}</Button>}
    >
      {text('history.none.text')}
    </EmptyState>
  );
}
