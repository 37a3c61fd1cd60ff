import { Autocomplete as Base } from '@base-ui/react/autocomplete';
import { useState, type ReactElement, type Ref } from 'react';
import { classes } from '../styles/classes.ts';
import popupStyles from '../dialogs/popup.module.css';
import { useFieldProps } from './field.tsx';
import fieldStyles from './field.module.css';
import styles from './suggest-input.module.css';

/** Suggested text. `detail`: what it stands for, beside it. */
export type Suggestion = Readonly<{ value: string; detail?: string | undefined }>;

export type SuggestInputProps = Readonly<{
  value: string;
  onChange(value: string): void;
  suggestions: readonly Suggestion[];
  /** Name of the list of suggestions for screen readers. */
  suggestionsLabel: string;
  placeholder?: string | undefined;
  maxLength?: number | undefined;
  onBlur?: (() => void) | undefined;
  ref?: Ref<HTMLInputElement> | undefined;
}>;

/** Most suggestions that are listed at once. */
const MOST = 50;

/**
 * Field for one line of text, such as an address, that offers suggestions when it is clicked, while the person types, and on the arrow keys. Any other
 * text is possible.
 */
export function SuggestInput({
  value,
  onChange,
  suggestions,
  suggestionsLabel,
  ...rest
}: SuggestInputProps): ReactElement {
  const field = useFieldProps();
  const [isOpen, setOpen] = useState(false);
  const wanted = value.trim().toLowerCase();
  const found = suggestions
    .filter(({ value: text, detail = '' }) => `${text} ${detail}`.toLowerCase().includes(wanted))
    .slice(0, MOST);
  return (
    <Base.Root
      items={suggestions}
      filteredItems={found}
      open={isOpen && found.length > 0}
      onOpenChange={(next) => setOpen(next)}
      value={value}
      openOnInputClick
      itemToStringValue={({ value: text }) => text}
      onValueChange={(next) => onChange(next)}
    >
      <Base.Input
        {...field}
        {...rest}
        className={classes(fieldStyles['input'], fieldStyles['mono'])}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Base.Portal>
        <Base.Positioner className={popupStyles['positioner']} align="start" sideOffset={4} collisionPadding={8}>
          <Base.Popup className={popupStyles['list']}>
            <Base.List aria-label={suggestionsLabel}>
              {(suggestion: Suggestion) => (
                <Base.Item key={suggestion.value} value={suggestion} className={popupStyles['item']}>
                  <span className={styles['value']}>{suggestion.value}</span>
                  {suggestion.detail !== undefined && <span className={styles['detail']}>{suggestion.detail}</span>}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
