import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Brand, Button, ErrorNotice, Spinner } from '../../ui/index.ts';
import styles from './start-screen.module.css';

/** `problem`: error of the last attempt to connect; undefined before one has failed. `onRetry` connects at once. */
export type StartScreenProps = Readonly<{ problem: unknown; onRetry(): void }>;

/**
 * Screen of the window before the first connection to the agent, usually shown too briefly to be seen. After a failed attempt it shows the error and
 * a button to try again.
 */
export function StartScreen({ problem, onRetry }: StartScreenProps): ReactElement {
  return (
    <main className={styles['screen']}>
      <Brand />
      {problem === undefined ? (
        <div className={styles['connecting']}>
          <Spinner label={text('app.start.connecting')} />
        </div>
      ) : (
        <div className={styles['problem']}>
          <ErrorNotice
            error={problem}
            action={
              <Button size="small" onClick={onRetry}>
                {text('app.start.retry')}
              </Button>
            }
          />
        </div>
      )}
    </main>
  );
}
