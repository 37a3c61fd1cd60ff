import {
  createContext,
  useContext,
  useId,
  useMemo,
  type ComponentPropsWithRef,
  type ReactElement,
  type ReactNode,
} from 'react';
import { SettingRow } from '../row/setting-row.tsx';
import { classes, isShown } from '../styles/classes.ts';
import styles from './field.module.css';

type FieldIds = Readonly<{ control: string; described: string | undefined; invalid: boolean }>;

const FieldContext = createContext<FieldIds | undefined>(undefined);

/** `hint`: help below the control. `error`: problem of its value, announced to screen readers. Both may be absent. */
export type FieldProps = Readonly<{
  label: string;
  /** Hides the label where other content shows the same; screen readers still read it. */
  hideLabel?: boolean | undefined;
  hint?: ReactNode;
  error?: ReactNode;
  /** Makes it a row of the settings, with the hint as its meaning. */
  row?: boolean | undefined;
  children: ReactNode;
}>;

/** Label, hint and error of one control. The control inside (`TextInput`, `TextArea`) takes its ID and description from this field. */
export function Field({ label, hideLabel = false, hint, error, row = false, children }: FieldProps): ReactElement {
  const id = useId();
  const hasHint = isShown(hint);
  const hasError = isShown(error);
  const described = classes(hasHint && `${id}-hint`, hasError && `${id}-error`);
  const ids = useMemo(
    () => ({ control: id, described: described === '' ? undefined : described, invalid: hasError }),
    [id, described, hasError],
  );
  const problem = (
    <div id={`${id}-error`} className={styles['error']} role="alert" hidden={!hasError}>
      {error}
    </div>
  );
  if (row)
    return (
      <SettingRow
        name={<label htmlFor={id}>{label}</label>}
        meaning={hasHint && <span id={`${id}-hint`}>{hint}</span>}
        below={hasError && problem}
      >
        <FieldContext value={ids}>{children}</FieldContext>
      </SettingRow>
    );
  return (
    <div className={styles['field']}>
      <label className={classes(styles['label'], hideLabel && 'visually-hidden')} htmlFor={id}>
        {label}
      </label>
      <FieldContext value={ids}>{children}</FieldContext>
      {hasHint && (
        <div id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </div>
      )}
      {problem}
    </div>
  );
}

/** Returns the attributes that a control takes from the field around it. */
export function useFieldProps(): Readonly<{
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}> {
  const field = useContext(FieldContext);
  if (field === undefined) return {};
  return {
    id: field.control,
    ...(field.described !== undefined && { 'aria-describedby': field.described }),
    ...(field.invalid && { 'aria-invalid': true as const }),
  };
}

export type TextInputProps = Omit<ComponentPropsWithRef<'input'>, 'value' | 'onChange' | 'size'> &
  Readonly<{ value: string; onChange(value: string): void; mono?: boolean | undefined }>;

/** Field for one line of text. `mono` uses the font for codes. Spell checking and completion are off. */
export function TextInput({ value, onChange, mono = false, className, ...rest }: TextInputProps): ReactElement {
  const field = useFieldProps();
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...field}
      {...rest}
      className={classes(styles['input'], mono && styles['mono'], className)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export type TextAreaProps = Omit<ComponentPropsWithRef<'textarea'>, 'value' | 'onChange'> &
  Readonly<{ value: string; onChange(value: string): void; mono?: boolean | undefined }>;

/** Field for several lines of text. `mono` uses the font for codes. Spell checking is off. */
export function TextArea({ value, onChange, mono = false, className, ...rest }: TextAreaProps): ReactElement {
  const field = useFieldProps();
  return (
    <textarea
      rows={4}
      spellCheck={false}
      {...field}
      {...rest}
      className={classes(styles['input'], styles['area'], mono && styles['mono'], className)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
