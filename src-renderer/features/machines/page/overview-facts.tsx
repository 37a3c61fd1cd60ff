import type { ReactElement, ReactNode } from 'react';
import type { MeasurementsView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Sparkline, formatBytes, formatMoment, quoteUntrusted } from '../../../ui/index.ts';
import { formatRoundTrip } from '../../peers/index.ts';
import type { Surroundings } from '../list/machine-status.ts';
import { medianOf } from './median.ts';
import styles from './overview.module.css';

/** Age up to which the newest measurement counts as current, ms. An older one is shown with its time. */
const RECENT = 120_000;

type FactProps = Readonly<{ machine: PeerView; around: Surroundings; measured: MeasurementsView | undefined }>;

/** Fact below the drawing: name and value. */
export function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/**
 * Shows the median round trip of the last hour and draws its measurements. Until the agent has two of them, the ones that this window has measured
 * are shown.
 */
export function RoundTripFact({ machine, around, measured }: FactProps): ReactElement {
  const here = useApp((state) => state.roundTrips[machine.peerId]) ?? NONE;
  const hour = measured?.roundTrips ?? [];
  const isHour = hour.length > 1;
  const values = isHour ? hour.map(({ rtt }) => rtt) : here;
  const newest = hour.at(-1)?.at;
  const isOld = isHour ? newest !== undefined && newest < around.now - RECENT : !machine.online;
  const median = isHour ? medianOf(values) : isOld ? undefined : (machine.rtt ?? undefined);
  return (
    <Fact name={text(isHour ? 'machines.fact.round-trip' : 'peers.rtt')}>
      <span className={styles['value']}>
        {median === undefined ? text('machines.fact.none') : formatRoundTrip(median)}
        {isHour && isOld && newest !== undefined && (
          <span className={styles['as-of']}>
            {text('machines.fact.as-of', { time: formatMoment(newest, around.now) })}
          </span>
        )}
      </span>
      {values.length > 1 && (
        <Sparkline
          values={values}
          times={isHour ? hour.map(({ at }) => at) : undefined}
          label={text('peers.rtt.to', { name: quoteUntrusted(machine.name) })}
        />
      )}
    </Fact>
  );
}

const NONE: readonly number[] = [];

/** Shows since when the link uses its path; without a link, when the machine was seen last. */
export function PathFact({ machine, around }: Omit<FactProps, 'measured'>): ReactElement {
  const newest = machine.link?.history.at(-1);
  if (machine.link === null || machine.link.state === 'reconnecting' || newest === undefined) {
    return (
      <Fact name={text('peers.path.last-seen')}>
        {machine.online
          ? text('peers.path.last-seen.now')
          : machine.lastSeenAt === null
            ? text('machines.fact.none')
            : formatMoment(machine.lastSeenAt, around.now)}
      </Fact>
    );
  }
  return <Fact name={text('machines.fact.since')}>{formatMoment(newest.at, around.now)}</Fact>;
}

/** Shows the bytes that the links of the machine have carried today, and since when they are counted unless that is midnight. */
export function TodayFact({ around, measured }: Omit<FactProps, 'machine'>): ReactElement {
  const today = measured?.today;
  const since = today?.since ?? null;
  return (
    <Fact
      name={
        since === null
          ? text('machines.fact.today')
          : text('machines.fact.today-since', { time: formatMoment(since, around.now) })
      }
    >
      {today === undefined
        ? text('machines.fact.none')
        : text('machines.fact.traffic', { received: formatBytes(today.received), sent: formatBytes(today.sent) })}
    </Fact>
  );
}
