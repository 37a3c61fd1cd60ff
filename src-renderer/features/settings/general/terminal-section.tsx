import type { ReactElement } from 'react';
import { CURSOR_STYLES, RIGHT_CLICKS } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { ErrorNotice, Select, Switch } from '../../../ui/index.ts';
import { ClipboardDecisions } from './clipboard-decisions.tsx';
import { AutosaveField } from '../autosave-field.tsx';
import { FontChoice } from './font-choice.tsx';
import { readNumber, TERMINAL_SETTING_RANGES, type NumberName } from './terminal-numbers.ts';
import { Section } from '../section.tsx';
import { TerminalColours } from './terminal-colours.tsx';
import { useWindowSettings } from '../use-window-settings.ts';

type Toggle = 'pasteGuard' | 'closeGuard' | 'copyOnSelect' | 'cursorBlink' | 'screenReader' | 'webgl';

/**
 * Section of the settings for terminals: colours, font, cursor, scrollback, clipboard and accessibility. Each change is saved at once
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
      row
      label={label}
      description={description}
      checked={terminal[name]}
      onChange={(checked) => void changeTerminal({ [name]: checked })}
    />
  );
  return (
    <Section name="terminals" title={text('settings.terminals')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <TerminalColours settings={terminal} onChange={(part) => void changeTerminal(part)} />
      <FontChoice terminal={terminal} changeTerminal={changeTerminal} />
      {number('fontSize', text('settings.terminals.font-size'), text('settings.terminals.font-size.hint'))}
      {number('lineHeight', text('settings.terminals.line-height'), text('settings.terminals.line-height.hint'))}
      <Select
        row
        label={text('settings.terminals.cursor')}
        value={terminal.cursorStyle}
        options={CURSOR_STYLES.map((value) => ({ value, label: text(`settings.terminals.cursor.${value}`) }))}
        onChange={(cursorStyle) => void changeTerminal({ cursorStyle })}
      />
      {toggle('cursorBlink', text('settings.terminals.cursor-blink'))}
      {number('scrollback', text('settings.terminals.scrollback'), text('settings.terminals.scrollback.hint'))}
      <Select
        row
        label={text('settings.terminals.right-click')}
        value={terminal.rightClick}
        options={RIGHT_CLICKS.map((value) => ({ value, label: text(`settings.terminals.right-click.${value}`) }))}
        onChange={(rightClick) => void changeTerminal({ rightClick })}
      />
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
