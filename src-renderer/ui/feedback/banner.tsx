import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './banner.module.css';
import { classes, isShown } from '../styles/classes.ts';
import tones from '../styles/tone.module.css';
import type { Tone } from '../styles/tone.ts';

/** `tone`: colour and icon. `action`: buttons at the end. */
export type BannerProps = Readonly<{ tone: Tone; children: ReactNode; action?: ReactNode }>;

const ICONS = { neutral: Info, good: CircleCheck, warning: TriangleAlert, bad: CircleAlert, info: Info } as const;

/** Message about a whole page or section, across its width. */
export function Banner({ tone, children, action }: BannerProps): ReactElement {
  const Icon = ICONS[tone];
  return (
    <div className={classes(styles['banner'], tones[tone], tone === 'neutral' && styles['neutral'])} role="status">
      <div className={styles['text']}>
        <Icon className={styles['icon']} aria-hidden="true" />
        {children}
      </div>
      {isShown(action) && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
