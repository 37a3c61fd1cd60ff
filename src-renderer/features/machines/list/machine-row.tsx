import { ArrowLeftRight, SquareTerminal, TriangleAlert } from 'lucide-react';
import { memo, useCallback, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { pressedAction } from '../../../keys/index.ts';
import { joinSentences, text, useLanguage } from '../../../locale/index.ts';
import {
  markUsed,
  navigate,
  openPairingAgain,
  requestForward,
  requestTerminal,
  isWithout,
  useApi,
  useApp,
} from '../../../store/index.ts';
import {
  Button,
  IconButton,
  Row,
  StatusDot,
  UntrustedText,
  classes,
  formatMoment,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { BrowserChip, PeerNameInput, pendingRightsText, UsedHereMark, type PeerDialogKind } from '../../peers/index.ts';
import {
  canSendTo,
  chooseAndSend,
  DropHint,
  hasFiles,
  sendDropped,
  useFileDrop,
  type FileDrop,
} from '../../transfers/index.ts';
import type { Arranging } from '../arrange/use-arranging.ts';
import { useRemover } from '../outage/use-remover.ts';
import { machineMenu, type MachineDialogKind } from '../page/machine-menu.tsx';
import styles from './machine-row.module.css';
import { machineStatus, type Surroundings } from './machine-status.ts';
import { isUp, openNowText, useOpenNow, waitingText } from './open-now.ts';
import { systemName } from './search-machines.ts';
import { sameButMeasured } from './peer-equality.ts';
import { RowRoundTrip } from './row-round-trip.tsx';

export type MachineRowProps = Readonly<{
  /** The machine. A change of its round trip alone doesn't render the row again. */
  machine: PeerView;
  around: Surroundings;
  /** True if the machine's page is shown beside the list. */
  isCurrent: boolean;
  /** Narrow list beside a page: name, path and round trip only. */
  isCompact: boolean;
  /** The window shows one pane only. */
  isNarrow: boolean;
  arranging: Arranging;
  /** The list is in the person's order, so that rows can be moved. */
  isMovable: boolean;
  /** Opens a dialog of the machine. */
  onOpen(dialog: MachineDialogKind, machine: PeerView): void;
}>;

/** Type of the data that a dragged row carries. */
const DRAGGED = 'application/x-clawreach-machine';

/**
 * Shows one machine as a row: state, name, system, path in words, round trips and what is open there. A press opens its page; actions open a
 * terminal or forward a port, also with the keys T and F; S sends files, which can also be dropped on the row; F2 renames it; Alt with an arrow key moves the row, and it can be dragged. Below it: a suspension, or an
 * unfinished pairing.
 */
export const MachineRow = memo(
  function MachineRow({
    machine,
    around,
    isCurrent,
    isCompact,
    isNarrow,
    arranging,
    isMovable,
    onOpen,
  }: MachineRowProps): ReactElement {
    useLanguage();
    const [isRenaming, setRenaming] = useState(false);
    const { peerId } = machine;
    const api = useApi();
    const send = (what: 'files' | 'folder'): void => void chooseAndSend(api, peerId, what);
    const take = useCallback((files: readonly File[]) => void sendDropped(api, peerId, files), [api, peerId]);
    const shell = useApp((state) => state.facts);
    const drop = useFileDrop(canSendTo(machine, shell) ? take : undefined);
    const name = quoteUntrusted(machine.name);
    const status = machineStatus(machine, around);
    const opened = useOpenNow(peerId);
    const open = isUp(machine) ? openNowText(opened) : waitingText(opened, machine, around.now);
    const system = systemName(machine);
    const detail = isNarrow ? (
      <span className={styles['wraps']}>{[status.path, open].filter(Boolean).join(' · ')}</span>
    ) : isCompact ? (
      <span className={styles['wraps']}>{status.path}</span>
    ) : (
      (system !== undefined || open !== '') && (
        <>
          {system !== undefined && <UntrustedText>{system}</UntrustedText>}
          {open !== '' && (
            <span className={styles['open-below']}>
              {system !== undefined && ' · '}
              {open}
            </span>
          )}
        </>
      )
    );
    const press = (event: KeyboardEvent<HTMLLIElement>): void => {
      if (event.key === 'F2') setRenaming(true);
      else if (!act(event, machine, isMovable ? arranging : undefined, send)) return;
      event.preventDefault();
    };
    return (
      <>
        <Row
          className={classes(styles['machine'], isCompact && styles['compact'], isNarrow && styles['narrow'])}
          data-peer={peerId}
          current={isCurrent}
          lead={
            <>
              <StatusDot state={status.dot} label={status.label} />
              {drop.isOver && <DropHint words={text('transfers.drop', { name })} />}
            </>
          }
          title={
            <span className={styles['marked']}>
              <UntrustedText>{machine.name}</UntrustedText>
              {machine.browser !== undefined && <BrowserChip />}
              <UsedHereMark peerId={peerId} />
            </span>
          }
          editor={
            isRenaming && (
              <PeerNameInput
                peer={machine}
                onClose={(byKeys) => {
                  setRenaming(false);
                  if (byKeys) focusRow(peerId);
                }}
              />
            )
          }
          detail={detail}
          note={
            isCompact || isNarrow ? (
              <Measured machine={machine} word={isCompact ? status.word : undefined} plain />
            ) : (
              open !== '' && <span className={styles['open-beside']}>{open}</span>
            )
          }
          keepsNote={!isCompact && !isNarrow}
          actions={isCompact || isNarrow ? undefined : actionsOf(machine)}
          menu={machineMenu(machine, { arranging, isMovable, onRename: () => setRenaming(true), onSend: send, onOpen })}
          menuLabel={text('peers.action.more', { name })}
          tail={isCompact || machine.browser !== undefined ? undefined : <OpenTerminal machine={machine} />}
          onOpen={() => openMachine(peerId)}
          onKeyDown={press}
          {...withFiles(isMovable && !isRenaming ? dragHandlers(machine, arranging) : {}, drop)}
        >
          {!isCompact && !isNarrow && (
            <>
              <span className={classes(styles['path'], status.dot !== 'online' && styles['muted'])}>
                {status.dot === 'online' ? (
                  <>
                    <span className={styles['if-wide']}>{text('machines.state.online', { path: status.path })}</span>
                    <span className={styles['unless-wide']}>{status.path}</span>
                  </>
                ) : (
                  status.path
                )}
              </span>
              <span className={styles['measured']}>
                <Measured machine={machine} word={undefined} />
              </span>
            </>
          )}
        </Row>
        {/* The page beside says it. */}
        {!(isCurrent && isCompact) && (
          <>
            <Suspension machine={machine} now={around.now} onOpen={onOpen} />
            <UnfinishedPairing machine={machine} now={around.now} onCompare={() => onOpen('compare', machine)} />
          </>
        )}
      </>
    );
  },
  (before, after) =>
    before.around.now === after.around.now &&
    before.around.isPaused === after.around.isPaused &&
    before.around.isRelayAway === after.around.isRelayAway &&
    before.isCurrent === after.isCurrent &&
    before.isCompact === after.isCompact &&
    before.isNarrow === after.isNarrow &&
    before.isMovable === after.isMovable &&
    before.onOpen === after.onOpen &&
    sameButMeasured(before.machine, after.machine),
);

/** Focuses the button of a row, which is there again once the field of its name has gone. */
function focusRow(peerId: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`li[data-peer="${peerId}"] button`)?.focus());
}

/** Opens the page of a machine. */
export function openMachine(peerId: string): void {
  markUsed(peerId);
  navigate({ page: 'machines', machine: peerId });
}

/** Shows the round trips of a machine that is linked, or one word in their place. */
function Measured({
  machine,
  word,
  plain = false,
}: Readonly<{ machine: PeerView; word: string | undefined; plain?: boolean }>): ReactElement | null {
  if (word !== undefined) return <>{word}</>;
  if (!isUp(machine)) return null;
  return <RowRoundTrip peer={machine} plain={plain} />;
}

function actionsOf(machine: PeerView): NonNullable<Parameters<typeof Row>[0]['actions']> {
  // A browser serves nothing; a machine that has removed this one does nothing for it.
  if (machine.browser !== undefined || machine.forgottenAt !== undefined) return [];
  const name = quoteUntrusted(machine.name);
  if (isWithout(useApp.getState().facts, 'forwards')) return [];
  return [
    {
      label: text('machines.action.forward.on', { name }),
      icon: <ArrowLeftRight />,
      onSelect: () => forwardPort(machine.peerId),
    },
  ];
}

/** Button that pairs this machine again with one that has removed it. */
function PairAgain({ machine }: Readonly<{ machine: PeerView }>): ReactElement {
  const name = quoteUntrusted(machine.name);
  return (
    <Button size="small" aria-label={text('peers.forgot.pair.of', { name })} onClick={() => openPairingAgain(name)}>
      {text('peers.forgot.pair')}
    </Button>
  );
}

/** `PairAgain`, but not below the notice of an outage that has the same button. */
function PairAgainUnlessTold({ machine }: Readonly<{ machine: PeerView }>): ReactElement | null {
  return useRemover()?.peerId === machine.peerId ? null : <PairAgain machine={machine} />;
}

/**
 * Button for what people do most with a machine, shown without hovering. Its words are left out where there is no room, and while the machine is away.
 * One that has removed this machine is paired again.
 */
function OpenTerminal({ machine }: Readonly<{ machine: PeerView }>): ReactElement {
  const { peerId, name } = machine;
  const label = text('peers.action.terminal.on', { name: quoteUntrusted(name) });
  if (machine.forgottenAt !== undefined) return <PairAgainUnlessTold machine={machine} />;
  const open = (): void => openTerminal(peerId);
  const icon = <IconButton size="small" label={label} icon={<SquareTerminal />} onClick={open} />;
  if (!isUp(machine)) return icon;
  return (
    <>
      <span className={styles['if-wide']}>
        <Button size="small" aria-label={label} icon={<SquareTerminal aria-hidden="true" />} onClick={open}>
          {text('peers.action.terminal')}
        </Button>
      </span>
      <span className={styles['unless-wide']}>{icon}</span>
    </>
  );
}

function openTerminal(peerId: string): void {
  markUsed(peerId);
  requestTerminal(peerId);
}

function forwardPort(peerId: string): void {
  markUsed(peerId);
  requestForward(peerId);
}

/** Runs the action of a key on a focused row. @returns whether the key was handled */
function act(
  event: KeyboardEvent<HTMLLIElement>,
  { peerId, browser, forgottenAt }: PeerView,
  arranging: Arranging | undefined,
  send: (what: 'files') => void,
): boolean {
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    arranging?.step(peerId, event.key === 'ArrowUp' ? -1 : 1);
    return arranging !== undefined;
  }
  if (browser !== undefined) return false;
  switch (pressedAction(event.nativeEvent, 'machine')?.action) {
    case 'machine.terminal':
      openTerminal(peerId);
      return true;
    case 'machine.forward':
      forwardPort(peerId);
      return true;
    case 'machine.send':
      if (!canSendTo({ browser, forgottenAt }, useApp.getState().facts)) return false;
      send('files');
      return true;
    default:
      return false;
  }
}

/** Returns the handlers with which a row is dragged, and dropped before another one, whose group it takes. */
function dragHandlers(machine: PeerView, arranging: Arranging): Partial<Parameters<typeof Row>[0]> {
  return {
    draggable: true,
    onDragStart: ({ dataTransfer }) => {
      dataTransfer.setData(DRAGGED, machine.peerId);
      dataTransfer.effectAllowed = 'move';
    },
    onDragOver: (event) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      event.currentTarget.dataset['drop'] = '';
    },
    onDragLeave: ({ currentTarget }) => {
      delete currentTarget.dataset['drop'];
    },
    onDrop: (event) => {
      delete event.currentTarget.dataset['drop'];
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (dragged === '') return;
      event.preventDefault();
      if (dragged !== machine.peerId) void arranging.place(dragged, machine.group ?? null, machine.peerId);
    },
  };
}

type RowHandlers = Partial<Parameters<typeof Row>[0]>;

/** Adds the handlers for files to those with which rows are moved. Each takes what the other leaves. */
function withFiles(moving: RowHandlers, { handlers }: FileDrop): RowHandlers {
  return {
    ...moving,
    onDragEnter: handlers.onDragEnter,
    onDragOver: (event) => {
      handlers.onDragOver(event);
      if (!hasFiles(event)) moving.onDragOver?.(event);
    },
    onDragLeave: (event) => {
      handlers.onDragLeave(event);
      moving.onDragLeave?.(event);
    },
    onDrop: (event) => {
      if (hasFiles(event)) handlers.onDrop(event);
      else moving.onDrop?.(event);
    },
  };
}

type NoticeProps = Readonly<{
  machine: PeerView;
  now: number;
  onOpen(dialog: PeerDialogKind, machine: PeerView): void;
}>;

/** Shows the unfinished parts of a pairing: words that the person has to compare, or a machine that has not finished pairing. */
export function UnfinishedPairing({
  machine,
  now,
  onCompare,
}: Readonly<{ machine: PeerView; now: number; onCompare(): void }>): ReactElement | null {
  const { name, pairing, unfinishedUntil } = machine;
  // Words of a machine that has removed this one can't be confirmed.
  const isOpen = pairing?.compared === false && machine.forgottenAt === undefined;
  if (!isOpen && unfinishedUntil === undefined) return null;
  const rights = pendingRightsText(machine, now);
  return (
    <li className={styles['unsettled']}>
      <TriangleAlert aria-hidden="true" />
      <p>
        {joinSentences(
          !isOpen ? '' : rights === '' ? text('peers.compare.row') : text('peers.compare.row.pending', { rights }),
          unfinishedUntil === undefined
            ? ''
            : text('peers.unfinished.row', { until: formatMoment(unfinishedUntil, now) }),
        )}
      </p>
      {isOpen && (
        <Button size="small" aria-label={text('peers.compare.of', { name: quoteUntrusted(name) })} onClick={onCompare}>
          {text('peers.compare')}
        </Button>
      )}
    </li>
  );
}

/** Says that the relay has reported the machine's removal, with buttons that let it back in or remove it here. */
export function Suspension({ machine, now, onOpen }: NoticeProps): ReactElement | null {
  const { name, suspendedSince } = machine;
  if (suspendedSince === undefined) return null;
  return (
    <RemovalNotice machine={machine} onRemove={() => onOpen('forget', machine)}>
      <p>{text('peers.suspended.row', { since: formatMoment(suspendedSince, now) })}</p>
      <Button
        size="small"
        aria-label={text('peers.suspended.readmit.of', { name: quoteUntrusted(name) })}
        onClick={() => onOpen('readmit', machine)}
      >
        {text('peers.suspended.readmit')}
      </Button>
    </RemovalNotice>
  );
}

/** Says that the machine has removed this device, with buttons that pair them again or remove it here too. */
export function Forgotten({ machine, now, onOpen }: NoticeProps): ReactElement | null {
  const { forgottenAt, forgottenBecause } = machine;
  if (forgottenAt === undefined) return null;
  return (
    <RemovalNotice machine={machine} onRemove={() => onOpen('forget', machine)}>
      <p>
        {text(forgottenBecause === 'words' ? 'peers.forgot.row.words' : 'peers.forgot.row', {
          since: formatMoment(forgottenAt, now),
        })}
      </p>
      <PairAgain machine={machine} />
    </RemovalNotice>
  );
}

/** Frames the text and the first button of a notice about a removal, and adds the button that removes the machine here. */
function RemovalNotice({
  machine: { name },
  onRemove,
  children,
}: Readonly<{ machine: PeerView; onRemove(): void; children: ReactNode }>): ReactElement {
  return (
    <li className={styles['unsettled']}>
      <TriangleAlert aria-hidden="true" />
      {children}
      <Button
        size="small"
        aria-label={text('peers.suspended.forget.of', { name: quoteUntrusted(name) })}
        onClick={onRemove}
      >
        {text('peers.action.forget')}
      </Button>
    </li>
  );
}
