import { ArrowDown, ArrowUp, FolderOpen, Monitor, Pause, Play, RotateCcw, X } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import type { TransferView } from '#shared/app-api/index.ts';
import { isOver, mayStartAgain } from '#shared/files/index.ts';
import { explainCode, text, useLanguage } from '../../../locale/index.ts';
import { navigate, useApp } from '../../../store/index.ts';
import { classes, formatAgo, IconButton, Row, useNow, type MenuItem } from '../../../ui/index.ts';
import { pathSummaryText } from '../../peers/index.ts';
import { amountTexts, contentsText, machineText, paceTexts, partDone, stateText } from '../transfer-text.ts';
import type { TransferActions } from '../use-transfer-actions.ts';
import { TransferDetails } from './transfer-details.tsx';
import styles from './transfers.module.css';

export type TransferRowProps = Readonly<{
  transfer: TransferView;
  actions: TransferActions;
  isOpen: boolean;
  /** Shows or hides the details. */
  onToggle(id: string): void;
  /** Asks whether to cancel the transfer. */
  onCancel(transfer: TransferView): void;
}>;

/**
 * Row of a transfer: what, to or from whom, how much, rate, time left and path while it runs, its state, and the actions. A press shows the details below
 * it. Rate and path are left out once nothing confirms them.
 */
export const TransferRow = memo(function TransferRow({
  transfer,
  actions,
  isOpen,
  onToggle,
  onCancel,
}: TransferRowProps): ReactElement {
  useLanguage();
  const now = useNow();
  const { id, direction, state, peerId, code } = transfer;
  const isLost = useApp(({ connection }) => connection === 'lost');
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  const path = useApp(({ peers }) => {
    const peer = peers.find((one) => one.peerId === peerId);
    return peer?.linked === true ? pathSummaryText(peer) : '';
  });
  const what = contentsText(transfer);
  const over = isOver(state);
  const isMoving = state === 'running' && !isLost;
  const Direction = direction === 'in' ? ArrowDown : ArrowUp;
  const part = partDone(transfer);
  const reason = code !== null && state !== 'cancelled' && state !== 'done' ? whatOf(code) : undefined;
  // An empty bar says nothing.
  const isUnsent = state === 'waiting' && transfer.bytes.done === 0;
  const detail = [
    text(direction === 'in' ? 'transfers.from' : 'transfers.to', { name: machineText(transfer) }),
    transfer.agent === null ? '' : text('transfers.by', { agent: transfer.agent }),
    ...amountTexts(transfer),
    ...(isMoving ? paceTexts(transfer) : []),
    isMoving && transfer.rate !== null ? path : '',
    over && state !== 'done' && state !== 'cancelled' ? (reason ?? '') : '',
  ].filter(Boolean);
  const menu: readonly MenuItem[] = [
    ...(isDesktop && (direction === 'out' || state === 'done' || state === 'partly')
      ? [{ label: text('transfers.show'), icon: <FolderOpen />, onSelect: () => actions.show(id) }]
      : []),
    ...(transfer.peerName === null
      ? []
      : [
          {
            label: text('transfers.show-machine'),
            icon: <Monitor />,
            onSelect: () => navigate({ page: 'machines', machine: peerId }),
          },
        ]),
    ...(over
      ? [{ label: text('transfers.remove'), icon: <X />, onSelect: () => actions.remove(id) }]
      : [{ label: text('transfers.cancel'), icon: <X />, onSelect: () => onCancel(transfer) }]),
  ];
  return (
    <>
      <Row
        className={classes(styles['transfer'], isOpen && styles['open'])}
        data-transfer={id}
        data-state={state}
        lead={
          <span className={classes(styles['direction'], styles[toneOf(transfer)])}>
            <Direction aria-hidden="true" />
          </span>
        }
        title={<span className={styles['title']}>{what}</span>}
        detail={
          <>
            <span className={styles['facts']}>
              <span className={classes(styles['part'], styles['state-narrow'])}>{stateText(transfer)}</span>
              {detail.map((part) => (
                <span key={part} className={styles['part']}>
                  {part}
                </span>
              ))}
            </span>
            {!over && (part !== undefined || state === 'preparing') && !isUnsent && (
              <span
                className={classes(styles['bar'], part === undefined && styles['unknown'])}
                role="progressbar"
                aria-label={text('transfers.progress', { what })}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={part === undefined ? undefined : Math.floor(part * 100)}
              >
                <span
                  className={classes(styles['done'], !isMoving && styles['still'])}
                  style={{ inlineSize: `${(part ?? 0) * 100}%` }}
                />
              </span>
            )}
          </>
        }
        note={
          <span className={styles['note']}>
            <span className={styles[`tone-${toneOf(transfer)}`]}>{stateText(transfer)}</span>
            {over && <span className={styles['when']}>{formatAgo(transfer.since, now)}</span>}
          </span>
        }
        keepsNote
        tail={
          <span className={styles['main-action']}>
            <MainAction transfer={transfer} actions={actions} what={what} isDesktop={isDesktop} />
          </span>
        }
        menu={menu}
        menuLabel={text('transfers.more', { what })}
        onOpen={() => onToggle(id)}
        onKeyDown={(event) => {
          if (event.key !== 'Delete' || !(event.target instanceof HTMLElement)) return;
          event.preventDefault();
          if (over) actions.remove(id);
          else onCancel(transfer);
        }}
      />
      {isOpen && <TransferDetails transfer={transfer} />}
    </>
  );
});

/** Button for what people do most with a transfer in its state. */
function MainAction({
  transfer: { id, state, direction, waitsFor },
  actions,
  what,
  isDesktop,
}: Readonly<{
  transfer: TransferView;
  actions: TransferActions;
  what: string;
  isDesktop: boolean;
}>): ReactElement | undefined {
  const labelled = (action: string): string => `${action}: ${what}`;
  if (mayStartAgain(state))
    return direction === 'out' ? (
      <IconButton
        size="small"
        label={labelled(text('transfers.again'))}
        icon={<RotateCcw />}
        onClick={() => actions.go(id)}
      />
    ) : undefined;
  if (isOver(state))
    return isDesktop && direction === 'in' && state !== 'cancelled' ? (
      <IconButton
        size="small"
        label={labelled(text('transfers.show'))}
        icon={<FolderOpen />}
        onClick={() => actions.show(id)}
      />
    ) : undefined;
  // What the other machine has paused, only that one continues; the space comes by itself.
  if (state === 'paused' && waitsFor === 'here')
    return (
      <IconButton size="small" label={labelled(text('transfers.go'))} icon={<Play />} onClick={() => actions.go(id)} />
    );
  return (
    <IconButton
      size="small"
      label={labelled(text('transfers.pause'))}
      icon={<Pause />}
      onClick={() => actions.pause(id)}
    />
  );
}

type Tone = 'good' | 'bad' | 'warning' | 'moving' | 'quiet';

function toneOf({ state, waitsFor }: TransferView): Tone {
  switch (state) {
    case 'running':
    case 'preparing':
      return 'moving';
    case 'done':
      return 'good';
    case 'partly':
    case 'reconnecting':
      return 'warning';
    case 'failed':
    case 'refused':
      return 'bad';
    case 'paused':
      return waitsFor === 'space' ? 'warning' : 'quiet';
    default:
      return 'quiet';
  }
}

/** Says what has happened, by the code of the reason. */
export function whatOf(code: string): string {
  return explainCode(code, code).what;
}
