import type { ReactElement } from 'react';
import type { TerminalTheme } from '#shared/app-api/index.ts';
import './colours.css';
import { readableColour } from './contrast.ts';
import type { Scheme } from './scheme.ts';
import styles from './preview.module.css';
import { THEMES } from './themes.ts';

/** Text of the lines, the same in every language. */
const SAMPLE = { who: 'mira', command: 'ls', folder: 'docs', program: 'run', file: 'old.gz' } as const;

/** Two lines of a terminal in a theme, for a choice of themes. Hidden from screen readers, which read the theme's name beside it. */
export function TerminalSwatch({ theme, scheme }: Readonly<{ theme: TerminalTheme; scheme: Scheme }>): ReactElement {
  // The window's own look has a named twin, whose colours don't depend on the page.
  const { background, foreground, colours } =
    THEMES[theme === 'window' ? (scheme === 'dark' ? 'ink' : 'paper') : theme];
  const colour = (index: number): string => readableColour(colours[index] ?? foreground, background);
  return (
    <span aria-hidden="true" className={styles['card']} style={{ background, color: foreground }}>
      <span>
        <span style={{ color: colour(2) }}>{SAMPLE.who}</span>:<span style={{ color: colour(4) }}>~</span>${' '}
        {SAMPLE.command}
      </span>
      <span>
        <span style={{ color: colour(4) }}>{SAMPLE.folder}</span>{' '}
        <span style={{ color: colour(2) }}>{SAMPLE.program}</span>{' '}
        <span style={{ color: colour(1) }}>{SAMPLE.file}</span>
      </span>
    </span>
  );
}
