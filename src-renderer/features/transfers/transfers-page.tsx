import { ArrowUpDown } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { text } from '../../locale/index.ts';
import { isBrowserMachine, navigate, openPairing, useApp } from '../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  PageHeader,
  RowList,
  RowSkeleton,
  useFocusFallback,
  useSteadyOrder,
} from '../../ui/index.ts';
import { TransferRow } from './list/transfer-row.tsx';
import styles from './list/transfers.module.css';
import { contentsText, stateText } from './transfer-text.ts';
import { useTransferActions } from './use-transfer-actions.ts';

/**
 * Page of the transfers of files: those under way, then those that are over, newest first. Arrow keys move between the rows, Delete cancels or removes.
 * Screen readers hear when one ends.
 */
export function TransfersPage(): ReactElement {
  const transfers = useApp((state) => state.transfers);
  const isKnown = useApp((state) => state.transfers !== undefined || state.connection !== 'connecting');
  const actions = useTransferActions();
  const [open, setOpen] = useState<string>();
  const [cancelling, setCancelling] = useState<TransferView>();
  const view = useRef<HTMLDivElement>(null);
  useFocusFallback(view, cancelling !== undefined);
  const { active, over } = useMemo(() => splitByEnd(transfers ?? []), [transfers]);
  const toggle = useCallback((id: string) => setOpen((before) => (before === id ? undefined : id)), []);
  const { cancel } = actions;
  const askToCancel = useCallback(
    (transfer: TransferView) => {
      if (transfer.bytes.done === 0) cancel(transfer.id);
      else setCancelling(transfer);
    },
    [cancel],
  );
  const rowOf = (transfer: TransferView): ReactElement => (
    <TransferRow
      key={transfer.id}
      transfer={transfer}
      actions={actions}
      isOpen={open === transfer.id}
      onToggle={toggle}
      onCancel={askToCancel}
    />
  );
  return (
    <div ref={view} className={styles['page']} tabIndex={-1} role="presentation" onKeyDown={moveFocus}>
      <PageHeader title={text('transfers.title')} description={text('transfers.description')} />
      <EndAnnouncer transfers={transfers} />
      {transfers === undefined && !isKnown && <RowSkeleton label={text('ui.loading')} />}
      {isKnown && active.length + over.length === 0 && <NoTransfers />}
      {active.length > 0 && <Section heading={text('transfers.active')} transfers={active} render={rowOf} />}
      {over.length > 0 && (
        <Section
          heading={text('transfers.over')}
          transfers={over}
          render={rowOf}
          action={
            <Button size="small" variant="quiet" edge="end" onClick={actions.clear}>
              {text('transfers.clear')}
            </Button>
          }
        />
      )}
      {cancelling !== undefined && (
        <ConfirmDialog
          title={text('transfers.cancel.title')}
          description={contentsText(cancelling)}
          apply={text('transfers.cancel.apply')}
          keep={text('transfers.cancel.keep')}
          onClose={() => setCancelling(undefined)}
          onApply={() => {
            cancel(cancelling.id);
            setCancelling(undefined);
          }}
        >
          <p>{text('transfers.cancel.text')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function Section({
  heading,
  transfers,
  action,
  render,
}: Readonly<{
  heading: string;
  transfers: readonly TransferView[];
  action?: ReactNode;
  render(transfer: TransferView): ReactElement;
}>): ReactElement {
  const id = useId();
  const { rows, hold } = useSteadyOrder(transfers, keyOf, heading);
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <div className={styles['heading-line']}>
        <h2 id={id} className={styles['heading']}>
          {heading}
        </h2>
        {action}
      </div>
      <RowList label={heading} {...hold}>
        {rows.map(render)}
      </RowList>
    </section>
  );
}

function NoTransfers(): ReactElement {
  const hasPeers = useApp(({ peers }) => peers.some(({ browser }) => browser === undefined));
  // A page of a relay sends files, too; one of `clawreach ui` doesn't.
  const sends = useApp(({ facts }) => facts?.kind === 'desktop' || isBrowserMachine(facts));
  return (
    <EmptyState
      icon={<ArrowUpDown />}
      title={text('transfers.empty')}
      action={
        hasPeers ? (
          sends && (
            <Button variant="primary" onClick={() => navigate({ page: 'machines' })}>
              {text('transfers.empty.machines')}
            </Button>
          )
        ) : (
          <Button variant="primary" onClick={() => openPairing('choose')}>
            {text('peers.pair')}
          </Button>
        )
      }
    >
      {text(!hasPeers ? 'transfers.empty.no-peers' : sends ? 'transfers.empty.text' : 'transfers.empty.text.elsewhere')}
    </EmptyState>
  );
}

/** Tells screen readers that a transfer has ended while the page was open. */
function EndAnnouncer({ transfers }: Readonly<{ transfers: readonly TransferView[] | undefined }>): ReactElement {
  const before = useRef<ReadonlySet<string>>(undefined);
  const [ended, setEnded] = useState('');
  useEffect(() => {
    if (transfers === undefined) return;
    const last = transfers.find(({ id, state }) => isOver(state) && before.current?.has(id) === true);
    before.current = new Set(transfers.filter(({ state }) => !isOver(state)).map(({ id }) => id));
    if (last !== undefined)
      setEnded(text('transfers.ended.other', { what: contentsText(last), state: stateText(last) }));
  }, [transfers]);
  return (
    <div role="status" className="visually-hidden">
      {ended}
    </div>
  );
}

/** Moves the focus between the rows with the arrow keys, Home and End. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const { target, currentTarget, key } = event;
  if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key)) return;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('li[data-transfer]')];
  const at = rows.findIndex((row) => target instanceof Node && row.contains(target));
  if (at === -1) return;
  const next = key === 'Home' ? rows[0] : key === 'End' ? rows.at(-1) : rows[at + (key === 'ArrowDown' ? 1 : -1)];
  const button = next?.querySelector('button');
  if (button === null || button === undefined) return;
  event.preventDefault();
  button.focus();
}

function splitByEnd(transfers: readonly TransferView[]): Readonly<{ active: TransferView[]; over: TransferView[] }> {
  const active: TransferView[] = [];
  const over: TransferView[] = [];
  for (const transfer of transfers) (isOver(transfer.state) ? over : active).push(transfer);
  return { active, over: over.toSorted((one, other) => other.since - one.since) };
}

function keyOf({ id }: TransferView): string {
  return id;
}
