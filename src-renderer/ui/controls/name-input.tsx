import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import styles from './name-input.module.css';

export type NameInputProps = Readonly<{
  /** Name of the field for screen readers. */
  label: string;
  /** Name at first, which is selected. */
  value: string;
  placeholder?: string | undefined;
  maxLength?: number | undefined;
  /** Says what is wrong with a name; undefined for a valid one. */
  check?: ((name: string) => string | undefined) | undefined;
  /** Saves the name. May return the reason why it couldn't be saved, and the field stays. */
  onSave(name: string): Promise<string | undefined> | void;
  /** Ends the field. @param byKeys true if a key did, and the focus has to go somewhere */
  onClose(byKeys: boolean): void;
}>;

/**
 * Field in which a name is changed where it is shown. Enter saves, Escape leaves the name as it was, and so does an invalid name that loses the focus; a
 * valid one is saved. Menus that close leave the focus to it.
 */
export function NameInput({
  label,
  value,
  placeholder,
  maxLength,
  check,
  onSave,
  onClose,
}: NameInputProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  const [name, setName] = useState(value);
  const [refusal, setRefusal] = useState<string>();
  const problem = refusal ?? (name === value ? undefined : check?.(name));
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const close = (byKeys: boolean): void => {
    isOver.current = true;
    onClose(byKeys);
  };
  const save = async (byKeys: boolean): Promise<void> => {
    if (isOver.current) return;
    if (problem !== undefined) {
      if (!byKeys) close(false);
      return;
    }
    if (name === value) return close(byKeys);
    isOver.current = true;
    const reason = await onSave(name);
    if (reason === undefined) return onClose(byKeys);
    isOver.current = false;
    setRefusal(reason);
  };
  const press = (event: KeyboardEvent): void => {
    // Keys of the row around it aren't typed here; those of the window are no text.
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    // The key would otherwise press the control that gets the focus next.
    event.preventDefault();
    if (event.key === 'Enter') void save(true);
    else close(true);
  };
  return (
    <span className={styles['field']}>
      <input
        ref={input}
        type="text"
        className={styles['input']}
        data-name-input=""
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={problem === undefined ? undefined : id}
        placeholder={placeholder}
        maxLength={maxLength}
        value={name}
        onChange={({ target }) => {
          setName(target.value);
          setRefusal(undefined);
        }}
        onKeyDown={press}
        // What is around it opens, drags or zooms on these.
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onPointerDown={(event) => event.stopPropagation()}
        onBlur={() => void save(false)}
      />
      <span id={id} className={styles['problem']} role="alert">
        {problem}
      </span>
    </span>
  );
}
