import {
  ArrowDown,
  ArrowUp,
  ChevronDown,
  ChevronRight,
  Download,
  File,
  FileUp,
  Folder,
  FolderInput,
  FolderOpen,
  FolderPlus,
  FolderUp,
  FolderX,
  Pencil,
  RefreshCw,
  Trash2,
  Upload,
} from 'lucide-react';
import { useId, useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { PeerView, RemoteEntry, RemoteRoot } from '#shared/app-api/index.ts';
import { PAGE_FILE_BYTES } from '#shared/files/index.ts';
import { text } from '../../locale/index.ts';
import { navigate, notify, useApp, useCall, useIsBrowserMachine } from '../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  ContextMenu,
  ErrorNotice,
  Field,
  FormDialog,
  IconButton,
  Menu,
  SearchInput,
  Spinner,
  TextInput,
  UntrustedText,
  formatBytes,
  formatMoment,
  quoteUntrusted,
  useNow,
  type MenuItem,
} from '../../ui/index.ts';
import { canSendTo, DropHint, useFileDrop } from '../transfers/index.ts';
import styles from './folders.module.css';
import { COLUMNS, ordered, type Column, type Order } from './order.ts';
import { TakenNamesDialog } from './taken-names-dialog.tsx';
import { useListing } from './use-listing.ts';
import { ROW, showRow, toTop, useRows } from './use-rows.ts';
import { useUpload } from './use-upload.ts';

export type FolderBrowserProps = Readonly<{
  peer: PeerView;
  root: RemoteRoot;
  /** Shows all folders of the machine. */
  onLeave(): void;
}>;

/** Dialog that is open. */
type Asking = 'create' | 'remove' | Readonly<{ rename: string }> | undefined;

/**
 * View of a folder that a peer shares: the way to it, a filter, its contents in columns by which they can be sorted, and what can be done with those that
 * are chosen. Copies go into the inbox folder of the machine; a page of a relay asks where. In a folder for writing, files are copied into it, also those that
 * are dropped on the list. Keys: arrows, Home, End and pages move; Space chooses, Shift extends; Enter opens one or copies what is chosen; Backspace goes up; F2 renames,
 * Delete removes. A menu has all that can be done.
 */
export function FolderBrowser({ peer, root, onLeave }: FolderBrowserProps): ReactElement {
  const id = useId();
  const now = useNow();
  const { peerId } = peer;
  const folder = root.name;
  const mayWrite = root.mode === 'write';
  const [path, setPath] = useState<readonly string[]>([]);
  const [listing, reload] = useListing(peerId, folder, path);
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order>({ by: 'name', isDown: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  /** Row that has the keyboard, and the one from which Shift extends. */
  const [active, setActive] = useState(0);
  const [anchor, setAnchor] = useState(0);
  const [asking, setAsking] = useState<Asking>();
  const [copied, setCopied] = useState(0);
  /** The application copies into its inbox; a page of a relay asks for a place. */
  const isBrowser = useIsBrowserMachine();
  const copy = useCall('folders.get');
  const save = useCall('shell.folders.get');
  const remove = useCall('folders.remove');
  const { entries, isLoading, error } = listing;
  const rows = useMemo(() => ordered(entries, filter, order), [entries, filter, order]);
  const { box, first, end } = useRows(rows.length);
  const selected = rows.filter(({ name }) => chosen.has(name));
  const name = quoteUntrusted(peer.name);
  const facts = useApp((state) => state.facts);
  const canSend = canSendTo(peer, facts);
  const canUpload = canSend && mayWrite;
  const upload = useUpload({ peer, folder, path, entries }, reload);
  const refuse = (): void => {
    notify({ tone: 'warning', text: text('folders.read-only.dropped', { name }) });
  };
  const drop = useFileDrop(canSend ? (mayWrite ? upload.drop : refuse) : undefined);

  /** Begins at the top, for another folder, filter or order. */
  const begin = (): void => {
    setActive(0);
    setAnchor(0);
    toTop(box.current);
  };
  const enter = (names: readonly string[]): void => {
    setPath(names);
    setFilter('');
    setChosen(new Set());
    setCopied(0);
    begin();
  };
  const download = async (wanted: readonly RemoteEntry[]): Promise<void> => {
    if (isBrowser) {
      const entries = wanted.map(({ name: own, kind, size }) => ({ name: own, kind, size }));
      setCopied((await save.run({ peer: peerId, folder, path: [...path], entries }))?.count ?? 0);
      return;
    }
    let count = 0;
    for (const one of wanted)
      // eslint-disable-next-line no-await-in-loop -- one after the other, in their order
      if ((await copy.run({ peer: peerId, folder, path: [...path, one.name] })) !== undefined) count += 1;
    setCopied(count);
  };
  const removeAll = async (): Promise<void> => {
    for (const one of selected)
      // eslint-disable-next-line no-await-in-loop -- one after the other
      if ((await remove.run({ peer: peerId, folder, path: [...path, one.name] })) === undefined) break;
    setAsking(undefined);
    setChosen(new Set());
    reload();
  };
  const move = (to: number, extend: boolean): void => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setActive(index);
    if (extend) {
      const [from, until] = index < anchor ? [index, anchor] : [anchor, index];
      setChosen(new Set(rows.slice(from, until + 1).map((row) => row.name)));
    } else setAnchor(index);
    showRow(box.current, index);
  };
  const toggle = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(row.name)) after.add(row.name);
      return after;
    });
    setAnchor(index);
  };
  const open = (row: RemoteEntry | undefined): void => {
    if (row === undefined) return;
    if (row.kind === 'folder') enter([...path, row.name]);
    else void download([row]);
  };
  const press = (event: KeyboardEvent): void => {
    // The heads of the columns are buttons.
    if (event.target instanceof Element && event.target.closest('button') !== null) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) move(to, event.shiftKey);
    else if (event.key === ' ') toggle(active);
    else if (event.key === 'Enter' && selected.length > 1 && chosen.has(rows[active]?.name ?? ''))
      void download(selected);
    else if (event.key === 'Enter') open(rows[active]);
    else if (event.key === 'Backspace' && path.length > 0) enter(path.slice(0, -1));
    else if (event.key === 'Backspace') onLeave();
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) setChosen(new Set(rows.map((row) => row.name)));
    else if (event.key === 'Delete' && mayWrite && selected.length > 0) setAsking('remove');
    else if (event.key === 'F2' && mayWrite && rows[active] !== undefined) setAsking({ rename: rows[active].name });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const changing = copy.error ?? save.error ?? remove.error;
  const isShown = error === undefined || entries.length > 0;
  const only = selected.length === 1 ? selected[0] : undefined;
  const copyLabel = selected.length > 0 ? text('folders.copy.count', { count: selected.length }) : text('folders.copy');
  const uploads: readonly MenuItem[] = [
    { label: text('folders.put.files'), icon: <FileUp />, onSelect: () => upload.choose('files') },
    { label: text('folders.put.folder'), icon: <FolderUp />, onSelect: () => upload.choose('folder') },
  ];
  /** Returns the entries of the menu on the list, for what is chosen then. */
  const menu = (): readonly MenuItem[] => [
    ...(only?.kind === 'folder'
      ? [{ label: text('folders.open'), icon: <FolderOpen />, onSelect: () => open(only) }]
      : []),
    {
      label: copyLabel,
      icon: <Download />,
      disabled: selected.length === 0,
      onSelect: () => void download(selected),
    },
    ...(mayWrite
      ? ([
          'separator',
          {
            label: text('folders.rename'),
            icon: <Pencil />,
            disabled: only === undefined,
            onSelect: () => only !== undefined && setAsking({ rename: only.name }),
          },
          {
            label: text('folders.remove'),
            icon: <Trash2 />,
            tone: 'danger',
            disabled: selected.length === 0,
            onSelect: () => setAsking('remove'),
          },
          'separator',
          ...(canUpload ? uploads : []),
          { label: text('folders.create'), icon: <FolderPlus />, onSelect: () => setAsking('create') },
        ] as const)
      : []),
  ];
  return (
    <section className={styles['browser']} aria-label={text('folders.of', { name })}>
      <nav className={styles['crumbs']} aria-label={text('folders.way')}>
        <button type="button" onClick={onLeave}>
          {text('machines.tab.folders')}
        </button>
        {[folder, ...path].map((part, depth) => (
          <span key={[folder, ...path].slice(0, depth + 1).join('/')} className={styles['crumb']}>
            <ChevronRight aria-hidden="true" />
            <button
              type="button"
              aria-current={depth === path.length ? 'page' : undefined}
              onClick={() => enter(path.slice(0, depth))}
            >
              <UntrustedText>{part}</UntrustedText>
            </button>
          </span>
        ))}
      </nav>
      {isShown && (
        <div className={styles['tools']}>
          <div className={styles['filter']}>
            <SearchInput
              label={text('folders.filter')}
              clears
              value={filter}
              onChange={(wanted) => {
                setFilter(wanted);
                begin();
              }}
            />
          </div>
          <IconButton label={text('folders.again')} icon={<RefreshCw />} onClick={reload} />
          {mayWrite && (
            <>
              <IconButton label={text('folders.create')} icon={<FolderPlus />} onClick={() => setAsking('create')} />
              <IconButton
                label={text('folders.rename')}
                icon={<Pencil />}
                disabled={only === undefined}
                onClick={() => only !== undefined && setAsking({ rename: only.name })}
              />
              <IconButton
                label={text('folders.remove')}
                icon={<Trash2 />}
                disabled={selected.length === 0}
                onClick={() => setAsking('remove')}
              />
            </>
          )}
          <Button
            variant={selected.length > 0 ? 'primary' : 'secondary'}
            disabled={selected.length === 0}
            busy={copy.busy || save.busy}
            icon={<Download aria-hidden="true" />}
            onClick={() => void download(selected)}
          >
            {copyLabel}
          </Button>
          {canUpload && (
            <Menu
              label={text('folders.put')}
              trigger={
                <Button busy={upload.isBusy} icon={<Upload aria-hidden="true" />}>
                  <span className={styles['opens']}>
                    {text('folders.put')}
                    <ChevronDown aria-hidden="true" />
                  </span>
                </Button>
              }
              items={uploads}
            />
          )}
        </div>
      )}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          action={
            <Button size="small" onClick={reload}>
              {text('folders.again')}
            </Button>
          }
        />
      )}
      {changing !== undefined && (
        <ErrorNotice
          error={changing}
          onDismiss={() => {
            copy.reset();
            save.reset();
            remove.reset();
          }}
        />
      )}
      {copied > 0 && (
        <div className={styles['copied']}>
          <p role="status">{text('folders.copied', { count: copied, name })}</p>
          <Button size="small" variant="quiet" onClick={() => navigate({ page: 'transfers' })}>
            {text('folders.copied.show')}
          </Button>
        </div>
      )}
      {isShown && (
        <>
          <div className={styles['list']} data-folder-list="" {...drop.handlers}>
            <ContextMenu
              label={text('folders.menu')}
              items={menu}
              returnFocus={() => box.current?.closest<HTMLElement>('[role="grid"]') ?? null}
              trigger={
                <div
                  className={styles['grid']}
                  role="grid"
                  aria-label={[folder, ...path].join('/')}
                  aria-rowcount={rows.length + 1}
                  aria-multiselectable="true"
                  tabIndex={0}
                  aria-activedescendant={rows.length === 0 ? undefined : `${id}-${active}`}
                  onKeyDown={press}
                  aria-busy={isLoading}
                >
                  <div className={styles['head']} role="row" aria-rowindex={1}>
                    {COLUMNS.map((column) => (
                      <ColumnHead
                        key={column}
                        column={column}
                        order={order}
                        onOrder={(wanted) => {
                          setOrder(wanted);
                          begin();
                        }}
                      />
                    ))}
                  </div>
                  <div ref={box} className={styles['body']} role="rowgroup">
                    {rows.length === 0 && (
                      <p className={styles['empty']}>
                        {isLoading ? (
                          <Spinner label={text('folders.asking', { name })} />
                        ) : (
                          text(filter !== '' ? 'folders.nothing' : canUpload ? 'folders.empty.put' : 'folders.empty')
                        )}
                      </p>
                    )}
                    <div className={styles['all']} style={{ height: rows.length * ROW }}>
                      {rows.slice(first, end).map((row, at) => {
                        const index = first + at;
                        return (
                          <div
                            key={row.name}
                            id={`${id}-${index}`}
                            role="row"
                            tabIndex={-1}
                            className={styles['row']}
                            style={{ top: index * ROW }}
                            aria-rowindex={index + 2}
                            aria-selected={chosen.has(row.name)}
                            data-active={index === active}
                            onMouseDown={(event) => {
                              if (event.button !== 0) return;
                              // The list keeps the keyboard: a row that is scrolled away is gone.
                              event.preventDefault();
                              event.currentTarget.closest<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
                              if (event.shiftKey) move(index, true);
                              else if (event.ctrlKey || event.metaKey) toggle(index);
                              else {
                                setChosen(new Set([row.name]));
                                setAnchor(index);
                              }
                              setActive(index);
                            }}
                            onContextMenu={() => {
                              if (!chosen.has(row.name)) setChosen(new Set([row.name]));
                              setAnchor(index);
                              setActive(index);
                            }}
                            onDoubleClick={() => open(row)}
                          >
                            <span role="gridcell" className={styles['name']}>
                              {row.kind === 'folder' ? <Folder aria-hidden="true" /> : <File aria-hidden="true" />}
                              <span className={styles['text']}>
                                <UntrustedText>{row.name}</UntrustedText>
                              </span>
                            </span>
                            <span role="gridcell" className={styles['size']}>
                              {row.kind === 'folder' ? '' : formatBytes(row.size)}
                            </span>
                            <span role="gridcell" className={styles['changed']}>
                              {formatMoment(row.mtime, now)}
                            </span>
                          </div>
                        );
                      })}
                    </div>
                  </div>
                </div>
              }
            />
            {drop.isOver && (
              <DropHint
                over="list"
                isRefused={!mayWrite}
                icon={mayWrite ? <FolderInput /> : <FolderX />}
                words={
                  mayWrite
                    ? text('folders.put.drop', { folder: quoteUntrusted(path.at(-1) ?? folder), name })
                    : text('folders.read-only.drop', { name })
                }
              />
            )}
          </div>
          <p className={styles['muted']} role="status">
            {isLoading && rows.length > 0
              ? text('folders.loading', { count: rows.length })
              : text('folders.count', { count: rows.length })}
          </p>
        </>
      )}
      {isBrowser && !savesStraight() && (
        <p className={styles['muted']}>{text('folders.memory', { size: formatBytes(PAGE_FILE_BYTES) })}</p>
      )}
      {upload.taken !== undefined && <TakenNamesDialog names={upload.taken} machine={name} onAnswer={upload.answer} />}
      {asking === 'remove' && (
        <ConfirmDialog
          title={text('folders.remove.title', { count: selected.length })}
          apply={text('folders.remove')}
          call={remove}
          onApply={() => void removeAll()}
          onClose={() => setAsking(undefined)}
        >
          {text('folders.remove.text', { name })}
        </ConfirmDialog>
      )}
      {asking !== undefined && asking !== 'remove' && (
        <NameDialog
          place={{ peer: peerId, folder, path }}
          before={asking === 'create' ? undefined : asking.rename}
          onClose={(isDone) => {
            setAsking(undefined);
            if (isDone) reload();
          }}
        />
      )}
    </section>
  );
}

/** Reports whether this browser lets a page write into files. Otherwise a download is in memory until all of it is there. */
function savesStraight(): boolean {
  return 'showSaveFilePicker' in globalThis;
}

/** Head of a column, which sorts by it; again the other way round. */
function ColumnHead({
  column,
  order,
  onOrder,
}: Readonly<{ column: Column; order: Order; onOrder(order: Order): void }>): ReactElement {
  const isSorted = order.by === column;
  return (
    <span
      role="columnheader"
      className={styles[column]}
      aria-sort={isSorted ? (order.isDown ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => onOrder({ by: column, isDown: isSorted && !order.isDown })}>
        {text(`folders.column.${column}`)}
        {isSorted && (order.isDown ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" />)}
      </button>
    </span>
  );
}

type NameDialogProps = Readonly<{
  place: Readonly<{ peer: string; folder: string; path: readonly string[] }>;
  /** Name to change; undefined for a new folder. */
  before: string | undefined;
  onClose(isDone: boolean): void;
}>;

/** Dialog for the name of a new folder, or another name. */
function NameDialog({ place: { peer, folder, path }, before, onClose }: NameDialogProps): ReactElement {
  const create = useCall('folders.makeFolder');
  const rename = useCall('folders.rename');
  const [name, setName] = useState(before ?? '');
  const { busy, error } = before === undefined ? create : rename;
  const apply = async (): Promise<void> => {
    const done =
      before === undefined
        ? await create.run({ peer, folder, path: [...path, name] })
        : await rename.run({ peer, folder, path: [...path, before], to: [...path, name] });
    if (done !== undefined) onClose(true);
  };
  return (
    <FormDialog
      title={text(before === undefined ? 'folders.create' : 'folders.rename')}
      apply={text(before === undefined ? 'folders.create.apply' : 'folders.rename.apply')}
      busy={busy}
      disabled={name.trim() === '' || name === before}
      onApply={() => void apply()}
      onClose={() => onClose(false)}
    >
      <Field label={text('folders.name')}>
        <TextInput value={name} onChange={setName} />
      </Field>
      {error !== undefined && <ErrorNotice error={error} />}
    </FormDialog>
  );
}
