import { ArrowLeftRight, BotMessageSquare, Radio, SquareTerminal } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { ForwardView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { navigate, showOpenClaw, useApp } from '../../../store/index.ts';
import {
  Button,
  LinkDrawing,
  Row,
  RowList,
  UntrustedText,
  formatBytes,
  quoteUntrusted,
  useWindowWidth,
  type LinkLine,
} from '../../../ui/index.ts';
import { ForwardAddress, useStatusOf, type ForwardStatus } from '../../forwards/index.ts';
import {
  formatRoundTrip,
  MachineIcon,
  onlyThrough,
  PathDetails,
  ReopenButton,
  pathSummary,
  RunningHere,
  TryNow,
} from '../../peers/index.ts';
import { RelayNotice } from '../../relay-servers/index.ts';
import { lastSeenText, machineStatus, type Surroundings } from '../list/machine-status.ts';
import { isUp as isMachineUp, type OpenNow } from '../list/open-now.ts';
import { Fact, PathFact, RoundTripFact, TodayFact } from './overview-facts.tsx';
import styles from './overview.module.css';
import { pathHost } from './path-host.ts';
import { SystemFacts } from './system-facts.tsx';
import { useMeasurements } from './use-measurements.ts';
import { canWake, WakeUp } from './wake-up.tsx';

export type OverviewProps = Readonly<{
  machine: PeerView;
  around: Surroundings;
  open: OpenNow;
  /** The page has a notice that weighs more than the one about the relay. */
  hasNotice: boolean;
  /** Opens the dialog with the safety number. */
  onSafetyNumber(): void;
}>;

/**
 * Overview of a machine: the line to it with the path in use and the one that stands by, four facts, what is open now and facts about its system.
 * *Change* opens the section Route below the facts.
 */
export function Overview({ machine, around, open, hasNotice, onSafetyNumber }: OverviewProps): ReactElement {
  const routeId = useId();
  const [isRouteOpen, setRouteOpen] = useState(false);
  const measured = useMeasurements(machine.peerId);
  return (
    <div className={styles['overview']}>
      <div className={styles['card']}>
        <Drawing machine={machine} around={around} />
        <dl className={styles['facts']}>
          <RoundTripFact machine={machine} around={around} measured={measured} />
          <PathFact machine={machine} around={around} />
          <TodayFact around={around} measured={measured} />
          <Fact name={text('machines.fact.route')}>
            <span className={styles['value']}>{routeText(machine)}</span>
            <Button
              size="small"
              variant="quiet"
              aria-expanded={isRouteOpen}
              aria-controls={routeId}
              onClick={() => setRouteOpen((before) => !before)}
            >
              {text(isRouteOpen ? 'machines.route.close' : 'machines.route.change')}
            </Button>
          </Fact>
        </dl>
      </div>
      {canWake(machine) && <WakeUp machine={machine} />}
      {!hasNotice && <RelayNotice machine={machine} />}
      <section id={routeId} className={styles['route']} aria-label={text('machines.fact.route')} hidden={!isRouteOpen}>
        {isRouteOpen && <PathDetails peer={machine} />}
      </section>
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <RunningHere peer={machine} isSection />
          <OpenNowList machine={machine} open={open} />
        </div>
        <SystemFacts machine={machine} around={around} onSafetyNumber={onSafetyNumber} />
      </div>
    </div>
  );
}

function Drawing({ machine, around }: Readonly<{ machine: PeerView; around: Surroundings }>): ReactElement {
  const device = useApp((state) => state.status?.device.name ?? '');
  const relay = useApp((state) => state.status?.relay);
  const peers = useApp((state) => state.peers);
  const status = machineStatus(machine, around);
  const name = quoteUntrusted(machine.name);
  const summary = pathSummary(machine);
  const isUp = isMachineUp(machine);
  const host = pathHost(machine);
  const label =
    isUp && machine.rtt !== null
      ? `${status.path} · ${formatRoundTrip(machine.rtt)}`
      : isUp
        ? status.path
        : status.label;
  const hops = summary === 'via' ? (machine.link?.hops ?? []) : [];
  const isNarrow = useWindowWidth() === 'narrow';
  const isThroughRelay = isUp && summary === 'relay';
  const via = isThroughRelay
    ? [{ name: hostOf(relay?.url) ?? text('machines.outage.relay'), icon: <Radio /> }]
    : hops.slice(0, 2).map((hop) => ({
        name: quoteUntrusted(hop.name),
        icon: <MachineIcon of={peers.find(({ name: known }) => known === hop.name)} />,
      }));
  const line: LinkLine = {
    state: isUp
      ? machine.link?.state === 'doubtful'
        ? 'failing'
        : 'used'
      : status.dot === 'waiting'
        ? 'failing'
        : 'standby',
    label: isNarrow && isUp ? shortLabel(machine, status.path) : label,
    ...(via.length === 0 ? {} : { via }),
  };
  const standsBy =
    isUp &&
    !isThroughRelay &&
    relay?.state === 'online' &&
    machine.atRelay === true &&
    machine.pathMode === 'auto' &&
    machine.pathVia.length === 0;
  const isRelayFailing = isUp && !isThroughRelay && around.isRelayAway && machine.pathMode === 'auto';
  const standby = standsBy
    ? { node: { name: text('machines.outage.relay'), icon: <Radio /> }, label: text('machines.relay.standby') }
    : isRelayFailing
      ? {
          node: { name: text('machines.outage.relay'), icon: <Radio /> },
          label: text('machines.relay.away'),
          state: 'failing' as const,
        }
      : undefined;
  return (
    <>
      <LinkDrawing
        text={text('machines.drawing', { from: device, to: name, path: label })}
        from={{ name: device, icon: <MachineIcon /> }}
        to={{
          name,
          icon: <MachineIcon of={machine} />,
          ...(host === undefined ? {} : { address: host }),
        }}
        line={line}
        standby={standby}
      />
      {!isUp && machine.suspendedSince === undefined && machine.forgottenAt === undefined && !around.isPaused && (
        <div className={styles['retry']}>
          <span>{lastSeenText(machine, around.now)}</span>
          <TryNow peer={machine} variant="primary" />
        </div>
      )}
    </>
  );
}

/** Returns the label of the line where it has little room: the network is left out, and the name of a hop that is drawn on the line. */
function shortLabel(machine: PeerView, path: string): string {
  const summary = pathSummary(machine);
  const short = summary === 'direct-lan' ? text('peers.reach.direct') : path;
  if (machine.rtt === null) return short;
  const roundTrip = formatRoundTrip(machine.rtt);
  return summary === 'via' && (machine.link?.hops ?? []).length > 0 ? roundTrip : `${short} · ${roundTrip}`;
}

function OpenNowList({ machine, open }: Readonly<{ machine: PeerView; open: OpenNow }>): ReactElement | null {
  const id = useId();
  const remote = useApp(({ remotes }) => remotes.find(({ peer }) => peer === machine.peerId)?.id);
  const statusOf = useStatusOf();
  const isUp = isMachineUp(machine);
  const waits = isUp ? undefined : text('machines.open.waits', { name: quoteUntrusted(machine.name) });
  const className = isUp ? undefined : styles['waits'];
  const isEmpty = open.terminals.length === 0 && open.forwards.length === 0 && !open.hasOpenClaw;
  if (isEmpty && !isUp) return null;
  return (
    <section className={styles['column']} aria-labelledby={id}>
      <div className={styles['heading']}>
        <h2 id={id}>{isEmpty ? text('machines.open') : (waits ?? text('machines.open'))}</h2>
      </div>
      {isEmpty ? (
        <p className={styles['empty']}>{text('machines.open.none', { name: quoteUntrusted(machine.name) })}</p>
      ) : (
        <RowList label={waits ?? text('machines.open')}>
          {open.terminals.map((terminal) => (
            <Row
              key={`terminal ${terminal.id}`}
              className={className}
              lead={<SquareTerminal size={16} />}
              title={<UntrustedText>{terminal.title}</UntrustedText>}
              detail={terminal.folder === '' ? undefined : <UntrustedText>{terminal.folder}</UntrustedText>}
              {...(terminal.isLeft && {
                note: text('machines.open.left'),
                tail: <ReopenButton title={terminal.title} onReopen={terminal.show} />,
              })}
              onOpen={terminal.show}
            />
          ))}
          {open.forwards.map((forward) => (
            <Row
              key={`forward ${forward.id}`}
              className={className}
              lead={<ArrowLeftRight size={16} />}
              title={<UntrustedText>{forward.rule.name || text('machines.open.forward')}</UntrustedText>}
              detail={forward.address === null ? undefined : <ForwardAddress forward={forward} />}
              note={isUp ? rateText(forward, statusOf(forward)) : text('machines.forward.waiting')}
              onOpen={() => navigate({ page: 'machines', machine: machine.peerId, tab: 'forwards' })}
            />
          ))}
          {open.hasOpenClaw && (
            <Row
              className={className}
              lead={<BotMessageSquare size={16} />}
              title={text('app.page.openclaw')}
              onOpen={() => showOpenClaw(remote === undefined ? undefined : { kind: 'remote', id: remote })}
            />
          )}
        </RowList>
      )}
    </section>
  );
}

function routeText(machine: PeerView): string {
  const through = onlyThrough(machine);
  return through === undefined
    ? text(`peers.path.mode.${machine.pathMode}`)
    : text('peers.reach.via.name', { name: through });
}

function rateText({ state, rateIn, rateOut }: ForwardView, status: ForwardStatus): string {
  if (status === 'ask' || status === 'may-ask' || status === 'deny') return text(`forwards.state.${status}`);
  if (state !== 'ready') return text(`machines.forward.${state === 'failed' ? 'failed' : 'waiting'}`);
  if (status === 'problem') return text('forwards.quiet.problem');
  const rate = rateIn + rateOut;
  return rate > 0 ? text('machines.forward.rate', { rate: formatBytes(rate) }) : text('forwards.quiet.ready');
}

function hostOf(url: string | null | undefined): string | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : undefined;
}
