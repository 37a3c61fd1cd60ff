import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './pairing-word-chips.module.css';

/** Shows the pairing words, numbered, for two people to compare. */
export function PairingWordChips({ words }: Readonly<{ words: readonly string[] }>): ReactElement {
  return (
    <ol className={styles['words']} aria-label={text('ui.words', { words: words.join(' ') })}>
      {words.map((word, position) => {
        // A word may occur twice.
        const key = `${position} ${word}`;
        return (
          <li key={key} className={styles['word']}>
            {word}
          </li>
        );
      })}
    </ol>
  );
}
