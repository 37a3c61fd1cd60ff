import type { ReactElement } from 'react';
import type { AgentStatus, ProfileProblem } from '#shared/app-api/index.ts';
import { explain, explainCode, text } from '../../locale/index.ts';
import { isInUse, PlainRelaysInUse } from '../../features/plain-relays/index.ts';
import { dismissMinimised, navigate, useApp, useCall, useRelayProblem } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import styles from './banners.module.css';
import { SCROLLED_REGION } from '../layout/regions.ts';
import { UpdateBanner, useUpdateNews } from './update-banner.tsx';
import { formatPauseEnd } from './pause-end.ts';

export type BannersProps = Readonly<{
  /** Error that ended the connection to the agent; undefined while connected. */
  problem: unknown;
  /** Connects to the agent at once instead of after the delay. */
  onRetry(): void;
}>;

/**
 * Shows the problems of the whole agent above the page: a lost connection, a pause, damaged profile files, plain relays in use, the relay, an update, a
 * minimised window.
 * Each banner names the cause and the next step. Buttons reconnect, end a pause (`agent.resume`), open the settings or dismiss a banner. Renders
 * nothing without a problem.
 */
export function Banners({ problem, onRetry }: BannersProps): ReactElement | null {
  const isLost = useApp((state) => state.connection === 'lost');
  const isMinimised = useApp((state) => state.minimised);
  const hasRelay = useApp((state) => state.status === undefined || state.status.relay.state !== 'none');
  const hasPeers = useApp((state) => state.peers.length > 0);
  const relayProblem = useRelayProblem();
  const news = useUpdateNews();
  const paused = useApp((state) => state.status?.paused);
  const problems = useApp((state) => state.status?.problems ?? NONE);
  // The agent's last status is outdated while the connection is lost.
  const showsRelay = !isLost && paused === undefined && relayProblem !== null;
  const showsNoRelay = !isLost && paused === undefined && !hasRelay && hasPeers;
  // The machines page shows the same in the relay's row.
  const showsPlain = useApp(
    ({ place, plainRelays }) => !isLost && place.page !== 'machines' && plainRelays.some((relay) => isInUse(relay)),
  );
  const showsPause = !isLost && paused !== undefined;
  const shownProblems = isLost ? NONE : problems.slice(0, MOST_PROBLEMS);
  if (
    !isLost &&
    !showsPause &&
    shownProblems.length === 0 &&
    !showsRelay &&
    !showsNoRelay &&
    !isMinimised &&
    !showsPlain &&
    news === undefined
  )
    return null;
  return (
    <div className={styles['banners']} {...SCROLLED_REGION}>
      {isLost && <LostBanner problem={problem} onRetry={onRetry} />}
      {showsPause && paused !== undefined && <PauseBanner paused={paused} />}
      {shownProblems.map((profileProblem) => (
        <ProfileProblemBanner
          key={`${profileProblem.code} ${profileProblem.details['file'] ?? ''}`}
          problem={profileProblem}
        />
      ))}
      {showsPlain && <PlainRelaysInUse />}
      {showsRelay && <RelayBanner code={relayProblem} />}
      {showsNoRelay && (
        <Banner tone="info" action={<SettingsButton label={text('app.relay.setup')} />}>
          {text('app.banner.no-relay')}
        </Banner>
      )}
      {news !== undefined && <UpdateBanner {...news} />}
      {isMinimised && (
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
      )}
    </div>
  );
}

const NONE: readonly ProfileProblem[] = [];
/** Most problems of profile files shown at a time, so that the page has enough space. */
const MOST_PROBLEMS = 2;

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
      <strong>{what}</strong> {why} {next}
    </Banner>
  );
}

function LostBanner({ problem, onRetry }: BannersProps): ReactElement {
  const words = problem === undefined ? undefined : explain(problem);
  return (
    <Banner
      tone="warning"
      action={
        <Button size="small" onClick={onRetry}>
          {text('app.banner.lost.retry')}
        </Button>
      }
    >
      {words === undefined || words.code === 'control.lost' ? text('app.banner.lost') : `${words.what} ${words.next}`}
    </Banner>
  );
}

function RelayBanner({ code }: Readonly<{ code: string }>): ReactElement {
  const isFailed = useApp((state) => state.status?.relay.state === 'failed');
  const page = useApp((state) => state.place.page);
  const { what, next } = explainCode(code, code);
  return (
    <Banner
      tone={isFailed ? 'bad' : 'warning'}
      action={page !== 'settings' && <SettingsButton label={text('app.relay.settings')} />}
    >
      <strong>{what}</strong> {next}
    </Banner>
  );
}

function SettingsButton({ label }: Readonly<{ label: string }>): ReactElement {
  return (
    <Button size="small" onClick={() => navigate({ page: 'settings' })}>
      {label}
    </Button>
  );
}
