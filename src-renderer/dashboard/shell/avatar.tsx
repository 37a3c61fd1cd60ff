import type { ReactElement } from 'react';
import { classes } from '../../ui/index.ts';
import styles from './avatar.module.css';
import { initialsOf, toneOf } from './initials.ts';

/** Initials of a person in a colour that stays the same, because it comes from the account's ID. Decoration: the name stands beside it. */
export function Avatar({
  name,
  id,
  size = 'small',
}: Readonly<{ name: string; id: string; size?: 'small' | 'large' }>): ReactElement {
  return (
    <span className={classes(styles['avatar'], styles[size])} data-tone={toneOf(id)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
