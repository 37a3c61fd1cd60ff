import { Folder as FolderIcon } from 'lucide-react';
import {
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { explainCode, formatNumber, text } from '../../../locale/index.ts';
import { useApp, useCall, useIsPaused } from '../../../store/index.ts';
import {
  Button,
  classes,
  formatMoment,
  ConnectionStrip,
  KeyCaps,
  quoteUntrusted,
  Sparkline,
  sparklineText,
  Tooltip,
  useNow,
} from '../../../ui/index.ts';
import { formatRoundTrip, linkProblem, LinkAnnouncer, PathPopover, terminalsKeptUntil } from '../../peers/index.ts';
import { guestsOf } from '../sharing/guests.ts';
import { useSharingStatus } from '../sharing/sharing-status.ts';
import { Viewers } from '../sharing/viewers.tsx';
import { folderOf, programOf } from '../tabs/pane-text.ts';
import type { Pane } from '../tabs/tab-types.ts';
import type { Terminals } from '../use-terminals.ts';
import { countLeaveHint, hasLeaveHints, leaveKeys } from './leave-hint.ts';
import { machineName, quotedNameOf, type Machine } from './machine.ts';
import { dotOf, hasEnded, terminalStatus } from './terminal-status.ts';
import styles from './terminal-strip.module.css';
import { isOpening } from './phase.ts';
import { sameHost } from './terminal-host.ts';
import { useIsAway } from './use-is-away.ts';
import { useLivePath } from './use-live-path.ts';

/** Time for which a lost link isn't shown, ms. */
const GRACE_PERIOD = 800;

type StripProps = Readonly<{ pane: Pane; terminals: Terminals }>;

/**
 * Strip below the panes of a tab, for the focused pane: its machine with path and round trip, folder, viewers, size, and the keys that leave the terminal.
 * Amber while the machine doesn't answer, red after a program ended with a code; then it has the buttons that help. The screen above keeps its size.
 */
export function TerminalStrip({ pane, terminals }: StripProps): ReactElement {
  const { phase } = pane;
  const machine = terminals.machineOf(pane.host);
  const peer = machine.kind === 'peer' ? machine.peer : undefined;
  const problem = problemOf(pane, terminals, peer, machine.kind === 'gateway' ? machine.gateway : undefined);
  return (
    <>
      {problem ?? (
        <ConnectionStrip
          className={classes(styles['strip'], styles['calm'])}
          state={dotOf(terminalStatus(phase, machine))}
          // The only tab has the machine's name already, which screen readers hear of each strip.
          title={<bdi className={classes(terminals.panes.size === 1 && 'visually-hidden')}>{machineName(machine)}</bdi>}
          action={<Facts pane={pane} terminals={terminals} />}
        >
          {/* Its path and round trip say that it is connected; anything else is in words, not only in a color. */}
          <span className={phase.kind === 'running' ? 'visually-hidden' : styles['status']}>
            {text(`terminals.status.${terminalStatus(phase, machine)}`)}
          </span>
          {peer !== undefined && phase.kind !== 'failed' && phase.kind !== 'away' && <PathFacts peer={peer} />}
          <Folder pane={pane} terminals={terminals} />
        </ConnectionStrip>
      )}
      {/* Announces lost and restored links once, without their seconds. */}
      <LinkAnnouncer peers={peer === undefined ? NO_PEERS : [peer]} />
    </>
  );
}

/** Folder of the pane. In a split tab, the headers of the panes name their folders. */
function Folder({ pane, terminals }: StripProps): ReactElement | null {
  const folder = folderOf(pane, terminals.panes.values());
  if (folder === '' || terminals.tab?.layout.kind === 'split') return null;
  return (
    <span className={styles['folder']}>
      <FolderIcon aria-hidden="true" />
      <span className="visually-hidden">{text('terminals.strip.folder')} </span>
      <bdi>{folder}</bdi>
    </span>
  );
}

const NO_PEERS: readonly PeerView[] = [];

function problemOf(
  pane: Pane,
  terminals: Terminals,
  peer: PeerView | undefined,
  gateway: GatewayView | undefined,
): ReactElement | undefined {
  const { phase } = pane;
  if (isOpening(phase) && pane.hasOutput) return <OpeningStrip pane={pane} terminals={terminals} />;
  if (phase.kind === 'elsewhere') return <ElsewhereStrip pane={pane} terminals={terminals} />;
  if (phase.kind === 'lost') return <LostStrip pane={pane} terminals={terminals} retryAt={phase.retryAt} />;
  if (hasEnded(phase, terminals.machineOf(pane.host))) return <EndedStrip pane={pane} terminals={terminals} />;
  if (phase.kind !== 'running') return undefined;
  if (peer !== undefined && peer.link !== null && peer.link.state !== 'up')
    return <LinkStrip pane={pane} terminals={terminals} peer={peer} since={peer.link.since} />;
  if (gateway !== undefined && gateway.operator.state !== 'connected')
    return <GatewayStrip pane={pane} terminals={terminals} gateway={gateway} />;
  return undefined;
}

/** Path and round trips of the machine, whose curve a tooltip explains. A press opens an explanation of the path. */
function PathFacts({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  useLivePath(peer.peerId);
  const roundTrips = useApp(({ roundTrips: all }) => all[peer.peerId]) ?? NO_VALUES;
  const words = pathText(peer);
  const path = (
    <span className={styles['words']}>
      {peer.rtt === null ? words : <PathTime path={words} time={formatRoundTrip(peer.rtt)} />}
    </span>
  );
  const label = text('terminals.strip.round-trip', { count: roundTrips.length });
  return (
    <PathPopover
      peer={peer}
      side="top"
      trigger={
        roundTrips.length > 1 ? (
          <Tooltip content={sparklineText(label, roundTrips)}>
            <button type="button" className={styles['path']}>
              {path}
              <span className={styles['sparkline']}>
                <Sparkline values={roundTrips} label={label} />
              </span>
            </button>
          </Tooltip>
        ) : (
          <button type="button" className={styles['path']}>
            {path}
          </button>
        )
      }
    />
  );
}

/** Path with its round trip, which takes the same room however many digits it has, so that the sparkline stays where it is. */
function PathTime({ path, time }: Readonly<{ path: string; time: string }>): ReactElement {
  const [before = '', after = ''] = text('terminals.strip.path', { path, time: MARK }).split(MARK);
  return (
    <>
      {before}
      <span className={styles['time']}>{time}</span>
      {after}
    </>
  );
}

const NO_VALUES: readonly number[] = [];

function pathText({ path, link }: PeerView): string {
  if (path === 'via')
    return text('terminals.strip.via', { via: quoteUntrusted(link?.via ?? text('terminals.path.unknown-hop')) });
  return text(`terminals.strip.${path}`);
}

/** Recording, viewers, size and the keys that leave the terminal. */
function Facts({ pane, terminals }: StripProps): ReactElement {
  const { recording, keys, recorded, viewers } = useSharingStatus(terminals.manager.session(pane.id)?.channel);
  const links = useApp(({ shareLinks }) => shareLinks);
  const terminal = terminals.manager.session(pane.id)?.terminal;
  const leave = useApp(leaveKeys);
  const [isHinted] = useState(hasLeaveHints);
  const isCounted = useRef(false);
  const hasFocus = useSyncExternalStore(followFocus, isTerminalFocused);
  const records = [
    recording !== null && text(keys ? 'recordings.running.keys' : 'recordings.running'),
    recorded && text('sharing.recorded'),
  ].filter((words) => words !== false);
  return (
    <>
      {records.length > 0 && (
        <span
          role="status"
          className={styles['recorded']}
          title={
            recorded
              ? text('sharing.recorded.text')
              : text(keys ? 'recordings.running.keys.text' : 'recordings.running.text')
          }
        >
          {records.join(' · ')}
        </span>
      )}
      <Viewers
        peers={viewers}
        guests={guestsOf(links.filter((link) => link.terminal === terminal))}
        target={pane.host.kind === 'peer' && terminal !== undefined ? { peer: pane.host.peerId, terminal } : undefined}
      />
      {pane.phase.kind === 'running' && (
        <span className={styles['size']}>
          {text('terminals.strip.size', { cols: formatNumber(pane.cols), rows: formatNumber(pane.rows) })}
        </span>
      )}
      {isHinted && hasFocus && leave !== undefined && pane.phase.kind === 'running' && (
        <LeaveHint
          keys={leave}
          onSeen={() => {
            // It comes and goes with the focus, and counts once.
            if (!isCounted.current) countLeaveHint();
            isCounted.current = true;
          }}
        />
      )}
    </>
  );
}

function followFocus(onChange: () => void): () => void {
  const names = ['focusin', 'focusout'] as const;
  for (const name of names) document.addEventListener(name, onChange);
  return () => {
    for (const name of names) document.removeEventListener(name, onChange);
  };
}

/** Reports whether the keyboard types into a terminal. */
function isTerminalFocused(): boolean {
  return (document.activeElement?.closest('.xterm') ?? null) !== null;
}

/** Keys that leave the terminal, drawn as caps in the sentence. Narrow windows and touch screens don't show them. */
function LeaveHint({ keys, onSeen }: Readonly<{ keys: string; onSeen(): void }>): ReactElement {
  const [before = '', after = ''] = text('terminals.strip.leave', { keys: MARK }).split(MARK);
  const hint = useRef<HTMLSpanElement>(null);
  const seen = useEffectEvent(onSeen);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) seen();
    });
    if (hint.current !== null) observer.observe(hint.current);
    return () => observer.disconnect();
  }, []);
  return (
    <span ref={hint} className={styles['leave']}>
      {before}
      <KeyCaps keys={keys} />
      {after}
    </span>
  );
}

/** Stands for the keys in the sentence while it is built. */
const MARK = '\u0000';

/** Strip while a running terminal's link doesn't answer or reconnects. */
function LinkStrip({
  pane,
  terminals,
  peer,
  since,
}: StripProps & Readonly<{ peer: PeerView; since: number }>): ReactElement {
  const now = useNow(500);
  const reconnect = useCall('peers.reconnect');
  const resume = useCall('agent.resume');
  const isPaused = useIsPaused();
  const kept = useKept(pane, terminals);
  const problem = linkProblem(peer, now);
  const name = quoteUntrusted(peer.name);
  const isShort = problem?.kind === 'reconnecting' && now - since < GRACE_PERIOD;
  if (problem === undefined || isShort)
    return (
      <ConnectionStrip
        className={styles['strip']}
        state="waiting"
        title={<bdi>{peer.name}</bdi>}
        action={<Facts pane={pane} terminals={terminals} />}
      />
    );
  const seconds = Math.max(1, Math.floor((now - since) / 1000) + (problem.kind === 'doubtful' ? 5 : 0));
  return (
    <WaitingStrip
      title={isPaused ? text('terminals.strip.paused') : text('terminals.strip.silent', { peer: name })}
      seconds={isPaused ? undefined : seconds}
      hint={keptText(kept)}
      next={problem.kind === 'reconnecting' && !isPaused ? problem.seconds : undefined}
      pane={pane}
      terminals={terminals}
      action={text(isPaused ? 'app.banner.paused.resume' : 'terminals.now')}
      onAction={() => void (isPaused ? resume.run({}) : reconnect.run({ peer: peer.peerId }))}
    />
  );
}

/** Says how long the terminal can run on at its machine. */
function keptUntilText(machine: Machine, now: number): string {
  const peer = machine.kind === 'peer' ? machine.peer : undefined;
  const until = peer === undefined ? undefined : terminalsKeptUntil(peer, now);
  return until === undefined
    ? text('terminals.strip.away.text')
    : text('terminals.strip.away.until', { time: formatMoment(until, now) });
}

/** Strip of a terminal whose session has lost its machine; the terminal still runs there. */
function LostStrip({ pane, terminals, retryAt }: StripProps & Readonly<{ retryAt: number | null }>): ReactElement {
  const now = useNow(500);
  const machine = terminals.machineOf(pane.host);
  const peer = quotedNameOf(machine);
  const isAway = useIsAway(machine, pane.phase.kind === 'lost' ? pane.phase.code : '');
  const isAsking = pane.phase.kind === 'lost' && pane.phase.awaitsApproval;
  return (
    <WaitingStrip
      title={
        isAsking
          ? text('terminals.lost.asking', { peer })
          : text(isAway ? 'terminals.strip.away' : 'terminals.strip.lost', { peer })
      }
      seconds={undefined}
      hint={isAway && !isAsking ? keptUntilText(machine, now) : undefined}
      next={retryAt === null ? undefined : Math.max(1, Math.ceil((retryAt - now) / 1000))}
      pane={pane}
      terminals={terminals}
      action={retryAt === null ? undefined : text('terminals.now')}
      onAction={() => terminals.manager.session(pane.id)?.retryNow()}
    />
  );
}

/** Strip while a new shell is opened below what the screen shows already; otherwise the pane itself says so. */
function OpeningStrip({ pane, terminals }: StripProps): ReactElement {
  const now = useNow(500);
  const { phase } = pane;
  const machine = terminals.machineOf(pane.host);
  const peer = quotedNameOf(machine);
  const session = terminals.manager.session(pane.id);
  const isAway = useIsAway(machine, phase.kind === 'away' ? phase.code : '');
  const retryAt = phase.kind === 'away' ? phase.retryAt : null;
  return (
    <WaitingStrip
      title={
        phase.kind === 'away'
          ? text(isAway ? 'terminals.away' : 'terminals.away.unreached', { peer })
          : text(phase.kind === 'approval' ? 'terminals.approval' : 'terminals.connecting', { peer })
      }
      seconds={undefined}
      hint={phase.kind === 'away' ? text(isAway ? 'terminals.away.text' : 'terminals.away.unreached.text') : undefined}
      next={retryAt === null ? undefined : Math.max(1, Math.ceil((retryAt - now) / 1000))}
      pane={pane}
      terminals={terminals}
      action={retryAt === null ? undefined : text('terminals.now')}
      onAction={() => session?.retryNow()}
      onCancel={() => {
        if (session?.cancelNew() !== true) terminals.close(pane.id);
        terminals.focus();
      }}
    />
  );
}

function GatewayStrip({ pane, terminals, gateway }: StripProps & Readonly<{ gateway: GatewayView }>): ReactElement {
  const now = useNow(500);
  const connect = useCall('gateways.connect');
  const { state, since, problem } = gateway.operator;
  const name = quoteUntrusted(gateway.settings.name);
  const isRestarting = gateway.server?.restarting === true || problem?.code === 'gateway.restarting';
  if (now - since < GRACE_PERIOD && state !== 'stopped')
    return (
      <ConnectionStrip
        className={styles['strip']}
        state="waiting"
        title={<bdi>{gateway.settings.name}</bdi>}
        action={<Facts pane={pane} terminals={terminals} />}
      />
    );
  const cause =
    isRestarting || problem === null ? '' : `${explainCode(problem.code, problem.code, problem.details).what} `;
  return (
    <WaitingStrip
      title={text(isRestarting ? 'terminals.gateway.restarting' : 'terminals.gateway.lost', { gateway: name })}
      seconds={undefined}
      hint={cause + text(gatewayHint(state, isRestarting))}
      next={undefined}
      pane={pane}
      terminals={terminals}
      action={text('terminals.now')}
      onAction={() => void connect.run({ gateway: gateway.id })}
    />
  );
}

/** Explains the fate of the terminal: a restart of the gateway ends it, a lost connection doesn't. */
function gatewayHint(
  state: GatewayView['operator']['state'],
  isRestarting: boolean,
): `terminals.gateway.${'ends' | 'stopped' | 'back'}` {
  if (isRestarting) return 'terminals.gateway.ends';
  return state === 'stopped' || state === 'off' ? 'terminals.gateway.stopped' : 'terminals.gateway.back';
}

type WaitingProps = StripProps &
  Readonly<{
    title: string;
    /** Time without an answer, s. */
    seconds: number | undefined;
    hint: string | undefined;
    /** Time until the next attempt, s. */
    next: number | undefined;
    /** Button that retries or resumes; undefined for none. */
    action: string | undefined;
    onAction(): void;
    /** Gives up a new shell; undefined if closing ends a terminal. */
    onCancel?(): void;
  }>;

function WaitingStrip({
  title,
  seconds,
  hint,
  next,
  action,
  onAction,
  onCancel,
  pane,
  terminals,
}: WaitingProps): ReactElement {
  return (
    <ConnectionStrip
      className={styles['strip']}
      state="waiting"
      title={title}
      action={
        <>
          {/* Screen readers don't read the seconds each time. */}
          {next !== undefined && (
            <span aria-live="off" className={styles['next']}>
              {text('terminals.strip.next', { count: next })}
            </span>
          )}
          {action !== undefined && (
            <StripButton terminals={terminals} onPress={onAction}>
              {action}
            </StripButton>
          )}
          <Button
            size="small"
            variant="quiet"
            className={styles['end']}
            onClick={onCancel ?? (() => terminals.close(pane.id))}
          >
            {text(onCancel === undefined ? 'terminals.strip.end' : 'terminals.cancel')}
          </Button>
        </>
      }
    >
      {seconds !== undefined && (
        <span aria-live="off" className={styles['seconds']}>
          {text('terminals.strip.seconds', { count: seconds })}
        </span>
      )}
      {hint !== undefined && <span className={styles['hint']}>{hint}</span>}
    </ConnectionStrip>
  );
}

/** Strip of a terminal that is open elsewhere. Its button opens all such terminals here. */
function ElsewhereStrip({ pane, terminals }: StripProps): ReactElement {
  const machine = terminals.machineOf(pane.host);
  return (
    <ConnectionStrip
      className={classes(styles['strip'], styles['calm'])}
      state={dotOf(terminalStatus(pane.phase, machine))}
      title={<bdi>{machineName(machine)}</bdi>}
      action={
        <>
          <StripButton terminals={terminals} onPress={() => terminals.manager.takeBack()}>
            {text('terminals.take-back')}
          </StripButton>
          <Button size="small" variant="quiet" onClick={() => terminals.close(pane.id)}>
            {text('terminals.close')}
          </Button>
        </>
      }
    >
      <span className={styles['status']}>{text('terminals.status.elsewhere')}</span>
    </ConnectionStrip>
  );
}

/** Strip of a terminal whose program has ended, or that was never opened; Enter starts a shell. */
function EndedStrip({ pane, terminals }: StripProps): ReactElement {
  const { phase } = pane;
  const machine = terminals.machineOf(pane.host);
  const peer = quotedNameOf(machine);
  // A machine that restarts, and the window, end several at once.
  const ended = [...terminals.panes.values()].filter(
    (other) => sameHost(other.host, pane.host) && hasEnded(other.phase, machine),
  );
  const isFailed = phase.kind === 'ended' && (phase.signal !== null || (phase.exitCode ?? 0) !== 0);
  return (
    <ConnectionStrip
      className={styles['strip']}
      state={isFailed ? 'failed' : 'offline'}
      title={endedText(pane, machine)}
      action={
        <>
          <StripButton terminals={terminals} onPress={() => terminals.manager.session(pane.id)?.startNew()}>
            {text('terminals.start-new')}
          </StripButton>
          {ended.length > 1 && (
            <Tooltip content={text('terminals.start-new.all.text', { count: ended.length, peer })}>
              <Button
                size="small"
                variant="quiet"
                className={styles['in-all']}
                onClick={() => {
                  for (const { id } of ended) terminals.manager.session(id)?.startNew();
                  terminals.focus();
                }}
              >
                {text('terminals.start-new.all', { count: ended.length })}
              </Button>
            </Tooltip>
          )}
          <Button size="small" variant="quiet" onClick={() => terminals.close(pane.id)}>
            {text('terminals.close')}
          </Button>
        </>
      }
    >
      {/* Enter reaches no machine that has taken its permission back: only a press of the button does. */}
      {phase.kind !== 'failed' && <span className={styles['hint']}>{text('terminals.ended.enter')}</span>}
    </ConnectionStrip>
  );
}

function endedText(pane: Pane, machine: Machine): string {
  const { phase } = pane;
  const peer = quotedNameOf(machine);
  const program = programOf(pane);
  if (phase.kind === 'failed') {
    if (phase.code === 'peer.forgot') return text('terminals.ended.forgotten', { peer });
    if (phase.code !== 'terminal.revoked') return text('terminals.ended.removed', { peer });
    const right = machine.kind === 'peer' ? machine.peer?.rightsThere?.rights.terminal : undefined;
    return text(right === 'ask' ? 'terminals.asks-now' : 'terminals.ended.revoked', { peer });
  }
  if (phase.kind === 'unopened') return text('terminals.unopened', { peer });
  if (phase.kind !== 'ended') return text('terminals.gone');
  const name = program === '' ? text('terminals.strip.program') : quoteUntrusted(program);
  if (phase.reason === 'shutdown') return text('terminals.ended.shutdown', { program: name, peer });
  if (phase.signal !== null) return text('terminals.ended.signal', { program: name, signal: phase.signal });
  return phase.exitCode === 0 || phase.exitCode === null
    ? text('terminals.ended.well', { program: name })
    : text('terminals.ended.code', { program: name, code: phase.exitCode });
}

/** Button of the strip; the terminal gets the focus back. */
function StripButton({
  terminals,
  onPress,
  children,
}: Readonly<{ terminals: Terminals; onPress(): void; children: ReactNode }>): ReactElement {
  return (
    <Button
      size="small"
      onClick={() => {
        onPress();
        terminals.focus();
      }}
    >
      {children}
    </Button>
  );
}

/** Counts the keys since the link doesn't answer. */
function useKept(pane: Pane, terminals: Terminals): number {
  const typed = terminals.manager.session(pane.id)?.typed ?? 0;
  // The strip is another component for each pane.
  const [before] = useState(typed);
  return typed - before;
}

function keptText(kept: number): string {
  return kept === 0 ? text('terminals.strip.kept') : text('terminals.strip.kept.count', { count: kept });
}
