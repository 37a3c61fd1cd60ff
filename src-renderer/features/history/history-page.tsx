import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp, type HistoryTab } from '../../store/index.ts';
import { PageHeader, Tabs } from '../../ui/index.ts';
import { RecordingsList } from '../recordings/index.ts';
import { Events } from './events.tsx';
import styles from './history-page.module.css';
import { Log } from './log/log.tsx';

/** Page of the history, in three tabs: who used this machine and what it used, recordings of terminals, and the log. */
export function HistoryPage({ initialTab = 'events' }: Readonly<{ initialTab?: HistoryTab }>): ReactElement {
  const place = useApp((state) => state.place);
  const wanted = place.page === 'history' ? place.tab : undefined;
  const [tab, setTab] = useState<HistoryTab>(wanted ?? initialTab);
  const [shown, setShown] = useState(place);
  // Something led to a tab while the page was shown.
  if (shown !== place) {
    setShown(place);
    if (wanted !== undefined) setTab(wanted);
  }
  return (
    <div className={styles['page']}>
      <PageHeader title={text('history.title')} description={text('history.description')} />
      <Tabs
        label={text('history.tabs')}
        value={tab}
        onChange={setTab}
        items={[
          { value: 'events', label: text('history.tab.events') },
          { value: 'recordings', label: text('recordings.title') },
          { value: 'log', label: text('history.log') },
        ]}
      >
        {tab === 'events' && (
          <>
            <p className={styles['events-note']}>{text('history.events.text')}</p>
            <Events />
          </>
        )}
        {tab === 'recordings' && <RecordingsList />}
        {tab === 'log' && <Log />}
      </Tabs>
    </div>
  );
}

/** `peerId`: ID of the peer. */
export type ActivityProps = Readonly<{ peerId: string }>;

/** Lists what one peer used here and what this machine used there: the history, filtered by that peer. */
export function Activity({ peerId }: ActivityProps): ReactElement {
  // Another peer starts without a filter.
  return (
    <div className={styles['page']}>
      <Events key={peerId} peerId={peerId} />
    </div>
  );
}
