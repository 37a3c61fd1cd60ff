import { useLayoutEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { classes, TextInput } from '../../../ui/index.ts';
import { formatTyped, moveCaret } from '../code-input.ts';
import styles from './home.module.css';

/** Places of the characters in the formatted code; the dash is at 4. */
const PLACES = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const DASH = 4;

export type CodeBoxesProps = Readonly<{
  input: RefObject<HTMLInputElement | null>;
  typed: string;
  /** Kind of the text, for tests and the look of a link. */
  kind: string;
  onType(text: string): void;
}>;

/**
 * Field for a code or link, used inside a `Field`. A code is shown in eight boxes: one text field lies over them, so that typing, pasting and screen
 * readers work as in any field. Longer texts, such as a link, are shown in a plain field.
 */
export function CodeBoxes({ input, typed, kind, onType }: CodeBoxesProps): ReactElement {
  const caret = useRef<number | undefined>(undefined);
  const [place, setPlace] = useState<number | undefined>(undefined);
  const isCode = /^[0-9A-Z-]{0,9}$/.test(typed);

  // Formatting changed the text, and the browser would move the cursor to its end.
  useLayoutEffect(() => {
    if (caret.current !== undefined) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  return (
    <div className={styles['boxes']} data-boxes={isCode}>
      {isCode &&
        PLACES.map((index) => (
          <span
            key={index}
            aria-hidden="true"
            // A typed dash shows itself.
            className={classes(
              styles[index === DASH ? 'dash' : 'box'],
              index === DASH && typed.length > DASH && styles['typed'],
              index === place && styles['active'],
            )}
          />
        ))}
      <TextInput
        ref={input}
        mono
        className={isCode ? styles['code-input'] : styles['link-input']}
        data-code-field=""
        data-kind={kind}
        autoCapitalize="characters"
        maxLength={1024}
        value={typed}
        onChange={(raw) => {
          const position = input.current?.selectionStart ?? raw.length;
          caret.current = moveCaret(raw, position, formatTyped(raw));
          onType(raw);
        }}
        onSelect={(event) => setPlace(placeOf(event.currentTarget.selectionStart ?? 0, typed))}
        onFocus={(event) => setPlace(placeOf(event.currentTarget.selectionStart ?? 0, typed))}
        onBlur={() => setPlace(undefined)}
      />
    </div>
  );
}

/** Returns the box in which the next character appears: behind the dash for a cursor before it, the last one at the end. */
function placeOf(position: number, typed: string): number {
  const next = position === DASH ? DASH + 1 : position;
  return Math.min(next, typed.length >= PLACES.length ? PLACES.length - 1 : next);
}
