import { Check, Circle } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { classes, Spinner } from '../../../ui/index.ts';
import type { Progress } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { useFocusOnMount } from './use-focus.ts';

const STEPS = ['found', 'joined', 'confirming'] as const;

/** Lists the stages of a running pairing and marks the current one. `progress`: undefined before the first report. */
export function ProgressSteps({ progress }: Readonly<{ progress: Progress | undefined }>): ReactElement {
  const list = useFocusOnMount<HTMLOListElement>();
  const current = STEPS.indexOf(progress ?? 'found');
  return (
    <ol ref={list} tabIndex={-1} className={styles['steps']} aria-label={text('pairing.progress')}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          className={classes(styles['step'], index > current && styles['step-later'])}
          aria-current={index === current ? 'step' : undefined}
        >
          <span className={styles['step-sign']}>
            {index < current && <Check aria-label={text('pairing.progress.done')} />}
            {index === current && <Spinner label={text('pairing.progress.current')} />}
            {index > current && <Circle aria-hidden="true" />}
          </span>
          {text(`pairing.progress.${step}`)}
        </li>
      ))}
    </ol>
  );
}
