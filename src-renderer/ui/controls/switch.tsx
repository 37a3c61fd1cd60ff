import { Switch as Base } from '@base-ui/react/switch';
import { useId, type ReactElement } from 'react';
import { classes } from '../styles/classes.ts';
import styles from './switch.module.css';

export type SwitchProps = Readonly<{
  label: string;
  /** Hides the label where other content shows the same; screen readers still read it. */
  hideLabel?: boolean | undefined;
  /** Explanation below the label. */
  description?: string | undefined;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean | undefined;
  /** True where it is on and doesn't work. The switch is amber; text beside it has to say what is wrong. */
  failing?: boolean | undefined;
}>;

/** Switch that is on or off and takes effect at once. */
export function Switch({
  label,
  hideLabel = false,
  description,
  checked,
  onChange,
  disabled = false,
  failing = false,
}: SwitchProps): ReactElement {
  const id = useId();
  return (
    <div className={styles['row']}>
      <div className={classes(styles['words'], hideLabel && 'visually-hidden')}>
        <label id={`${id}-label`} htmlFor={id} className={styles['label']}>
          {label}
        </label>
        {description !== undefined && (
          <p id={`${id}-description`} className={styles['description']}>
            {description}
          </p>
        )}
      </div>
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
    </div>
  );
}
