import { useId, type ReactElement, type ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import styles from './radio-group.module.css';

/** One option of a radio group. */
export type RadioOption<T extends string> = Readonly<{ value: T; label: string; description: ReactNode }>;

export type RadioGroupProps<T extends string> = Readonly<{
  /** Name of the group, shown as its heading. */
  label: string;
  /** Explanation before the options; read with the group's name by screen readers. */
  about?: ReactNode;
  value: T;
  options: readonly RadioOption<NoInfer<T>>[];
  onChange(value: NoInfer<T>): void;
  disabled?: boolean | undefined;
  /** Text after the options; read with the group's name by screen readers. */
  note?: ReactNode;
  size?: 'medium' | 'small' | undefined;
  /** Further content of the group, such as fields for the chosen option. */
  children?: ReactNode;
}>;

/** Lets the person choose one of a few options, each with an explanation. The arrow keys move between the options. */
export function RadioGroup<T extends string>({
  label,
  about,
  value,
  options,
  onChange,
  disabled = false,
  note,
  size = 'medium',
  children,
}: RadioGroupProps<T>): ReactElement {
  const id = useId();
  const described = classes(isShown(about) && `${id}-about`, isShown(note) && `${id}-note`);
  return (
    <fieldset
      className={classes(styles['group'], styles[size])}
      aria-describedby={described === '' ? undefined : described}
    >
      <legend className={styles['legend']}>{label}</legend>
      {isShown(about) && (
        <div id={`${id}-about`} className={styles['about']}>
          {about}
        </div>
      )}
      <div className={styles['options']}>
        {options.map((option) => (
          <label key={option.value} className={styles['option']}>
            <input
              type="radio"
              name={id}
              aria-labelledby={`${id}-${option.value}-label`}
              aria-describedby={`${id}-${option.value}-description`}
              disabled={disabled}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span id={`${id}-${option.value}-label`} className={styles['label']}>
              {option.label}
            </span>
            <span id={`${id}-${option.value}-description`} className={styles['description']}>
              {option.description}
            </span>
          </label>
        ))}
      </div>
      {isShown(note) && (
        <div id={`${id}-note`} className={styles['note']}>
          {note}
        </div>
      )}
      {children}
    </fieldset>
  );
}
