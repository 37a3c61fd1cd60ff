import type { ReactElement, ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import styles from './setting-row.module.css';

export type SettingRowProps = Readonly<{
  /** Name of the setting; a `label` element where the control has one. */
  name: ReactNode;
  /** Meaning in one line, below the name. */
  meaning?: ReactNode;
  /** Control, value or button at the end. */
  children?: ReactNode;
  /** Text below both, such as an error. */
  below?: ReactNode;
  /** Puts the control below the name, for long values and lists. */
  wide?: boolean | undefined;
  /** Makes the row 44 px high instead of 56, for long lists of names. */
  dense?: boolean | undefined;
  /** `fact` is a row of a `dl`: its name is the term, its value and what is below are definitions. */
  kind?: 'control' | 'fact' | undefined;
}>;

/** Row of the settings: name and meaning at the left, control or value at the right. The control goes below the name where there is no room. */
export function SettingRow({
  name,
  meaning,
  children,
  below,
  wide = false,
  dense = false,
  kind = 'control',
}: SettingRowProps): ReactElement {
  const [Words, Control] = kind === 'fact' ? (['dt', 'dd'] as const) : (['div', 'div'] as const);
  return (
    <div data-setting="" className={classes(styles['row'], wide && styles['wide'], dense && styles['dense'])}>
      <Words className={styles['words']}>
        <span className={styles['name']}>{name}</span>
        {isShown(meaning) && <span className={styles['meaning']}>{meaning}</span>}
      </Words>
      {(kind === 'fact' || isShown(children)) && <Control className={styles['control']}>{children}</Control>}
      {isShown(below) && <Control className={styles['below']}>{below}</Control>}
    </div>
  );
}
