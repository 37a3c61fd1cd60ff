import { ArrowDownToLine, History } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import {
  PLATFORM_HISTORY_KINDS,
  PLATFORM_HISTORY_STATUSES,
  type PlatformHistoryEntry,
  type ProjectView,
  type RouteQuery,
} from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  EmptyState,
  ErrorNotice,
  formatBytes,
  formatMoment,
  quoteUntrusted,
  Row,
  RowList,
  Select,
  StatusDot,
  useNow,
  useWindowWidth,
} from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { deviceName, useKnownNames, type KnownNames } from '../devices/index.ts';
import { fileNameOf, saveFile } from '../files/index.ts';
import { Avatar, MachineAvatar } from '../shell/avatar.tsx';
import { LoadedView } from '../shell/loaded.tsx';
import { durationText, projectName } from '../formats/index.ts';
import { eventText } from './event-text.ts';
import { mergeEntries } from './merge-entries.ts';
import { useHistory } from './use-history.ts';
import { reasonText } from './reason-text.ts';
import styles from './project.module.css';

const ANY = 'any';
/** Reason of a link that goes on without the relay. */
const DIRECT = 'direct';

type Filters = Readonly<{ device: string; who: string; kind: string; status: string }>;
type Query = RouteQuery<'history.list'>;

/** History of a project: who used which device, when, and why it ended, and what happened to its people. Filters, older pages, and CSV of what the filters choose. */
export function HistoryTab({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const params = { project: project.id };
  const [filters, setFilters] = useState<Filters>({ device: ANY, who: ANY, kind: ANY, status: ANY });
  const query = queryOf(filters);
  const csv = useAction((client) => client.csv('history.list', { params, query }));
  return (
    <>
      <div className={styles['bar']}>
        <p>{text('project.history.about')}</p>
        <Button
          icon={<ArrowDownToLine />}
          busy={csv.busy}
          onClick={() =>
            void csv.run().then((content) => content !== undefined && saveHistory(projectName(project), content))
          }
        >
          {text('project.history.csv')}
        </Button>
      </div>
      {csv.error !== undefined && <ErrorNotice error={csv.error} onDismiss={csv.reset} />}
      <HistoryFilters project={project} filters={filters} onChange={setFilters} />
      <Entries key={JSON.stringify(query)} project={project.id} query={query} />
    </>
  );
}

/** Entries that the filters choose, the latest first. Another choice begins again. */
function Entries({ project, query }: Readonly<{ project: string; query: Query }>): ReactElement {
  const { shown, more, isReading, error } = useHistory(project, query);
  // A person who has left the project has no picture here.
  const people = useResource('people.list', { params: { project } }).value?.people ?? [];
  const known = useKnownNames(project);
  const isFiltered = Object.keys(query).length > 0;
  return (
    <LoadedView of={shown} label={text('project.history.loading')}>
      {({ entries, next }) =>
        entries.length === 0 ? (
          <EmptyState
            icon={<History />}
            title={isFiltered ? text('project.history.none') : text('project.history.empty')}
          >
            {isFiltered ? text('project.history.none.next') : text('project.history.empty.next')}
          </EmptyState>
        ) : (
          <>
            <RowList label={text('project.tab.history')}>
              {mergeEntries(entries).map((entry) => (
                <EntryRow
                  key={entry.id}
                  entry={entry}
                  known={known}
                  picture={people.find(({ id }) => id === entry.who.account)?.picture ?? null}
                />
              ))}
            </RowList>
            {error !== undefined && <ErrorNotice error={error} />}
            {next !== null && (
              <div className={styles['more']}>
                <Button busy={isReading} onClick={more}>
                  {text('project.history.more')}
                </Button>
              </div>
            )}
          </>
        )
      }
    </LoadedView>
  );
}

function queryOf(filters: Filters): Query {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ANY));
}

function HistoryFilters({
  project,
  filters,
  onChange,
}: Readonly<{ project: ProjectView; filters: Filters; onChange(filters: Filters): void }>): ReactElement {
  const params = { project: project.id };
  const devices = useResource('devices.list', { params }).value?.devices ?? [];
  const people = useResource('people.list', { params }).value?.people ?? [];
  const known = useKnownNames(project.id);
  const any = { value: ANY, label: text('project.history.any') };
  const select = (
    name: keyof Filters,
    label: string,
    options: readonly Readonly<{ value: string; label: string }>[],
  ): ReactElement => (
    <Select
      label={label}
      value={filters[name]}
      options={[any, ...options]}
      onChange={(value) => onChange({ ...filters, [name]: value })}
    />
  );
  return (
    <div className={styles['filters']}>
      {select(
        'who',
        text('project.history.who'),
        people.map(({ id, name }) => ({ value: id, label: quoteUntrusted(name) })),
      )}
      {select(
        'device',
        text('project.history.device'),
        devices.map((device) => ({ value: device.id, label: deviceName(device, known) })),
      )}
      {select(
        'kind',
        text('project.history.kind'),
        PLATFORM_HISTORY_KINDS.map((kind) => ({ value: kind, label: text(`project.history.kind.${kind}`) })),
      )}
      {select(
        'status',
        text('project.history.status'),
        PLATFORM_HISTORY_STATUSES.map((status) => ({ value: status, label: text(`project.history.status.${status}`) })),
      )}
    </div>
  );
}

function EntryRow({
  entry,
  known,
  picture,
}: Readonly<{ entry: PlatformHistoryEntry; known: KnownNames; picture: string | null }>): ReactElement {
  const now = useNow(60_000);
  const isNarrow = useWindowWidth() === 'narrow';
  const { who, device, kind, status, startedAt, endedAt, bytes, reason } = entry;
  const caller = callerText(who, known);
  const named = device === null ? '' : deviceName(device, known);
  const { event } = entry;
  const traffic =
    bytes === null
      ? ''
      : text('project.history.bytes', { to: formatBytes(bytes.toDevice), from: formatBytes(bytes.fromDevice) });
  const moment = formatMoment(startedAt, now);
  return (
    <Row
      tall
      wraps={isNarrow}
      lead={
        <span className={styles['lead']}>
          {event === null && (
            <StatusDot
              state={status === 'active' ? 'online' : 'offline'}
              label={text(`project.history.status.${reason === DIRECT ? 'direct' : status}`)}
            />
          )}
          {who.account === null && who.device !== null ? (
            <MachineAvatar />
          ) : (
            <Avatar name={who.name ?? ''} id={who.account ?? ''} picture={picture} />
          )}
        </span>
      }
      title={
        event === null
          ? text('project.history.entry', { who: caller, device: named })
          : eventText(event, { who: caller, device: named, subject: entry.subject })
      }
      detail={[
        isNarrow ? moment : '',
        text(`project.history.kind.${kind}`),
        ...(reason === DIRECT
          ? // The relay has seen the beginning only: nothing may read as if it knew that the machines are still connected.
            [text('project.history.direct', { duration: durationText((endedAt ?? now) - startedAt) })]
          : [...(event === null ? [durationText((endedAt ?? now) - startedAt), traffic] : []), reasonOf(reason)]),
      ]
        .filter((part) => part !== '')
        .join(' · ')}
      note={isNarrow ? undefined : moment}
    />
  );
}

function reasonOf(reason: string | null): string {
  return reason === null ? '' : reasonText(reason);
}

/** Names who used a machine: the person, with the browser if it has a name; else the machine. */
function callerText({ name, device, label, account }: PlatformHistoryEntry['who'], known: KnownNames): string {
  if (device !== null && device === known.own) return text('devices.this');
  if (name !== null) return quoteUntrusted(label === null ? name : text('devices.name.of', { label, person: name }));
  return device === null ? text('project.history.someone') : deviceName({ id: device, label, account }, known);
}

function saveHistory(project: string, content: string): void {
  saveFile(`history-${fileNameOf(project, 'project')}.csv`, 'text/csv', content);
}
