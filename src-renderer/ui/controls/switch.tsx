import { Switch as Base } from '@base-ui/react/switch';
import { useId, type ReactElement, type ReactNode } from 'react';
import { SettingRow } from '../row/setting-row.tsx';
import { classes } from '../styles/classes.ts';
import styles from './switch.module.css';

export type SwitchProps = Readonly<{
  label: string;
  /** Hides the label where other content shows the same; screen readers still read it. */
  hideLabel?: boolean | undefined;
  /** Explanation below the label. */
  description?: ReactNode;
  /** Shown beside the label, such as that a change was saved. */
  beside?: ReactNode;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean | undefined;
  /** Makes it a row of the settings, with the description as its meaning. */
  row?: boolean | undefined;
  /** True where it is on and doesn't work. The switch is amber; text beside it has to say what is wrong. */
  failing?: boolean | undefined;
}>;

/** Switch that is on or off and takes effect at once. */
export function Switch({
  label,
  hideLabel = false,
  description,
  beside,
  checked,
  onChange,
  disabled = false,
  failing = false,
  row = false,
}: SwitchProps): ReactElement {
  const id = useId();
  const control = (
    <Base.Root
      id={id}
      className={classes(styles['switch'], failing && styles['failing'])}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      aria-labelledby={`${id}-label`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
    >
      <Base.Thumb className={styles['thumb']} />
    </Base.Root>
  );
  const name = (
    <label id={`${id}-label`} htmlFor={id} className={row ? undefined : styles['label']}>
      {label}
    </label>
  );
  if (row)
    return (
      <SettingRow
        name={name}
        meaning={description !== undefined && <span id={`${id}-description`}>{description}</span>}
      >
        {control}
      </SettingRow>
    );
  return (
    <div className={styles['row']}>
      <div className={classes(styles['words'], hideLabel && 'visually-hidden')}>
        {name}
        {beside}
        {description !== undefined && (
          <p id={`${id}-description`} className={styles['description']}>
            {description}
          </p>
        )}
      </div>
      {control}
    </div>
  );
}
