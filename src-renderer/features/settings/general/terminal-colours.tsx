import { useId, type ReactElement } from 'react';
import { terminalThemeOf, type TerminalSettings, type TerminalTheme } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { TerminalSwatch, THEMES, useScheme, type Scheme } from '../../terminal-appearance/index.ts';
import styles from '../settings.module.css';

/** Themes that lead; the section of terminals lists all. `window` is Paper in a light window and Ink in a dark one. */
const OFFERED: Readonly<Record<Scheme, readonly TerminalTheme[]>> = {
  light: ['window', 'ink', 'solarized-light', 'nord'],
  dark: ['window', 'paper', 'solarized-dark', 'nord'],
};

type ColoursProps = Readonly<{
  settings: TerminalSettings;
  onChange(change: Partial<TerminalSettings>): void;
}>;

/** Choice of the colours of terminals in the window's current scheme, by pictures of terminals. */
export function TerminalColours({ settings, onChange }: ColoursProps): ReactElement {
  const id = useId();
  const scheme = useScheme();
  const chosen = terminalThemeOf(settings, scheme);
  const offered = OFFERED[scheme];
  // A theme that the person has chosen in the section of terminals takes the last place.
  const themes = offered.includes(chosen) ? offered : [...offered.slice(0, -1), chosen];
  return (
    <div className={styles['part']}>
      <h3 id={id} className={styles['subheading']}>
        {text(`settings.appearance.terminals.${scheme}`)}
      </h3>
      <div role="radiogroup" aria-labelledby={id} className={styles['swatches']}>
        {themes.map((theme) => (
          <label key={theme} className={styles['swatch']}>
            <input
              type="radio"
              className="visually-hidden"
              name={id}
              checked={theme === chosen}
              onChange={() => onChange(withTheme(settings, scheme, theme))}
            />
            <TerminalSwatch theme={theme} scheme={scheme} />
            <span>
              {theme === 'window' ? text(`settings.appearance.terminals.window.${scheme}`) : THEMES[theme].name}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}

/** Returns the change that gives terminals a theme in one scheme. The other scheme keeps its theme, even if it had none of its own. Pure. */
export function withTheme(
  settings: Pick<TerminalSettings, 'theme' | 'darkTheme'>,
  scheme: Scheme,
  theme: TerminalTheme,
): Partial<TerminalSettings> {
  return scheme === 'dark' ? { darkTheme: theme } : { theme, darkTheme: terminalThemeOf(settings, 'dark') };
}
