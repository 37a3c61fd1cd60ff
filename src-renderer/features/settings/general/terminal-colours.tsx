import { useId, useState, type ReactElement } from 'react';
import { terminalThemeOf, type TerminalSettings, type TerminalTheme } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Segments } from '../../../ui/index.ts';
import {
  nameOfTheme,
  TerminalPreview,
  TerminalSwatch,
  themesFor,
  useScheme,
  type Scheme,
} from '../../terminal-appearance/index.ts';
import styles from '../settings.module.css';

type ColoursProps = Readonly<{
  settings: TerminalSettings;
  onChange(change: Partial<TerminalSettings>): void;
}>;

const SCHEMES = ['light', 'dark'] as const;

/** Choice of the colours of terminals, by pictures of terminals: one theme for each scheme of the window, beginning with the current one. */
export function TerminalColours({ settings, onChange }: ColoursProps): ReactElement {
  const id = useId();
  const current = useScheme();
  const [selected, setSelected] = useState<Scheme>();
  const scheme = selected ?? current;
  const chosen = terminalThemeOf(settings, scheme);
  return (
    <div className={styles['colours']}>
      <Segments
        row
        label={text('settings.terminals.colors')}
        description={text('settings.terminals.colors.text')}
        value={scheme}
        options={SCHEMES.map((value) => ({ value, label: text(`settings.terminals.colors.${value}`) }))}
        onChange={setSelected}
      />
      <TerminalPreview settings={settings} scheme={scheme} label={text(`settings.terminals.preview.${scheme}`)} />
      <div role="radiogroup" aria-label={text(`settings.terminals.colors.${scheme}`)} className={styles['swatches']}>
        {themesFor(scheme).map((theme) => (
          <label key={theme} className={styles['swatch']}>
            <input
              type="radio"
              className="visually-hidden"
              name={`${id} ${scheme}`}
              checked={theme === chosen}
              onChange={() => onChange(withTheme(settings, scheme, theme))}
            />
            <TerminalSwatch theme={theme} scheme={scheme} />
            <span>{nameOfTheme(theme)}</span>
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
