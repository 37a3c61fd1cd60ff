import type { ReactElement } from 'react';
import type { WindowSettings } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { ErrorNotice, Switch } from '../../ui/index.ts';
import { DraftField } from './draft-field.tsx';
import { readNumber, TERMINAL_LIMITS, type NumberName } from './numbers.ts';
import { Section } from './section.tsx';
import { useWindowSettings } from './use-window-settings.ts';

type Terminal = WindowSettings['terminal'];
export function TerminalSection(): ReactElement {
  const { settings, error, changeTerminal } = useWindowSettings();
  const { terminal } = settings;
  const number = (name: NumberName, label: string, hint: string): ReactElement => (
    <DraftField
      numeric
      label={label}
      hint={hint}
      maxLength={6}
      value={String(terminal[name])}
      check={(typed) =>
        readNumber(typed, TERMINAL_LIMITS[name]) === undefined
          ? text('settings.terminals.number.invalid', TERMINAL_LIMITS[name])
          : undefined
      }
      onCommit={async (typed) => {
        const value = readNumber(typed, TERMINAL_LIMITS[name]);
        return value !== undefined && (await changeTerminal({ [name]: value }));
      }}
    />
  );
  const toggle = (name: keyof Omit<Terminal, NumberName>, label: string, description?: string): ReactElement => (
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
      {number('fontSize', text('settings.terminals.font-size'), text('settings.terminals.font-size.hint'))}
      {number('scrollback', text('settings.terminals.scrollback'), text('settings.terminals.scrollback.hint'))}
      {toggle('pasteGuard', text('settings.terminals.paste-guard'), text('settings.terminals.paste-guard.text'))}
      {toggle(
        'copyOnSelect',
        text('settings.terminals.copy-on-select'),
        text('settings.terminals.copy-on-select.text'),
      )}
      {toggle('cursorBlink', text('settings.terminals.cursor-blink'))}
      {toggle('screenReader', text('settings.terminals.screen-reader'), text('settings.terminals.screen-reader.text'))}
      {toggle('webgl', text('settings.terminals.webgl'), text('settings.terminals.webgl.text'))}
    </Section>
  );
}
