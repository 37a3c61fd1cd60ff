import { Download, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { AuditEntry } from '#shared/app-api/index.ts';
import { text, useLanguage } from '../../../locale/index.ts';
import { useCall, useSaveText } from '../../../store/index.ts';
import { Button, ErrorNotice, IconButton, Menu, RowSkeleton, SearchInput, Select } from '../../../ui/index.ts';
import styles from '../history-page.module.css';
import { logToCsv } from '../export-text.ts';
import { chooseLines, toLines, type AuditLine } from './audit-lines.ts';
import type { AuditKind } from './audit-text.ts';

/** Most entries that the list requests; `clawreach audit` prints all. */
const MOST_ENTRIES = 200;
/** Number of rows shown at first, and added by each press on "Show more". */
const STEP = 50;

/** Lists the newest entries of the audit log (`audit.list`), with a search field, a filter by kind and an export. */
export function Log(): ReactElement {
  // Lines are written in one language.
  return <LogEntries key={useLanguage()} />;
}

function LogEntries(): ReactElement {
  const { run, busy, error } = useCall('audit.list');
  const saving = useSaveText();
  const [lines, setLines] = useState<readonly AuditLine[]>();
  const [wanted, setWanted] = useState('');
  const [kind, setKind] = useState<AuditKind | 'all'>('all');

  const take = useCallback((answer: readonly AuditEntry[] | undefined): void => {
    if (answer !== undefined) setLines(toLines(answer, Date.now()));
  }, []);
  useEffect(() => {
    void run({ limit: MOST_ENTRIES }).then(take);
  }, [run, take]);
  const chosen = lines === undefined ? [] : chooseLines(lines, wanted, kind);
  const save = (form: 'csv' | 'json'): void => {
    const shown = chosen.map(({ entry }) => entry);
    const written = form === 'csv' ? logToCsv(shown) : `${JSON.stringify(shown, null, 1)}\n`;
    void saving.save({ name: `clawreach-log.${form}`, text: written, saved: text('history.log.exported') });
  };

  return (
    <>
      <p className={styles['about']}>{text('history.log.text')}</p>
      <div className={styles['filters']} role="search" aria-label={text('history.filter')}>
        <SearchInput label={text('history.log.filter')} value={wanted} maxLength={100} onChange={setWanted} />
        <Select
          label={text('history.log.kind')}
          hideLabel
          value={kind}
          onChange={setKind}
          options={(['all', 'peers', 'rights', 'terminals', 'device'] as const).map((value) => ({
            value,
            label: text(`history.log.kind.${value}`),
          }))}
        />
        <div className={styles['actions']}>
          <IconButton
            label={text('history.retry')}
            icon={<RefreshCw />}
            busy={busy}
            onClick={() => void run({ limit: MOST_ENTRIES }).then(take)}
          />
          {chosen.length > 0 && (
            <Menu
              label={text('history.export')}
              trigger={<Button icon={<Download aria-hidden="true" />}>{text('history.export')}</Button>}
              items={[
                { label: text('history.export.csv'), onSelect: () => save('csv') },
                { label: text('history.export.json'), onSelect: () => save('json') },
              ]}
            />
          )}
        </div>
      </div>
      {error !== undefined && <ErrorNotice error={error} />}
      {saving.error !== undefined && <ErrorNotice error={saving.error} onDismiss={saving.reset} />}
      {lines === undefined && error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {lines !== undefined && (
        // Another filter starts at its first lines.
        <LogLines key={`${kind} ${wanted}`} lines={chosen} isEmpty={lines.length === 0} />
      )}
    </>
  );
}

function LogLines({ lines, isEmpty }: Readonly<{ lines: readonly AuditLine[]; isEmpty: boolean }>): ReactElement {
  const [limit, setLimit] = useState(STEP);
  const left = lines.length - limit;
  if (lines.length === 0) {
    return (
      <p role="status" className={styles['count']}>
        {text(isEmpty ? 'history.log.empty' : 'history.log.none')}
      </p>
    );
  }
  return (
    <>
      <p role="status" className={styles['count']}>
        {text('history.log.shown', { count: lines.length })}
      </p>
      <table className={styles['log']}>
        <thead>
          <tr>
            <th scope="col">{text('history.log.when')}</th>
            <th scope="col">{text('history.log.what')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, limit).map(({ key, at, when, what }) => (
            <tr key={key}>
              <td>
                <time dateTime={new Date(at).toISOString()}>{when}</time>
              </td>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <Button variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('history.log.all', { count: Math.min(STEP, left) })}
        </Button>
      )}
    </>
  );
}
