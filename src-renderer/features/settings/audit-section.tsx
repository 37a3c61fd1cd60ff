import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { AuditEntry } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { useCall } from '../../store/index.ts';
import { Button, ErrorNotice, Field, Select, Spinner, TextInput } from '../../ui/index.ts';
import { formatMoment } from '../peers/index.ts';
import { auditText, kindOf, type AuditKind } from './audit-text.ts';
import { Section } from './section.tsx';
import styles from './settings.module.css';

/** As many as a person reads; all of them are in `clawreach audit`. */
const MOST_ENTRIES = 200;
/** Shown at first, so that what comes after the history is not far away. */
const FIRST_LINES = 20;

type Line = Readonly<{ key: string; at: number; when: string; what: string; kind: AuditKind }>;

export function AuditSection(): ReactElement {
  const { run, busy, error } = useCall('audit.list');
  const [lines, setLines] = useState<readonly Line[]>();
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
          // Another choice starts at its beginning.
          key={`${kind} ${wanted}`}
          lines={chooseLines(lines, wanted, kind)}
          isEmpty={lines.length === 0}
        />
      )}
    </Section>
  );
}

function AuditTable({ lines, isEmpty }: Readonly<{ lines: readonly Line[]; isEmpty: boolean }>): ReactElement {
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

/** Newest first. */
export function toLines(entries: readonly AuditEntry[], now: number): readonly Line[] {
  return entries
    .toSorted((one, other) => other.at - one.at)
    .map((entry, index) => ({
      key: `${index} ${entry.at}`,
      at: clampTime(entry.at),
      when: formatMoment(clampTime(entry.at), now),
      what: auditText(entry, now),
      kind: kindOf(entry.event),
    }));
}

/** Those of the kind whose words are all found, in any order. */
export function chooseLines(lines: readonly Line[], wanted: string, kind: AuditKind | 'all'): readonly Line[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    const shown = `${line.when} ${line.what}`.toLowerCase();
    return (kind === 'all' || line.kind === kind) && words.every((word) => shown.includes(word));
  });
}

/** A damaged log may have any number; a Date takes these. */
function clampTime(at: number): number {
  return Math.min(Math.max(at, -8.64e15), 8.64e15);
}
