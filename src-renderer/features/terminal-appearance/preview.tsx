import type { CSSProperties, ReactElement } from 'react';
import { terminalThemeOf, type TerminalSettings } from '#shared/app-api/index.ts';
import './colours.css';
import { readableColour } from './contrast.ts';
import { fontStack } from './fonts.ts';
import type { Scheme } from './scheme.ts';
import styles from './preview.module.css';
import { THEMES } from './themes.ts';

/** Text of the preview, the same in every language. */
const SAMPLE = {
  who: 'mira@office',
  where: '~/project',
  command: 'ls',
  folders: ['docs', 'src'],
  program: 'build.sh',
  file: 'README.md',
  archive: 'old.tar.gz',
} as const;

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

type PreviewProps = Readonly<{
  settings: Pick<TerminalSettings, 'theme' | 'darkTheme' | 'fontFamily' | 'fontSize' | 'lineHeight' | 'cursorStyle'>;
  /** Scheme of the preview; the window may have the other one. */
  scheme: Scheme;
  /** Label for screen readers. */
  label: string;
}>;

/** Picture of a terminal in the settings: prompt, colours, font and cursor as the person has chosen them. */
export function TerminalPreview({ settings, scheme, label }: PreviewProps): ReactElement {
  const theme = terminalThemeOf(settings, scheme);
  const { fontFamily, fontSize, lineHeight, cursorStyle } = settings;
  const named = theme === 'window' ? undefined : THEMES[theme];
  const foreground = named?.foreground ?? 'var(--color-terminal-text)';
  const cursor = named?.cursor ?? foreground;
  const colour = (index: number): string =>
    named?.colours[index] ?? `var(--terminal-${index < 8 ? '' : 'bright-'}${COLOURS[index % 8]})`;
  const words = (index: number): string =>
    named === undefined ? colour(index) : readableColour(colour(index), named.background);
  const style: CSSProperties = {
    background: named?.background ?? 'var(--color-terminal-background)',
    color: foreground,
    fontFamily: fontStack(fontFamily, 'var(--font-mono)'),
    fontSize,
    // A terminal's row is about 1.2 times as high as its font.
    lineHeight: 1.2 * (lineHeight / 100),
  };
  const prompt = (
    <>
      <span style={{ color: words(10), fontWeight: 'bold' }}>{SAMPLE.who}</span>:
      <span style={{ color: words(12), fontWeight: 'bold' }}>{SAMPLE.where}</span>${' '}
    </>
  );
  return (
    <div role="img" data-theme={scheme} aria-label={label} className={styles['preview']} style={style}>
      <div>
        {prompt}
        {SAMPLE.command}
      </div>
      <div>
        <span style={{ color: words(4) }}>{SAMPLE.folders[0]}</span>{' '}
        <span style={{ color: words(4) }}>{SAMPLE.folders[1]}</span>{' '}
        <span style={{ color: words(2) }}>{SAMPLE.program}</span> {SAMPLE.file}{' '}
        <span style={{ color: words(1) }}>{SAMPLE.archive}</span>
      </div>
      <div aria-hidden="true">
        {Array.from({ length: 16 }, (_, index) => (
          <span
            key={COLOURS[index % 8] + String(index)}
            className={styles['swatch']}
            style={{ background: colour(index) }}
          />
        ))}
      </div>
      <div>
        {prompt}
        <span className={styles[cursorStyle]} style={{ '--cursor': cursor } as CSSProperties}>
          {'\u00a0'}
        </span>
      </div>
    </div>
  );
}
