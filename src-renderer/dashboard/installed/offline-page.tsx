import { CloudOff } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, EmptyState } from '../../ui/index.ts';

/** Page that stands in place of every other one while the relay can't be reached. Says what works, and tries again by itself. */
export function OfflinePage({ onRetry }: Readonly<{ onRetry(): void }>): ReactElement {
  useEffect(() => {
    window.addEventListener('online', onRetry);
    const timer = setInterval(onRetry, RETRY_EVERY);
    return () => {
      window.removeEventListener('online', onRetry);
      clearInterval(timer);
    };
  }, [onRetry]);
  return (
    <EmptyState
      icon={<CloudOff />}
      title={text('installed.offline')}
      action={
        <Button variant="primary" onClick={onRetry}>
          {text('site.retry')}
        </Button>
      }
    >
      {text('installed.offline.text', { relay: window.location.host })}
    </EmptyState>
  );
}

/** Interval between two attempts, ms. */
const RETRY_EVERY = 10_000;
