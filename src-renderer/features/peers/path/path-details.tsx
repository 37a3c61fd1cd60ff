import { Activity } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { PathView, PeerView } from '#shared/app-api/index.ts';
import { formatPeerId, type PeerId } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import { applyRoundTrip, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  ErrorNotice,
  Mono,
  Sparkline,
  Wait,
  UntrustedText,
  Prose,
  formatAgo,
  formatMoment,
  useNow,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { HopChainList } from '../hops/hop-chain-list.tsx';
import styles from './path-details.module.css';
import { PathHistoryList } from './path-history-list.tsx';
import { PathModeChoice } from './path-mode-choice.tsx';
import { onlyThrough, directFailure } from './path-text.ts';
import { MeasuredTransports, TryNow, WhyNotDirect } from './path-why.tsx';
import { pathSummary } from './path-summary.ts';
import { formatRoundTrip, summariseRoundTrips } from './round-trips.ts';
import { LinkProblemLine } from '../link/link-problem-line.tsx';

/**
 * Explains how a peer is reached and why that path was chosen: problems, hops, round trips, the history of paths, and the peer's identity. Buttons
 * measure (`peers.ping`) and reconnect (`peers.reconnect`), and show the error of their call. Contains `PathModeChoice`, which sets the allowed paths
 * (`peers.setPathMode`). Content of `PathPopover`.
 */
export function PathDetails({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const now = useNow();
  const relay = useApp((state) => state.status?.relay);
  const summary = pathSummary(peer);
  const name = quoteUntrusted(peer.name);
  const hasProblem = peer.link !== null && peer.link.state !== 'up';
  const isReconnecting = peer.link?.state === 'reconnecting';
  return (
    <div className={styles['details']}>
      <h3 className={styles['title']}>{text('peers.path.title', { name })}</h3>
      <p aria-live="polite">{pathSentence(peer)}</p>
      {(hasProblem || typeof peer.passage?.failure?.hop === 'string') && (
        <div className={styles['part']}>
          {hasProblem && <LinkProblemLine peer={peer} />}
          <LostHop peer={peer} now={now} />
        </div>
      )}
      {peer.online && !peer.linked && <p>{text('peers.path.not-linked')}</p>}
      {summary === 'offline' && <Checks peer={peer} relayOnline={relay?.state === 'online'} />}
      {peer.online && !isReconnecting && <RoundTrips peer={peer} />}
      <WhyNotDirect peer={peer} />
      <MeasuredTransports peer={peer} />
      {!isReconnecting && (summary === 'offline' || canTryDirect(peer)) && (
        <div className={styles['part']}>
          <TryNow peer={peer} />
        </div>
      )}
      <AutomaticHops peer={peer} />
      <PathModeChoice peer={peer} />
      {peer.link !== null && <PathHistoryList changes={peer.link.history} now={now} />}
      <dl className={styles['facts']}>
        <Fact name={text('peers.path.address')}>
          <NextHop peer={peer} />
        </Fact>
        <Fact name={text('peers.path.relay-used')}>
          {relay === undefined || relay.url === null ? text('peers.path.relay-used.none') : <Mono>{relay.url}</Mono>}
        </Fact>
        {peer.system !== undefined && <Fact name={text('peers.system')}>{text(`peers.system.${peer.system}`)}</Fact>}
        <Fact name={text('peers.path.fingerprint')}>
          <Mono>{formatPeerId(peer.peerId as PeerId)}</Mono>
        </Fact>
        <Fact name={text('peers.path.safety-number')}>
          <Mono>{peer.safetyNumber}</Mono>
        </Fact>
        <Fact name={text('peers.path.paired')}>{formatMoment(peer.pairedAt, now)}</Fact>
        <Fact name={text('peers.path.last-seen')}>{lastSeen(peer, now)}</Fact>
      </dl>
    </div>
  );
}

/** Shows the name of the next hop, or the address of the path without one. */
function NextHop({ peer: { address, path, link } }: Readonly<{ peer: PeerView }>): ReactElement {
  const via = path === 'via' ? (link?.via ?? null) : null;
  if (via !== null) return <UntrustedText>{via}</UntrustedText>;
  return address === null ? <>{text('peers.path.address.none')}</> : <Mono>{address}</Mono>;
}

/** Names the hop that is offline or doesn't answer, if the link reports one. */
function LostHop({ peer, now }: Readonly<{ peer: PeerView; now: number }>): ReactElement | null {
  const { hop: missing, before: last, since } = peer.passage?.failure ?? {};
  if (missing !== undefined && since !== undefined) {
    const words = { hop: quoteUntrusted(missing), since: formatMoment(since, now) };
    return <p role="status">{text('peers.path.hop-offline', words)}</p>;
  }
  if (missing !== undefined && last !== undefined)
    return (
      <p role="status">{text('peers.path.hop-lost', { hop: quoteUntrusted(missing), before: quoteUntrusted(last) })}</p>
    );
  const hops = peer.link?.hops ?? [];
  const at = hops.findIndex(({ lost }) => lost);
  const hop = hops[at];
  if (hop === undefined) return null;
  const before = at === 0 ? text('peers.chain.this') : quoteUntrusted(hops[at - 1]?.name ?? '');
  return <p role="status">{text('peers.path.hop-lost', { hop: quoteUntrusted(hop.name), before })}</p>;
}

/** Shows the hops that the agent found automatically. Hops that the person chose are shown with the allowed paths. */
function AutomaticHops({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const peers = useApp((state) => state.peers);
  const hops = peer.link?.hops ?? [];
  if (hops.length === 0 || peer.pathVia.length > 0) return null;
  return (
    <section className={styles['part']}>
      <h4 className={styles['subtitle']}>{text('peers.path.hops')}</h4>
      <HopChainList
        target={peer.name}
        rtt={peer.path === 'via' ? peer.rtt : null}
        hops={hops.map((hop) => ({
          id: hop.name,
          name: hop.name,
          measured: hop,
          online: peers.some(({ name, online }) => name === hop.name && online),
        }))}
      />
    </section>
  );
}

/** Reports whether dialing directly makes sense: not if the link is direct already, or the person has excluded it. */
function canTryDirect(peer: PeerView): boolean {
  const why = directFailure(peer);
  return why !== undefined && why !== 'relay-only' && why !== 'chosen';
}

function pathSentence(peer: PeerView): string {
  if (peer.link?.state === 'reconnecting') return text('peers.path.reconnecting');
  const summary = pathSummary(peer);
  const via = peer.link?.via;
  const through = onlyThrough(peer);
  if (summary !== 'via' && peer.link?.state !== 'up' && through !== undefined)
    return text(peer.online ? 'peers.path.only-through' : 'peers.path.offline.only-through', { through });
  return summary === 'via' && typeof via === 'string'
    ? text((peer.link?.hops.length ?? 0) > 1 ? 'peers.path.via.names' : 'peers.path.via.name', {
        name: quoteUntrusted(via),
      })
    : text(summary === 'direct' && peer.link?.udp === true ? 'peers.path.direct.udp' : `peers.path.${summary}`);
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Checks({ peer, relayOnline }: Readonly<{ peer: PeerView; relayOnline: boolean }>): ReactElement {
  const mayRelay = peer.pathMode !== 'direct-only';
  const through = onlyThrough(peer);
  return (
    <>
      <h4 className={styles['subtitle']}>{text('peers.path.check')}</h4>
      <ul className={styles['checks']}>
        {!mayRelay && <li>{text('peers.path.check.direct-only')}</li>}
        {mayRelay && !relayOnline && <li>{text('peers.path.check.this-relay')}</li>}
        {through !== undefined && <li>{text('peers.path.check.through', { through })}</li>}
        <li>{text('peers.path.check.awake')}</li>
        <li>
          <Prose>{text('peers.path.check.running')}</Prose>
        </li>
        {mayRelay && <li>{text('peers.path.check.same-relay')}</li>}
      </ul>
    </>
  );
}

/** Shows the measured round trips. A button measures once more (`peers.ping`). */
function RoundTrips({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const values = useApp((state) => state.roundTrips[peer.peerId]) ?? NONE;
  const ping = useCall('peers.ping');
  const [measured, setMeasured] = useState<PathView>();
  const summary = summariseRoundTrips(values);
  const measure = async (): Promise<void> => {
    setMeasured(undefined);
    const path = await ping.run({ peer: peer.peerId });
    if (path === undefined) return;
    applyRoundTrip(peer.peerId, path.rtt);
    setMeasured(path);
  };
  return (
    <section className={styles['measurements']} aria-label={text('peers.rtt')}>
      {summary !== undefined && (
        <>
          <div className={styles['figures']}>
            <dl className={styles['summary']}>
              {(['now', 'least', 'most'] as const).map((part) => (
                <div key={part}>
                  <dt>{text(`peers.path.${part}`)}</dt>
                  <dd>
                    {part === 'now' && peer.linked && peer.rtt === null
                      ? text('peers.rtt.no-answer')
                      : formatRoundTrip(part === 'now' ? (peer.rtt ?? summary.now) : summary[part])}
                  </dd>
                </div>
              ))}
            </dl>
            <Sparkline values={values} label={text('peers.rtt')} />
          </div>
          <p className={styles['count']}>{text('peers.path.of', { count: summary.count })}</p>
        </>
      )}
      <Wait busy={ping.busy} label={text('peers.path.measuring')} onCancel={ping.cancel} className={styles['measure']}>
        <Button size="small" icon={<Activity />} busy={ping.busy} onClick={() => void measure()}>
          {text('peers.path.measure')}
        </Button>
        <span role="status">
          {measured !== undefined &&
            text(`peers.path.measured.${measured.path}`, { time: formatRoundTrip(measured.rtt) })}
        </span>
      </Wait>
      {ping.error !== undefined && <ErrorNotice error={ping.error} onDismiss={ping.reset} />}
    </section>
  );
}

const NONE: readonly number[] = [];

function lastSeen(peer: PeerView, now: number): string {
  if (peer.online) return text('peers.path.last-seen.now');
  if (peer.lastSeenAt === null) return text('peers.path.last-seen.never');
  return `${formatMoment(peer.lastSeenAt, now)} (${formatAgo(peer.lastSeenAt, now)})`;
}
