import { useId, type ReactElement, type ReactNode } from 'react';
import { SettingRow } from '../row/setting-row.tsx';
import { classes } from '../styles/classes.ts';
import styles from './segments.module.css';

/** One segment. `tone` colours its text while it is chosen. `description` is its tooltip. */
export type Segment<T extends string> = Readonly<{
  value: T;
  label: string;
  tone?: 'good' | 'bad' | undefined;
  description?: string | undefined;
}>;

export type SegmentsProps<T extends string> = Readonly<{
  /** Name of the group for screen readers. */
  label: string;
  /** Chosen segment; undefined while none is. */
  value: T | undefined;
  /** Segment that a person has pressed and that isn't chosen before a confirmation. A press on the chosen one takes that back by `onChange`. */
  waiting?: NoInfer<T> | undefined;
  options: readonly Segment<NoInfer<T>>[];
  onChange(value: NoInfer<T>): void;
  disabled?: boolean | undefined;
  /** ID of an element that describes the group. */
  describedBy?: string | undefined;
  /** Makes it a row of the settings, with the description as its meaning. */
  row?: boolean | undefined;
  description?: ReactNode;
}>;

/** Row of two to four choices of which one counts, such as Allow, Ask and Deny. The arrow keys move between them. */
export function Segments<T extends string>({
  label,
  value,
  waiting,
  options,
  onChange,
  disabled = false,
  describedBy,
  row = false,
  description,
}: SegmentsProps<T>): ReactElement {
  const id = useId();
  const naming = row
    ? {
        'aria-labelledby': `${id}-label`,
        'aria-describedby': description === undefined ? describedBy : `${id}-description`,
      }
    : { 'aria-label': label, 'aria-describedby': describedBy };
  const segments = (
    <div role="radiogroup" className={styles['segments']} {...naming}>
      {options.map((option) => (
        <label
          key={option.value}
          className={classes(
            styles['segment'],
            option.tone !== undefined && styles[option.tone],
            option.value === waiting && styles['waiting'],
          )}
          title={option.description}
        >
          <input
            type="radio"
            className="visually-hidden"
            name={id}
            disabled={disabled}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            onClick={() => {
              if (waiting !== undefined && option.value === value) onChange(value);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
  if (!row) return segments;
  return (
    <SettingRow
      name={<span id={`${id}-label`}>{label}</span>}
      meaning={description !== undefined && <span id={`${id}-description`}>{description}</span>}
    >
      {segments}
    </SettingRow>
  );
}
