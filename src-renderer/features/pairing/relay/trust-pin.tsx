import { useEffect, useRef, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Banner, Button } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { PinText } from './pin-text.tsx';

/**
 * Asks the person to compare the pin of a relay whose certificate no authority has signed. Neither button has the focus, so that Enter doesn't press
 * one by accident.
 */
export function TrustPin({ pin, onTrust }: Readonly<{ pin: string; onTrust: () => void }>): ReactElement {
  const [isDifferent, setDifferent] = useState(false);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div ref={first} tabIndex={-1} className={styles['trust']} role="group" aria-label={text('relay.form.trust')}>
      <p>{text('relay.form.trust.text')}</p>
      <PinText pin={pin} />
      {isDifferent ? (
        <Banner tone="bad">{text('relay.form.trust.different')}</Banner>
      ) : (
        <div className={styles['choices']}>
          <Button onClick={() => setDifferent(true)}>{text('relay.form.trust.no')}</Button>
          <Button variant="primary" onClick={onTrust}>
            {text('relay.form.trust.yes')}
          </Button>
        </div>
      )}
    </div>
  );
}
