import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useCall } from '../../store/index.ts';
import { Button, ErrorNotice, formatLeft, useNow } from '../../ui/index.ts';
import styles from './decided-list.module.css';

export type PauseLeftProps = Readonly<{
  /** Request that the person declined. */
  id: number;
  /** End of the pause, ms since 1970. */
  until: number;
  /** Called when the pause was lifted. */
  onLifted(): void;
}>;

/** Says for how long the same request is declined unseen, with a button that lifts this (`approvals.askAgain`). Renders nothing after the pause. */
export function PauseLeft({ id, until, onLifted }: PauseLeftProps): ReactElement | null {
  const now = useNow(1000);
  const lift = useCall('approvals.askAgain');
  if (until <= now) return null;
  const words = text('approvals.declined-for', { time: formatLeft(until - now) });
  return (
    <div className={styles['pause']}>
      <span role="timer">{words}</span>
      <Button
        size="small"
        variant="quiet"
        edge="start"
        busy={lift.busy}
        onClick={() => void lift.run({ id }).then((lifted) => lifted !== undefined && onLifted())}
      >
        {text('approvals.ask-again')}
      </Button>
      {lift.error !== undefined && <ErrorNotice error={lift.error} onDismiss={lift.reset} />}
    </div>
  );
}
