import { useMemo, useState, type ReactElement } from 'react';
import { FONT_FAMILY, type TerminalSettings } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Select } from '../../../ui/index.ts';
import { installedFonts, isInstalled, isMonospaced } from '../../terminal-appearance/index.ts';
import { AutosaveField } from '../autosave-field.tsx';
import type { WindowSettingsControl } from '../use-window-settings.ts';

type FontProps = Pick<WindowSettingsControl, 'changeTerminal'> & Readonly<{ terminal: TerminalSettings }>;

/** Value of the window's own font in the list of fonts; no font has this name. */
const WINDOW_FONT = '';
/** Value in the list of fonts with which the person types a name; no font has this name. */
const OTHER_FONT = '?';

/** Rows of the settings in which the person chooses an installed font for terminals, or types the name of another one. */
export function FontChoice({ terminal, changeTerminal }: FontProps): ReactElement {
  const { fontFamily } = terminal;
  const installed = useMemo(() => installedFonts(), []);
  const [isTyping, setTyping] = useState(false);
  const isOther = isTyping || (fontFamily !== WINDOW_FONT && !installed.includes(fontFamily));
  return (
    <>
      <Select
        row
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
    </>
  );
}

function problemOf(typed: string): string | undefined {
  if (!FONT_FAMILY.test(typed)) return text('settings.terminals.font.invalid');
  if (!isInstalled(typed)) return text('settings.terminals.font.missing');
  return isMonospaced(typed) ? undefined : text('settings.terminals.font.uneven');
}
