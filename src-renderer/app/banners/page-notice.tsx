import type { ReactElement } from 'react';
import type { AgentStatus, ProfileProblem } from '#shared/app-api/index.ts';
import { explain, explainCode, gapAfter, joinList, joinSentences, text } from '../../locale/index.ts';
import { shownMachine } from '../../features/machines/index.ts';
import { PlainRelaysInUse } from '../../features/plain-relays/index.ts';
import { showSettings } from '../../features/settings/index.ts';
import { dismissMinimised, pageNotice, useApp, useCall } from '../../store/index.ts';
import { Banner, Button, formatMoment, quoteUntrusted, useNow, useWindowWidth } from '../../ui/index.ts';
import styles from './page-notice.module.css';
import { UpdateBanner } from './update-banner.tsx';
import { formatPauseEnd } from './pause-end.ts';

export type PageNoticeProps = Readonly<{
  /** Error that ended the connection to the agent; undefined while connected. */
  problem: unknown;
  /** Connects to the agent at once instead of after the delay. */
  onRetry(): void;
}>;

/**
 * Shows one notice in the content of the page: the weightiest of the agent's problems and news (`pageNotice`), unless the page of a machine shows a
 * weightier one of its own. The page Machines draws a relay that can't be reached. Each notice names the cause and the next step. Buttons reconnect, end
 * a pause (`agent.resume`), open the settings or dismiss the notice.
 */
export function PageNotice(props: PageNoticeProps): ReactElement | null {
  const isWide = useWindowWidth() === 'wide';
  const kind = useApp((state) => pageNotice(state, shownMachine(state, isWide)));
  const status = useApp((state) => state.status);
  const notice = contentOf(kind, status, props);
  return notice === null ? null : <div className={styles['notice']}>{notice}</div>;
}

function contentOf(
  kind: ReturnType<typeof pageNotice>,
  status: AgentStatus | undefined,
  props: PageNoticeProps,
): ReactElement | null {
  switch (kind) {
    case 'lost':
      return <LostBanner {...props} />;
    case 'plain-relays':
      return <PlainRelaysInUse />;
    case 'paused':
      return status?.paused === undefined ? null : <PauseBanner paused={status.paused} />;
    case 'profile':
      return status?.problems?.[0] === undefined ? null : <ProfileProblemBanner problem={status.problems[0]} />;
    case 'needs-relay':
      return status?.needsRelay === undefined ? null : <NeedsRelayBanner needsRelay={status.needsRelay} />;
    case 'update':
      return <UpdateBanner />;
    case 'minimised':
      return <MinimisedBanner />;
    case 'machine':
    case undefined:
      return null;
  }
}

function MinimisedBanner(): ReactElement {
  return (
    <Banner
      tone="info"
      action={
        <Button size="small" onClick={dismissMinimised}>
          {text('ui.dismiss')}
        </Button>
      }
    >
      {text('app.banner.minimised')}
    </Banner>
  );
}

function PauseBanner({ paused }: Readonly<{ paused: NonNullable<AgentStatus['paused']> }>): ReactElement {
  const { run, busy } = useCall('agent.resume');
  const servesRelay = useApp((state) => state.hostedRelay?.state === 'running');
  const { until } = paused;
  return (
    <Banner
      tone="info"
      action={
        <Button size="small" busy={busy} onClick={() => void run({})}>
          {text('app.banner.paused.resume')}
        </Button>
      }
    >
      {until === null ? text('app.banner.paused') : text('app.banner.paused.until', { time: formatPauseEnd(until) })}
      {servesRelay && ` ${text('app.banner.paused.relay')}`}
    </Banner>
  );
}

/** Shows a problem with the profile's files, which the person solves outside of this window. */
function ProfileProblemBanner({ problem }: Readonly<{ problem: ProfileProblem }>): ReactElement {
  const { what, why, next } = explainCode(problem.code, problem.code, problem.details);
  return (
    <Banner tone="warning">
      <strong>{what}</strong>
      {gapAfter(what)}
      {joinSentences(why, next)}
    </Banner>
  );
}

function LostBanner({ problem, onRetry }: PageNoticeProps): ReactElement {
  const words = problem === undefined ? undefined : explain(problem);
  const lostAt = useApp((state) => state.lostAt);
  const now = useNow();
  return (
    <Banner
      tone="warning"
      action={
        <Button size="small" onClick={onRetry}>
          {text('app.banner.lost.retry')}
        </Button>
      }
    >
      {joinSentences(
        words === undefined || words.code === 'control.lost'
          ? text('app.banner.lost')
          : joinSentences(words.what, words.next),
        lostAt === undefined ? '' : text('app.banner.lost.as-of', { time: formatMoment(lostAt, now) }),
      )}
    </Banner>
  );
}

/** Most names in a notice. */
const MOST_NAMES = 3;

/** Offers a relay: this machine or another one has left their common network. */
function NeedsRelayBanner({
  needsRelay: { reason, peers },
}: Readonly<{ needsRelay: NonNullable<AgentStatus['needsRelay']> }>): ReactElement {
  const all = useApp((state) => state.peers);
  const names = all.filter(({ peerId }) => peers.includes(peerId)).map(({ name }) => quoteUntrusted(name));
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
  return (
    <Banner
      tone="info"
      action={
        <Button size="small" onClick={() => showSettings('relay')}>
          {text('app.relay.setup')}
        </Button>
      }
    >
      {reason === 'network-changed'
        ? text('app.banner.needs-relay.moved')
        : text('app.banner.needs-relay.away', { names: joinList(shown) })}
    </Banner>
  );
}
