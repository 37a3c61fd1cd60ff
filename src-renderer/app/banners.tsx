import type { ReactElement } from 'react';
import { explain, explainCode, text } from '../i18n/index.ts';
import { dismissMinimised, navigate, useApp } from '../store/index.ts';
import { Banner, Button } from '../ui/index.ts';
import styles from './banners.module.css';
import type { LayoutProps } from './layout.tsx';
import { REGION } from './regions.ts';

/** What is wrong with the whole: cause, next step, and that step as a button. */
export function Banners({ problem, onRetry }: LayoutProps): ReactElement | null {
  const isLost = useApp((state) => state.connection === 'lost');
  const isMinimised = useApp((state) => state.minimised);
  const hasRelay = useApp((state) => state.status === undefined || state.status.relay.state !== 'none');
  const hasPeers = useApp((state) => state.peers.length > 0);
  const relayProblem = useApp((state) => state.relayProblem);
  // Nothing that the agent said before is of use while it is away.
  const showsRelay = !isLost && relayProblem !== null;
  const showsNoRelay = !isLost && !hasRelay && hasPeers;
  if (!isLost && !showsRelay && !showsNoRelay && !isMinimised) return null;
  return (
    <div className={styles['banners']} {...REGION} tabIndex={-1}>
      {isLost && <LostBanner problem={problem} onRetry={onRetry} />}
      {showsRelay && <RelayBanner code={relayProblem} />}
      {showsNoRelay && (
        <Banner tone="info" action={<SettingsButton label={text('app.relay.setup')} />}>
          {text('app.banner.no-relay')}
        </Banner>
      )}
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

function LostBanner({ problem, onRetry }: LayoutProps): ReactElement {
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
  const page = useApp((state) => state.page);
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
    <Button size="small" onClick={() => navigate('settings')}>
      {label}
    </Button>
  );
}
