import { useEffect, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import styles from './machine.module.css';

export type EndedProps = Readonly<{
  /** Gives this browser new keys, and leads to the field for a code. */
  onPairAgain(): void;
}>;

/**
 * Says that the relay lets this browser in no more, since its machines have removed it, and lets it pair again with new keys: the old ones come in nowhere. The
 * relay's answer is enough, also where no machine has told this browser. Renders nothing before it.
 */
export function Ended({ onPairAgain }: EndedProps): ReactElement | null {
  const isRemoved = useApp(({ status }) => status?.relay.problem === 'relay.removed');
  useEffect(() => {
    if (!isRemoved) return undefined;
    // The buttons of the window's rows and notices must not pair with the old keys.
    useApp.setState({ renewKeys: onPairAgain });
    return () => useApp.setState({ renewKeys: undefined });
  }, [isRemoved, onPairAgain]);
  if (!isRemoved) return null;
  return (
    <div className={styles['lost']} role="alert">
      <Banner
        tone="bad"
        action={
          <Button size="small" onClick={onPairAgain}>
            {text('own.again')}
          </Button>
        }
      >
        {text('own.ended')}
      </Banner>
    </div>
  );
}
