import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useMatch } from '../../../ui/index.ts';
import { PasteDialog } from '../clipboard/paste-dialog.tsx';
import { inspectPaste, needsReview, PASTE_LIMIT, withoutBrackets } from '../clipboard/paste.ts';
import { inspectLink, LinkDialog, type Hyperlink } from '../../hyperlinks/index.ts';
import { KeyRow } from '../phone/key-row.tsx';
import { TerminalScreen } from '../screen/terminal-screen.ts';
import { TOUCH_SCREEN } from '../screen/touch-screen.ts';
import styles from '../terminals.module.css';
import { leaveByKeys, singleLeaveKeys } from './leave-keys.ts';

/** Connection between a `TerminalView` and its program. */
export type TerminalViewPort = Readonly<{
  /** Takes the screen when it is there, and undefined when it has gone. */
  setScreen(screen: TerminalScreen | undefined): void;
  /** Receives input for the program. */
  input(text: string): void;
  /** Receives input in which each character is one byte. */
  binary(data: string): void;
  /** The screen has another number of columns or rows. */
  resized(): void;
}>;

type Question = Readonly<{ kind: 'paste'; text: string }> | Readonly<{ kind: 'link'; link: Hyperlink }>;

/**
 * One terminal without tabs, for a page that shows a single one: screen, key row on a touch screen, and the questions before a paste of several lines and
 * before a link is opened. Programs don't reach the clipboard. The keys that leave it lead to `data-beside-terminal`, which the page has.
 * @param machine name of the machine, as untrusted text
 */
export function TerminalView({ machine, port }: Readonly<{ machine: string; port: TerminalViewPort }>): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<TerminalScreen>();
  const [question, setQuestion] = useState<Question>();
  const isTouch = useMatch(TOUCH_SCREEN);
  useEffect(() => {
    const shown = new TerminalScreen(
      {
        label: () => text('terminals.input', { peer: machine }),
        leftOut: text('terminals.left-out'),
        // Programs here don't follow each other.
        newShell: () => '',
        leave: () => text('terminals.strip.leave', { keys: singleLeaveKeys() }),
      },
      DEFAULT_WINDOW_SETTINGS.terminal,
      {
        input: (typed) => port.input(typed),
        binary: (data) => port.binary(data),
        resized: () => port.resized(),
        paste: (pasted) => {
          const plain = withoutBrackets(pasted.slice(0, PASTE_LIMIT));
          if (needsReview(inspectPaste(plain))) setQuestion({ kind: 'paste', text: plain });
          else shown.paste(plain);
        },
        link: (target, seen) => setQuestion({ kind: 'link', link: inspectLink(target, seen) }),
        title: () => undefined,
        directory: () => undefined,
        clipboard: () => undefined,
        selected: () => undefined,
        news: () => undefined,
        seen: () => undefined,
        rightClick: () => false,
      },
    );
    holder.current?.append(shown.element);
    shown.show(true);
    setScreen(shown);
    port.setScreen(shown);
    return () => {
      port.setScreen(undefined);
      shown.dispose();
    };
    // Another screen would be empty: one view is of one machine.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [port]);
  const close = (): void => setQuestion(undefined);
  const input = (): HTMLElement | null => screen?.input ?? null;
  return (
    <>
      {isTouch && (
        <KeyRow
          screen={screen}
          onCopy={() => void navigator.clipboard.writeText(screen?.selection || (screen?.visibleText ?? ''))}
        />
      )}
      <div ref={holder} className={styles['holder']} onKeyDownCapture={leaveByKeys} />
      {question?.kind === 'paste' && (
        <PasteDialog
          text={question.text}
          isOnePaste={screen?.bracketsPaste === true}
          onPaste={(pasted) => screen?.paste(pasted)}
          onClose={close}
          returnFocus={input}
        />
      )}
      {question?.kind === 'link' && (
        <LinkDialog
          link={question.link}
          origin={text('terminals.link.text', { peer: machine })}
          onOpen={(url) => window.open(url, '_blank', 'noopener,noreferrer')}
          onClose={close}
          returnFocus={input}
        />
      )}
    </>
  );
}
