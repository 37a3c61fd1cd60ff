import { LogOut, MonitorSmartphone } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { SessionView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  ConfirmDialog,
  ErrorNotice,
  formatAgo,
  Row,
  RowList,
  showHidden,
  useNow,
} from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { browserName } from '../formats/index.ts';
import styles from './settings.module.css';

/** Sessions of the account in browsers. Each can be ended, or all but this one. */
export function SessionsTab(): ReactElement {
  const sessions = useResource('sessions.list');
  const [isAsking, setIsAsking] = useState(false);
  const endOthers = useAction((client) => client.call('sessions.endOthers'));
  return (
    <>
      <div className={styles['bar']}>
        <p>{text('account.sessions.about')}</p>
        {(sessions.value?.sessions.length ?? 0) > 1 && (
          <Button onClick={() => setIsAsking(true)}>{text('account.sessions.end-others')}</Button>
        )}
      </div>
      <LoadedView of={sessions} label={text('account.sessions.loading')}>
        {({ sessions: list }) => (
          <RowList label={text('account.tab.sessions')}>
            {list.map((each) => (
              <SessionRow key={each.id} session={each} />
            ))}
          </RowList>
        )}
      </LoadedView>
      {isAsking && (
        <ConfirmDialog
          title={text('account.sessions.end-others')}
          apply={text('account.sessions.end-others.apply')}
          keep={text('ui.cancel')}
          call={endOthers}
          onClose={() => setIsAsking(false)}
          onApply={() => void endOthers.run().then((done) => done !== undefined && setIsAsking(false))}
        >
          <p>{text('account.sessions.end-others.text')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function SessionRow({ session }: Readonly<{ session: SessionView }>): ReactElement {
  const now = useNow();
  const end = useAction((client) => client.call('sessions.end', { params: { session: session.id } }));
  const name = showHidden(browserName(session.agent));
  return (
    <>
      <Row
        tall
        wraps
        lead={<MonitorSmartphone aria-hidden="true" />}
        title={name}
        detail={[
          session.addressGroup,
          // This one is in use.
          ...(session.current ? [] : [text('account.sessions.used', { ago: formatAgo(session.usedAt, now) })]),
          text('account.sessions.since', { ago: formatAgo(session.createdAt, now) }),
        ].join(' · ')}
        note={session.current ? <Chip tone="good">{text('account.sessions.current')}</Chip> : undefined}
        keepsNote
        actions={
          session.current
            ? undefined
            : [{ label: text('account.sessions.end', { name }), icon: <LogOut />, onSelect: () => void end.run() }]
        }
        menuLabel={text('account.actions.of', { name })}
      />
      {end.error !== undefined && (
        <li>
          <ErrorNotice error={end.error} onDismiss={end.reset} />
        </li>
      )}
    </>
  );
}
