import type { ReactElement } from 'react';
import { clipboardKeys, keysText, shortcutText, text, usesCommandKey } from '../../locale/index.ts';
import { PAGES } from '../../store/index.ts';
import { Button, Dialog } from '../../ui/index.ts';
import own from './keys-dialog.module.css';
import styles from './palette.module.css';

/** Attributes of a scrolling region, which has to be focusable (WCAG 2.1.1). */
const SCROLLED = { tabIndex: 0 } as const;

type Row = readonly [keys: string, meaning: string];

/** Dialog that lists the shortcuts of the window and those in a terminal. */
export function KeysDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('keys.title')}
      actions={<Button onClick={onClose}>{text('ui.close')}</Button>}
    >
      <div className={own['list']} role="group" aria-label={text('keys.title')} {...SCROLLED}>
        <Keys title={text('keys.everywhere')} rows={everywhere()} />
        <Keys title={text('keys.terminal')} rows={inTerminal()} />
      </div>
    </Dialog>
  );
}

function Keys({ title, rows }: Readonly<{ title: string; rows: readonly Row[] }>): ReactElement {
  return (
    <section className={own['part']} aria-label={title}>
      <h3 className={own['title']}>{title}</h3>
      <dl className={styles['keys']}>
        {rows.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function everywhere(): readonly Row[] {
  return [
    [shortcutText('K'), text('keys.palette')],
    [shortcutText(`1 – ${PAGES.length}`), text('keys.pages')],
    [shortcutText('Shift+P'), text('keys.pair')],
    [`F6, ${shortcutText('B')}`, text('keys.region')],
    [`${shortcutText('+')}, −, 0`, text('keys.zoom')],
    ['?', text('keys.help')],
  ];
}

/** Lists the shortcuts that work while a terminal has the focus. The program in the terminal gets all other keys. */
function inTerminal(): readonly Row[] {
  const pages = `${shortcutText('PageDown')}, ${keysText('PageUp')}`;
  return [
    [shortcutText('Shift+T'), text('keys.terminal.new')],
    [shortcutText('Shift+W'), text('keys.terminal.close')],
    [shortcutText('Shift+F'), text('keys.terminal.search')],
    [clipboardKeys('C'), text('keys.terminal.copy')],
    [clipboardKeys('V'), text('keys.terminal.paste')],
    [shortcutText('Shift+E'), text('keys.terminal.split-right')],
    [shortcutText('Shift+O'), text('keys.terminal.split-below')],
    [shortcutText('Shift+Arrows'), text('keys.terminal.focus')],
    [keysText('Alt+Shift+Arrows'), text('keys.terminal.resize')],
    [shortcutText('Shift+Enter'), text('keys.terminal.zoom')],
    [shortcutText('Shift+I'), text('keys.terminal.broadcast')],
    [shortcutText('Shift+D'), text('keys.terminal.duplicate')],
    [shortcutText('Shift+Z'), text('keys.terminal.reopen')],
    [shortcutText('Shift+L'), text('keys.terminal.clear')],
    [keysText('Alt+1 – 9'), text('keys.terminal.tab')],
    [pages, text('keys.terminal.tabs')],
    [`${shortcutText('Shift+PageDown')}, ${keysText('PageUp')}`, text('keys.terminal.move-tab')],
    [`${shortcutText('+')}, −, 0`, text('keys.terminal.text')],
    [shortcutText('Shift+Escape'), text('keys.terminal.leave')],
    // Programs in a terminal don't use the command key.
    ...(usesCommandKey ? [] : [[shortcutText('Shift+K'), text('keys.terminal.palette')] as const]),
    [keysText('Ctrl+F6'), text('keys.terminal.region')],
  ];
}
