import type { ComponentPropsWithRef, ReactElement, ReactNode } from 'react';
import styles from './chip.module.css';
import { classes } from '../styles/classes.ts';
import tones from '../styles/tone.module.css';
import type { Tone } from '../styles/tone.ts';

/** `tone`: colour. `title`: tooltip. */
export type ChipProps = Readonly<{ tone: Tone; children: ReactNode; title?: string | undefined }> &
  Omit<ComponentPropsWithRef<'button'>, 'children' | 'title'>;

/** Short fact in a coloured frame, such as a status. With `onClick`, or as the trigger of a popover, the chip is a button. */
export function Chip({ tone, children, title, onClick, className, ...rest }: ChipProps): ReactElement {
  const names = classes(styles['chip'], tones[tone], className);
  if (onClick === undefined)
    return (
      <span className={names} title={title}>
        {children}
      </span>
    );
  return (
    <button {...rest} type="button" className={classes(names, styles['button'])} title={title} onClick={onClick}>
      {children}
    </button>
  );
}
