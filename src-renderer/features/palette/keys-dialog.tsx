import { Fragment, type ReactElement } from 'react';
import { ACTIONS, keysFor, SCOPES, scopeOf, shownKeys, type Scope } from '../../keys/index.ts';
import { clipboardKeys, text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Button, Dialog, KeyCaps } from '../../ui/index.ts';
import { showSettings } from '../settings/index.ts';
import own from './keys-dialog.module.css';
import styles from './palette.module.css';

/** Attributes of a scrolling region, which has to be focusable (WCAG 2.1.1). */
const SCROLLED = { tabIndex: 0 } as const;

/** Combinations that do the same, each as the text of `KeyCaps`, and what they do. */
type Row = readonly [keys: readonly (string | readonly string[])[], meaning: string];

/** Dialog that lists the current shortcuts of the window by scope. A button opens the settings, where the person changes them. */
export function KeysDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('keys.title')}
      actions={
        <>
          <Button
            onClick={() => {
              onClose();
              showSettings('keys');
            }}
          >
            {text('keys.edit')}
          </Button>
          <Button onClick={onClose}>{text('ui.close')}</Button>
        </>
      }
    >
      <div className={own['list']} role="group" aria-label={text('keys.title')} {...SCROLLED}>
        {SCOPES.map((scope) => (
          <Keys key={scope} scope={scope} />
        ))}
      </div>
    </Dialog>
  );
}

function Keys({ scope }: Readonly<{ scope: Scope }>): ReactElement {
  const keys = useApp(({ settings }) => settings.keys);
  const rows: Row[] = ACTIONS.filter((action) => scopeOf(action) === scope && keysFor(action, keys).length > 0).map(
    (action) => [keysFor(action, keys).map(shownKeys), text(`keys.${action}`)],
  );
  // The system pastes; the window can't read the clipboard itself.
  if (scope === 'terminal') rows.push([[clipboardKeys('V')], text('keys.terminal.paste')]);
  const title = text(`keys.scope.${scope}`);
  return (
    <section className={own['part']} aria-label={title}>
      <h3 className={own['title']}>{title}</h3>
      <dl className={styles['keys']}>
        {rows.map(([shown, meaning]) => (
          <div key={meaning}>
            <dt>
              {shown.map((combination, place) => (
                <Fragment key={String(combination)}>
                  {place > 0 && <span className={own['or']}> {text('keys.or')} </span>}
                  <KeyCaps keys={combination} />
                </Fragment>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
