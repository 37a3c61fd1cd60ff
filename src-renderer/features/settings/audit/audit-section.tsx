import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { AuditEntry } from '#shared/app-api/index.ts';
import { text, useLanguage } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, Select, Spinner, TextInput } from '../../../ui/index.ts';
import { chooseLines, toLines, type AuditLine } from './audit-lines.ts';
import type { AuditKind } from './audit-text.ts';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';

/** Most entries that the section requests; `clawreach audit` prints all. */
const MOST_ENTRIES = 200;
/** Number of entries shown until the person asks for all, so that the sections below stay near. */
const FIRST_LINES = 20;

/** Section of the settings that shows the newest entries of the audit log (`audit.list`), with a search field and a filter by kind. */
export function AuditSection(): ReactElement {
  return <AuditHistory key={useLanguage()} />;
}

function AuditHistory(): ReactElement {
  const { run, busy, error } = useCall('audit.list');
  const [lines, setLines] = useState<readonly AuditLine[]>();
  const [wanted, setWanted] = useState('');
  const [kind, setKind] = useState<AuditKind | 'all'>('all');

  const take = useCallback((entries: readonly AuditEntry[] | undefined): void => {
    if (entries !== undefined) setLines(toLines(entries, Date.now()));
  }, []);
  useEffect(() => {
    void run({ limit: MOST_ENTRIES }).then(take);
  }, [run, take]);

  return (
    <Section name="audit" title={text('settings.audit')} text={text('settings.audit.text')}>
      <div className={styles['filters']}>
        <Field label={text('settings.audit.filter')}>
          <TextInput type="search" value={wanted} maxLength={100} onChange={setWanted} />
        </Field>
        <Select
          label={text('settings.audit.kind')}
          value={kind}
          onChange={setKind}
          options={(['all', 'peers', 'rights', 'terminals', 'device'] as const).map((value) => ({
            value,
            label: text(`settings.audit.kind.${value}`),
          }))}
        />
        <Button icon={<RefreshCw />} busy={busy} onClick={() => void run({ limit: MOST_ENTRIES }).then(take)}>
          {text('settings.audit.refresh')}
        </Button>
      </div>
      {error !== undefined && <ErrorNotice error={error} />}
      {lines === undefined && error === undefined && (
        <div className={styles['waiting']}>
          <Spinner label={text('ui.loading')} />
        </div>
      )}
      {lines !== undefined && (
        <AuditTable
          // Another filter starts at its first lines.
          key={`${kind} ${wanted}`}
          lines={chooseLines(lines, wanted, kind)}
          isEmpty={lines.length === 0}
        />
      )}
    </Section>
  );
}

function AuditTable({ lines, isEmpty }: Readonly<{ lines: readonly AuditLine[]; isEmpty: boolean }>): ReactElement {
  const [all, setAll] = useState(false);
  if (lines.length === 0) {
    return (
      <p role="status" className={styles['count']}>
        {text(isEmpty ? 'settings.audit.empty' : 'settings.audit.none')}
      </p>
    );
  }
  return (
    <>
      <p role="status" className={styles['count']}>
        {text('settings.audit.shown', { count: lines.length })}
      </p>
      <table className={styles['audit']}>
        <thead>
          <tr>
            <th scope="col">{text('settings.audit.when')}</th>
            <th scope="col">{text('settings.audit.what')}</th>
          </tr>
        </thead>
        <tbody>
          {(all ? lines : lines.slice(0, FIRST_LINES)).map(({ key, at, when, what }) => (
            <tr key={key}>
              <td>
                <time dateTime={new Date(at).toISOString()}>{when}</time>
              </td>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && lines.length > FIRST_LINES && (
        <div>
          <Button variant="quiet" onClick={() => setAll(true)}>
            {text('settings.audit.all', { count: lines.length - FIRST_LINES })}
          </Button>
        </div>
      )}
    </>
  );
}
