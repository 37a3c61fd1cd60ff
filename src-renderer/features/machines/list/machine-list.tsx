import { ChevronDown, Ellipsis, ListFilter, Search, X } from 'lucide-react';
import {
  useCallback,
  useDeferredValue,
  useMemo,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { MACHINE_ORDERS, sortByName, sortByUse, type MachineGroup, type PeerView } from '#shared/app-api/index.ts';
import { compareNames, text } from '../../../locale/index.ts';
import { showMachineOrder, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  EmptyState,
  ErrorNotice,
  IconButton,
  Menu,
  RowList,
  SearchInput,
  classes,
  useSteadyOrder,
  useWindowWidth,
} from '../../../ui/index.ts';
import { RenameGroupDialog } from '../arrange/group-dialog.tsx';
import { groupMachines } from '../arrange/order.ts';
import { useArranging, type Arranging } from '../arrange/use-arranging.ts';
import type { MachineDialogKind } from '../page/machine-menu.tsx';
import styles from './machine-list.module.css';
import { MachineRow } from './machine-row.tsx';
import { searchMachines } from './search-machines.ts';
import { useSurroundings } from './use-surroundings.ts';

/** Number of machines from which the list has a filter: fewer are in sight at once. */
const FILTER_FROM = 5;

export type MachineListProps = Readonly<{
  /** Narrow list beside the page of one machine. */
  isCompact?: boolean;
  /** ID of the machine whose page is shown beside the list. */
  current?: string | undefined;
  /** Opens a dialog of a machine. */
  onOpen(dialog: MachineDialogKind, machine: PeerView): void;
}>;

/**
 * Lists the machines, in the person's groups and order, by name or by last use, with a filter. Arrow keys move between rows, Escape clears the
 * filter. Rows keep their places while the pointer or the focus is on them.
 */
export function MachineList({ isCompact = false, current, onOpen }: MachineListProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const around = useSurroundings();
  const isNarrow = useWindowWidth() === 'narrow';
  const [query, setQuery] = useState('');
  const deferredQuery = useDeferredValue(query);
  const order = useApp(({ status }) => status?.machineOrder ?? 'mine');
  const orderName = text('machines.order.is', { order: text(`machines.order.${order}`) });
  const setOrder = useCall('peers.setOrder');
  const arranging = useArranging();
  const found = useMemo(() => searchMachines(peers, deferredQuery), [peers, deferredQuery]);
  const groups = useMemo((): readonly MachineGroup[] => {
    if (order === 'mine') return groupMachines(found);
    return [
      { name: null, machines: order === 'name' ? sortByName(found, compareNames) : sortByUse(found, compareNames) },
    ];
  }, [found, order]);
  const hasFilter = peers.length >= FILTER_FROM || query !== '';
  const isMovable = order === 'mine' && deferredQuery.trim() === '';
  return (
    <div
      className={classes(styles['machines'], isCompact && styles['compact'])}
      role="presentation"
      onKeyDown={moveFocus}
    >
      <div className={styles['tools']} hidden={!hasFilter && (isCompact || peers.length < 2)}>
        {hasFilter && (
          <div className={styles['filter']} role="search">
            <SearchInput
              label={text('machines.filter')}
              value={query}
              onChange={setQuery}
              onKeyDown={(event) => {
                if (event.key === 'Escape' && query !== '') {
                  event.stopPropagation();
                  setQuery('');
                }
              }}
            />
            {query !== '' && (
              <IconButton
                size="small"
                label={text('machines.filter.clear')}
                icon={<X />}
                onClick={() => setQuery('')}
              />
            )}
            <span role="status" className="visually-hidden">
              {query !== '' && text('peers.search.found', { count: found.length })}
            </span>
          </div>
        )}
        {!isCompact && peers.length > 1 && (
          <Menu
            label={text('machines.order')}
            trigger={
              isNarrow ? (
                <IconButton label={orderName} icon={<ListFilter />} />
              ) : (
                <Button variant="quiet" icon={<ListFilter aria-hidden="true" />} aria-label={orderName}>
                  <span className={styles['order']}>
                    {text(`machines.order.${order}`)}
                    <ChevronDown aria-hidden="true" />
                  </span>
                </Button>
              )
            }
            items={MACHINE_ORDERS.map((each) => ({
              label: text(`machines.order.${each}`),
              onSelect: () => {
                showMachineOrder(each);
                void setOrder.run({ order: each });
              },
            }))}
          />
        )}
      </div>
      {setOrder.error !== undefined && <ErrorNotice error={setOrder.error} onDismiss={setOrder.reset} />}
      {arranging.error !== undefined && <ErrorNotice error={arranging.error} onDismiss={arranging.dismiss} />}
      {found.length === 0 && query !== '' && (
        <EmptyState
          icon={<Search />}
          title={text('peers.search.none.title')}
          action={<Button onClick={() => setQuery('')}>{text('peers.search.clear')}</Button>}
        >
          {text('machines.filter.none', { query })}
        </EmptyState>
      )}
      {groups.map((group) => (
        <Group key={group.name ?? ''} group={group} groups={groups} arranging={isMovable ? arranging : undefined}>
          <Rows
            group={group}
            scope={`${order} ${deferredQuery}`}
            render={(machine) => (
              <MachineRow
                key={machine.peerId}
                machine={machine}
                around={around}
                isCurrent={machine.peerId === current}
                isCompact={isCompact}
                isNarrow={isNarrow}
                arranging={arranging}
                isMovable={isMovable}
                onOpen={onOpen}
              />
            )}
          />
        </Group>
      ))}
    </div>
  );
}

function Rows({
  group,
  scope,
  render,
}: Readonly<{ group: MachineGroup; scope: string; render(machine: PeerView): ReactNode }>): ReactElement {
  // A move by the person applies at once; it changes the positions.
  const moved = group.machines.map(({ position }) => position ?? '').join(' ');
  const { rows, hold } = useSteadyOrder(group.machines, machineKey, `${scope} ${moved}`);
  return (
    <RowList label={group.name ?? text('peers.list')} {...hold}>
      {rows.map((machine) => render(machine))}
    </RowList>
  );
}

type GroupProps = Readonly<{
  group: MachineGroup;
  groups: readonly MachineGroup[];
  arranging: Arranging | undefined;
  children: ReactNode;
}>;

/** Section of a group with its heading, and a menu that renames, moves or removes the group. */
function Group({ group: { name }, groups, arranging, children }: GroupProps): ReactElement {
  const [isRenaming, setRenaming] = useState(false);
  const close = useCallback(() => setRenaming(false), []);
  const heading = name ?? (groups.length > 1 ? text('machines.group.others') : undefined);
  return (
    <section className={styles['group']} aria-label={heading}>
      {heading !== undefined && (
        <div className={styles['heading']}>
          <h2>{heading}</h2>
          {name !== null && arranging !== undefined && (
            <Menu
              label={text('machines.group.menu', { name })}
              trigger={<IconButton size="small" label={text('machines.group.menu', { name })} icon={<Ellipsis />} />}
              items={[
                { label: text('machines.group.rename'), onSelect: () => setRenaming(true) },
                { label: text('machines.move.up'), onSelect: () => arranging.moveGroup(name, -1) },
                { label: text('machines.move.down'), onSelect: () => arranging.moveGroup(name, 1) },
                'separator',
                { label: text('machines.group.remove'), onSelect: () => void arranging.renameGroup(name, null) },
              ]}
            />
          )}
        </div>
      )}
      {children}
      {isRenaming && name !== null && <RenameGroupDialog group={name} onClose={close} />}
    </section>
  );
}

/** Moves the focus between the rows with the arrow keys, Home and End. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const { target, currentTarget } = event;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('li[data-peer]')];
  const at = rows.findIndex((row) => target instanceof Node && row.contains(target));
  const isFilter = target instanceof HTMLInputElement;
  const next = isFilter && event.key === 'ArrowDown' ? rows[0] : at === -1 ? undefined : nextRow(event.key, rows, at);
  const button = next?.querySelector('button');
  if (button === null || button === undefined) return;
  event.preventDefault();
  button.focus();
}

function nextRow(key: string, rows: readonly HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return rows[at + 1];
    case 'ArrowUp':
      return rows[at - 1];
    case 'Home':
      return rows[0];
    case 'End':
      return rows.at(-1);
    default:
      return undefined;
  }
}

function machineKey({ peerId }: PeerView): string {
  return peerId;
}
