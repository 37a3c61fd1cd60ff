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
  /** Boxes that the cursor or the selection covers, from the first to behind the last; undefined without the focus. */
  const [marked, setMarked] = useState<readonly [number, number] | undefined>(undefined);
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
              marked !== undefined && index >= marked[0] && index < marked[1] && styles['active'],
            )}
          />
        ))}
      <TextInput
        ref={input}
        mono
        className={classes(
          styles[isCode ? 'code-input' : 'link-input'],
          typed.length >= PLACES.length && styles['full'],
        )}
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
        onSelect={(event) => setMarked(markedBy(event.currentTarget))}
        onFocus={(event) => setMarked(markedBy(event.currentTarget))}
        onBlur={() => setMarked(undefined)}
      />
    </div>
  );
}

/** Returns the boxes of the selection; without one the box in which the next character appears: behind the dash for a cursor before it, the last one at the end. */
function markedBy({ selectionStart, selectionEnd, value }: HTMLInputElement): readonly [number, number] {
  const [start, end] = [selectionStart ?? 0, selectionEnd ?? 0];
  if (end > start) return [start, end];
  const next = start === DASH ? DASH + 1 : start;
  const place = Math.min(next, value.length >= PLACES.length ? PLACES.length - 1 : next);
  return [place, place + 1];
}
