import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Field, TextInput } from '../../ui/index.ts';
import styles from './settings.module.css';

export type AutosaveFieldProps = Readonly<{
  label: string;
  hint?: string;
  /** Saved text. */
  value: string;
  /** Checks a typed text. @returns an error text; undefined when the text is valid */
  check(text: string): string | undefined;
  /** Saves a valid text that differs from `value`. @returns whether it was saved */
  onCommit(text: string): Promise<boolean>;
  /** True for a number: a phone shows its number keys. */
  numeric?: boolean;
  /** Longest text, characters. */
  maxLength?: number;
}>;

/** Text field of the settings without a button. It saves when it loses the focus or Enter is pressed; Escape restores the saved text. */
export function AutosaveField({
  label,
  hint,
  value,
  check,
  onCommit,
  numeric = false,
  maxLength = 64,
}: AutosaveFieldProps): ReactElement {
  /** Typed text that isn't saved yet; undefined without one. */
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [saved, setSaved] = useState(false);

  const commit = async (): Promise<void> => {
    if (draft === undefined) return;
    const wanted = draft.trim();
    if (wanted === value) {
      setDraft(undefined);
      setProblem(undefined);
      return;
    }
    const found = check(wanted);
    setProblem(found);
    if (found !== undefined) return;
    const done = await onCommit(wanted);
    setSaved(done);
    // An unsaved text stays, to be tried again.
    if (done) setDraft(undefined);
  };

  return (
    <Field row label={label} hint={hint} error={problem}>
      <span role="status" className={styles['saved']}>
        {saved && text('settings.saved')}
      </span>
      <span className={numeric ? styles['number'] : styles['draft']}>
        <TextInput
          value={draft ?? value}
          maxLength={maxLength}
          inputMode={numeric ? 'numeric' : 'text'}
          onChange={(next) => {
            setDraft(next);
            setSaved(false);
            if (problem !== undefined) setProblem(check(next.trim()));
          }}
          onBlur={() => void commit()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void commit();
            if (event.key !== 'Escape' || draft === undefined) return;
            // Escape acts on this field only.
            event.stopPropagation();
            setDraft(undefined);
            setProblem(undefined);
          }}
        />
      </span>
    </Field>
  );
}
