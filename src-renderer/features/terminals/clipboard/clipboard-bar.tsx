import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import { Banner, Button } from '../../../ui/index.ts';
import { decideClipboard } from './clipboard.ts';
import { showControls } from './paste.ts';
import { quotedNameOf } from '../session/machine.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

/** Time after the bar appears during which its buttons don't react, ms, because a click or key was meant for the terminal. */
const CLICK_GUARD = 500;
/** Most characters of the text shown. */
const MOST_CHARACTERS = 60;

/**
 * Bar over a terminal whose program wants to write text to the clipboard. The person allows or denies it for the machine; the decision is saved in
 * the settings, and a yes writes the text. The bar doesn't take the focus.
 */
export function ClipboardBar({ pane, terminals }: Readonly<{ pane: Pane; terminals: Terminals }>): ReactElement | null {
  // A new text is a new request.
  return pane.clipboardRequest === undefined ? null : (
    <RequestPrompt
      key={pane.clipboardRequest}
      pane={pane}
      clipboardRequest={pane.clipboardRequest}
      terminals={terminals}
    />
  );
}

type RequestPromptProps = Readonly<{ pane: Pane; clipboardRequest: string; terminals: Terminals }>;

function RequestPrompt({ pane, clipboardRequest, terminals }: RequestPromptProps): ReactElement {
  const api = useApi();
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), CLICK_GUARD);
    return () => clearTimeout(timer);
  }, []);
  const peer = quotedNameOf(terminals.machineOf(pane.host));
  const answer = (allowed: boolean): void => {
    void decideClipboard(api, terminals.manager, pane.id, allowed);
    terminals.focus();
  };
  const characters = Array.from(clipboardRequest);
  const shown = showControls(characters.slice(0, MOST_CHARACTERS).join('')).replaceAll(/\s+/gu, ' ');
  return (
    <div className={styles['link-bar']}>
      <Banner
        tone="info"
        action={
          <span className={styles['actions']} inert={!isReady}>
            <Button size="small" onClick={() => answer(true)}>
              {text('terminals.clipboard.allow', { peer })}
            </Button>
            <Button size="small" variant="quiet" onClick={() => answer(false)}>
              {text('terminals.clipboard.deny')}
            </Button>
          </span>
        }
      >
        <strong>{text('terminals.clipboard.ask', { peer })}</strong>{' '}
        <bdi className={styles['requested-text']}>{characters.length > MOST_CHARACTERS ? `${shown}…` : shown}</bdi>
      </Banner>
    </div>
  );
}
