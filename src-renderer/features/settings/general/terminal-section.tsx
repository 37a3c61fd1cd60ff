import { useMemo, useState, type ReactElement } from 'react';
import {
  CURSOR_STYLES,
  FONT_FAMILY,
  RIGHT_CLICKS,
  TERMINAL_THEMES,
  terminalThemeOf,
  type TerminalSettings,
} from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { ErrorNotice, Select, Switch } from '../../../ui/index.ts';
import { installedFonts, isInstalled, isMonospaced, TerminalPreview, THEMES } from '../../terminal-appearance/index.ts';
import { ClipboardDecisions } from './clipboard-decisions.tsx';
import { AutosaveField } from '../autosave-field.tsx';
import { readNumber, TERMINAL_SETTING_RANGES, type NumberName } from './terminal-numbers.ts';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';
import { useWindowSettings, type WindowSettingsControl } from '../use-window-settings.ts';

const SCHEMES = ['light', 'dark'] as const;

type Toggle = 'pasteGuard' | 'closeGuard' | 'copyOnSelect' | 'cursorBlink' | 'screenReader' | 'webgl';

/**
 * Section of the settings for terminals: themes, font, cursor, scrollback, clipboard and accessibility. Each change is saved at once
 * (`shell.settings.set`).
 */
export function TerminalSection(): ReactElement {
  const { settings, error, changeTerminal } = useWindowSettings();
  const { terminal } = settings;
  const number = (name: NumberName, label: string, hint: string): ReactElement => (
    <AutosaveField
      numeric
      label={label}
      hint={hint}
      maxLength={6}
      value={formatNumber(terminal[name], { useGrouping: false })}
      check={(typed) =>
        readNumber(typed, TERMINAL_SETTING_RANGES[name]) === undefined
          ? text('settings.terminals.number.invalid', TERMINAL_SETTING_RANGES[name])
          : undefined
      }
      onCommit={async (typed) => {
        const value = readNumber(typed, TERMINAL_SETTING_RANGES[name]);
        return value !== undefined && (await changeTerminal({ [name]: value }));
      }}
    />
  );
  const toggle = (name: Toggle, label: string, description?: string): ReactElement => (
    <Switch
      label={label}
      description={description}
      checked={terminal[name]}
      onChange={(checked) => void changeTerminal({ [name]: checked })}
    />
  );
  return (
    <Section name="terminals" title={text('settings.terminals')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles['looks']}>
        {SCHEMES.map((scheme) => (
          <div key={scheme} className={styles['look']}>
            <Select
              label={text(`settings.terminals.theme.${scheme}`)}
              value={terminalThemeOf(terminal, scheme)}
              options={TERMINAL_THEMES.map((value) => ({
                value,
                label: value === 'window' ? text('settings.terminals.theme.window') : THEMES[value].name,
              }))}
              // The other scheme keeps its theme, even if it had none of its own.
              onChange={(theme) =>
                void changeTerminal(
                  scheme === 'dark' ? { darkTheme: theme } : { theme, darkTheme: terminalThemeOf(terminal, 'dark') },
                )
              }
            />
            <TerminalPreview settings={terminal} scheme={scheme} label={text(`settings.terminals.preview.${scheme}`)} />
          </div>
        ))}
      </div>
      <div className={styles['draft']}>
        <Select
          label={text('settings.terminals.cursor')}
          value={terminal.cursorStyle}
          options={CURSOR_STYLES.map((value) => ({ value, label: text(`settings.terminals.cursor.${value}`) }))}
          onChange={(cursorStyle) => void changeTerminal({ cursorStyle })}
        />
      </div>
      <FontChoice terminal={terminal} changeTerminal={changeTerminal} />
      <div className={styles['choices']}>
        {number('fontSize', text('settings.terminals.font-size'), text('settings.terminals.font-size.hint'))}
        {number('lineHeight', text('settings.terminals.line-height'), text('settings.terminals.line-height.hint'))}
      </div>
      {toggle('cursorBlink', text('settings.terminals.cursor-blink'))}
      {number('scrollback', text('settings.terminals.scrollback'), text('settings.terminals.scrollback.hint'))}
      <div className={styles['draft']}>
        <Select
          label={text('settings.terminals.right-click')}
          value={terminal.rightClick}
          options={RIGHT_CLICKS.map((value) => ({ value, label: text(`settings.terminals.right-click.${value}`) }))}
          onChange={(rightClick) => void changeTerminal({ rightClick })}
        />
      </div>
      {toggle(
        'copyOnSelect',
        text('settings.terminals.copy-on-select'),
        text('settings.terminals.copy-on-select.text'),
      )}
      {toggle('pasteGuard', text('settings.terminals.paste-guard'), text('settings.terminals.paste-guard.text'))}
      {toggle('closeGuard', text('settings.terminals.close-guard'), text('settings.terminals.close-guard.text'))}
      {toggle('screenReader', text('settings.terminals.screen-reader'), text('settings.terminals.screen-reader.text'))}
      {toggle('webgl', text('settings.terminals.webgl'), text('settings.terminals.webgl.text'))}
      <ClipboardDecisions
        decisions={terminal.clipboard}
        onChange={(clipboard) => void changeTerminal({ clipboard: [...clipboard] })}
      />
    </Section>
  );
}

type FontProps = Pick<WindowSettingsControl, 'changeTerminal'> & Readonly<{ terminal: TerminalSettings }>;

/** Value of the window's own font in the list of fonts; no font has this name. */
const WINDOW_FONT = '';
/** Value in the list of fonts with which the person types a name; no font has this name. */
const OTHER_FONT = '?';

/** Lets the person choose an installed font, or type the name of another one. */
function FontChoice({ terminal, changeTerminal }: FontProps): ReactElement {
  const { fontFamily } = terminal;
  const installed = useMemo(() => installedFonts(), []);
  const [isTyping, setTyping] = useState(false);
  const isOther = isTyping || (fontFamily !== WINDOW_FONT && !installed.includes(fontFamily));
  return (
    <div className={styles['choices']}>
      <Select
        label={text('settings.terminals.font')}
        value={isOther ? OTHER_FONT : fontFamily}
        options={[
          { value: WINDOW_FONT, label: text('settings.terminals.font.window') },
          ...installed.map((value) => ({ value, label: value })),
          { value: OTHER_FONT, label: text('settings.terminals.font.other') },
        ]}
        onChange={(value) => {
          setTyping(value === OTHER_FONT);
          if (value !== OTHER_FONT) void changeTerminal({ fontFamily: value });
        }}
      />
      {isOther && (
        <AutosaveField
          label={text('settings.terminals.font.name')}
          hint={text('settings.terminals.font.name.hint')}
          value={fontFamily}
          check={problemOf}
          onCommit={(typed) => changeTerminal({ fontFamily: typed })}
        />
      )}
    </div>
  );
}

function problemOf(typed: string): string | undefined {
  if (!FONT_FAMILY.test(typed)) return text('settings.terminals.font.invalid');
  if (!isInstalled(typed)) return text('settings.terminals.font.missing');
  return isMonospaced(typed) ? undefined : text('settings.terminals.font.uneven');
}
