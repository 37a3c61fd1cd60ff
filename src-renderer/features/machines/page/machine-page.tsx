import { ArrowLeft, ArrowLeftRight, Ellipsis, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import {
  isWithout,
  machineNotice,
  machineTabsHere,
  markUsed,
  navigate,
  pageNotice,
  requestForward,
  requestTerminal,
  useApi,
  useApp,
  type MachineTab,
} from '../../../store/index.ts';
import {
  Button,
  IconButton,
  Menu,
  StatusDot,
  Tabs,
  UntrustedText,
  quoteUntrusted,
  useWindowWidth,
} from '../../../ui/index.ts';
import { ForwardsView } from '../../forwards/index.ts';
import { Activity } from '../../history/index.ts';
import { Access, BrowserChip, MachineIcon, PeerNameInput } from '../../peers/index.ts';
import { canSendTo, chooseAndSend, DropHint, SendButton, sendDropped, useFileDrop } from '../../transfers/index.ts';
import { useArranging } from '../arrange/use-arranging.ts';
import { Forgotten, Suspension, UnfinishedPairing } from '../list/machine-row.tsx';
import { machineStatus } from '../list/machine-status.ts';
import { useOpenNow } from '../list/open-now.ts';
import { systemName } from '../list/search-machines.ts';
import { useSurroundings } from '../list/use-surroundings.ts';
import { machineMenu, type MachineDialogKind } from './machine-menu.tsx';
import styles from './machine-page.module.css';
import { Overview } from './overview.tsx';

/** Terminals of a machine, loaded on demand with the code of all terminals. */
const MachineTerminals = lazy(async () => ({
  default: (await import('../../terminals/index.ts')).MachineTerminals,
}));

/** Folders that a machine shares, loaded on demand. */
const MachineFolders = lazy(async () => ({ default: (await import('../../folders/index.ts')).MachineFolders }));

export type MachinePageProps = Readonly<{
  machine: PeerView;
  /** The list stands beside the page. */
  isBesideList: boolean;
  /** Opens a dialog of the machine. */
  onOpen(dialog: MachineDialogKind, machine: PeerView): void;
}>;

/**
 * Page of one machine: its name and state, actions, and tabs with its overview, terminals, forwards, access and activity. Escape goes back to the
 * list; F2, or a double click on the name, changes the name.
 */
export function MachinePage({ machine, isBesideList, onOpen }: MachinePageProps): ReactElement {
  const { peerId } = machine;
  const api = useApi();
  const take = useCallback((files: readonly File[]) => void sendDropped(api, peerId, files), [api, peerId]);
  const facts = useApp((state) => state.facts);
  const drop = useFileDrop(canSendTo(machine, facts) ? take : undefined);
  const place = useApp((state) => state.place);
  const tabs = machineTabsHere(facts, machine);
  const asked = place.page === 'machines' ? place.tab : undefined;
  const tab: MachineTab = asked !== undefined && tabs.includes(asked) ? asked : 'overview';
  const isBrowser = machine.browser !== undefined;
  const isNarrow = useWindowWidth() === 'narrow';
  const arranging = useArranging();
  const around = useSurroundings();
  const open = useOpenNow(peerId);
  // The tab lists those of other windows and devices too.
  const listed = useApp(({ terminalLists }) => terminalLists[peerId]?.length);
  const terminals = (tab === 'terminals' && machine.linked ? listed : undefined) ?? open.terminals.length;
  const name = quoteUntrusted(machine.name);
  const status = machineStatus(machine, around);
  const notice = useApp((state) => pageNotice(state, machine));
  const own = machineNotice(machine);
  const system = systemName(machine);
  const [isRenaming, setRenaming] = useState(false);
  const rename = useCallback(() => setRenaming(true), []);
  useEscape(!isBesideList);
  useRenameKey(rename);
  const show = (wanted: MachineTab): void => navigate({ page: 'machines', machine: peerId, tab: wanted });
  const menu = (
    <Menu
      label={text('peers.action.more', { name })}
      trigger={<IconButton label={text('peers.action.more', { name })} icon={<Ellipsis />} />}
      items={machineMenu(machine, {
        arranging,
        isMovable: false,
        onRename: rename,
        onSend: (what) => void chooseAndSend(api, peerId, what),
        onOpen,
      })}
    />
  );
  // The notice of a machine that has removed this one offers to pair again.
  const isServing = !isBrowser && machine.forgottenAt === undefined;
  const forward = isServing && !isWithout(facts, 'forwards') && (
    <Button
      variant={isNarrow ? 'secondary' : 'quiet'}
      icon={<ArrowLeftRight aria-hidden="true" />}
      onClick={() => {
        markUsed(peerId);
        requestForward(peerId);
      }}
    >
      {text('machines.action.forward')}
    </Button>
  );
  const terminal = isServing && (
    <Button
      // A blocked machine's next step is the decision in its notice.
      variant={machine.online && machine.suspendedSince === undefined ? 'primary' : 'secondary'}
      icon={<SquareTerminal aria-hidden="true" />}
      aria-label={text('peers.action.terminal.on', { name })}
      onClick={() => {
        markUsed(peerId);
        requestTerminal(peerId);
      }}
    >
      {text('peers.action.terminal')}
    </Button>
  );
  return (
    <article className={styles['page']} aria-label={name} data-machine={peerId} {...drop.handlers}>
      {drop.isOver && <DropHint words={text('transfers.drop', { name })} over="page" />}
      <header className={styles['header']}>
        {isNarrow && (
          <IconButton
            label={text('machines.back')}
            icon={<ArrowLeft />}
            onClick={() => navigate({ page: 'machines' })}
          />
        )}
        <span className={styles['tile']} aria-hidden="true">
          <MachineIcon of={machine} />
        </span>
        <div className={styles['names']}>
          <h1 className={styles['title']}>
            {isRenaming ? (
              <PeerNameInput peer={machine} onClose={() => setRenaming(false)} />
            ) : (
              <span role="presentation" onDoubleClick={rename}>
                <UntrustedText>{machine.name}</UntrustedText>
              </span>
            )}
          </h1>
          <p className={styles['state']}>
            {isBrowser && (
              <span className={styles['part']}>
                <BrowserChip />
              </span>
            )}
            <span className={styles['part']}>
              <StatusDot state={status.dot} label="" />
              {stateText(machine, status)}
            </span>
            {system !== undefined && (
              <span className={styles['part']}>
                <UntrustedText>{system}</UntrustedText>
              </span>
            )}
          </p>
        </div>
        {isNarrow && menu}
        <div className={styles['actions']}>
          {!isNarrow && isServing && <SendButton machine={machine} />}
          {isNarrow ? terminal : forward}
          {!isNarrow && menu}
          {isNarrow ? forward : terminal}
        </div>
      </header>
      {notice === 'machine' && (
        <ul className={styles['notices']} data-machine-notice="">
          {own === 'forgotten' && <Forgotten machine={machine} now={around.now} onOpen={onOpen} />}
          {own === 'suspended' && <Suspension machine={machine} now={around.now} onOpen={onOpen} />}
          {own === 'unfinished' && (
            <UnfinishedPairing machine={machine} now={around.now} onCompare={() => onOpen('compare', machine)} />
          )}
        </ul>
      )}
      <Tabs
        label={text('machines.tabs', { name })}
        value={tab}
        items={tabs.map((value) => ({
          value,
          label: text(`machines.tab.${value}`),
          count: value === 'terminals' ? terminals : value === 'forwards' ? open.forwards.length : undefined,
        }))}
        onChange={show}
      >
        <div className={styles['panel']}>
          {tab === 'overview' && (
            <Overview
              machine={machine}
              around={around}
              open={open}
              hasNotice={notice !== undefined}
              onSafetyNumber={() => onOpen('safety-number', machine)}
            />
          )}
          {tab === 'terminals' && (
            <Suspense>
              <MachineTerminals peerId={peerId} />
            </Suspense>
          )}
          {tab === 'folders' && (
            <Suspense>
              {/* What it shares may have changed when its permission has. */}
              <MachineFolders key={`${peerId} ${machine.rightsThere?.rights.files ?? ''}`} peer={machine} />
            </Suspense>
          )}
          {tab === 'forwards' && <ForwardsView peerId={peerId} />}
          {tab === 'access' && <Access peer={machine} onForget={() => onOpen('forget', machine)} />}
          {tab === 'activity' && <Activity peerId={peerId} />}
        </div>
      </Tabs>
    </article>
  );
}

function stateText(machine: PeerView, status: ReturnType<typeof machineStatus>): string {
  return machine.online && status.dot === 'online'
    ? text('machines.state.online', { path: status.path })
    : status.path === status.label
      ? status.label
      : `${status.label} · ${status.path}`;
}

/** Calls `rename` on F2, unless a dialog, menu or text field takes the key. */
function useRenameKey(rename: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'F2' || event.defaultPrevented || isTaken(event)) return;
      event.preventDefault();
      rename();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [rename]);
}

/** Reports whether a dialog, menu or text field takes a key. */
function isTaken({ target }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return true;
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

/** Goes back to the list on Escape, unless a dialog, menu or text field takes the key. */
function useEscape(isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || isTaken(event)) return;
      navigate({ page: 'machines' });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [isActive]);
}
