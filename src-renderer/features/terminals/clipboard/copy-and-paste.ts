import { clipboardKeys, text } from '../../../locale/index.ts';
import { notify, useApp } from '../../../store/index.ts';
import { warn } from '../notices.ts';
import type { Question } from '../question.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';
import { inspectPaste, needsReview, PASTE_LIMIT, withoutBrackets } from './paste.ts';
import { plainCopy } from './plain-copy.ts';

/**
 * Handles a right click that opens no menu, as the settings say: copies the selection or pastes.
 * @returns true if the click is handled
 */
export function rightClick(
  tabs: TerminalTabs,
  pane: number,
  selected: string,
  ask: (question: Question) => void,
): boolean {
  const { settings, facts } = useApp.getState();
  if (settings.terminal.rightClick === 'copy-paste' && selected !== '') {
    void copyText(selected);
    tabs.screen(pane)?.clearSelection();
    return true;
  }
  // The application doesn't let a page read the clipboard: it pastes by itself after this event.
  if (facts?.kind !== 'browser') return false;
  if (canReadClipboard()) void pasteFromClipboard(tabs, pane, ask);
  return true;
}

/** Tells the keys that paste, where the page may not read the clipboard. */
export function notifyPasteKeys(): void {
  notify({ tone: 'info', text: text('terminals.paste.keys', { keys: clipboardKeys('V') }) });
}

/** Pastes into a pane, after a question where the text is risky and the settings say to ask. Rejects a text that is too large. */
export function takePaste(tabs: TerminalTabs, pane: number, pasted: string, ask: (question: Question) => void): void {
  if (pasted.length > PASTE_LIMIT) {
    warn(text('terminals.paste.large'));
    return;
  }
  const plain = withoutBrackets(pasted);
  if (useApp.getState().settings.terminal.pasteGuard && needsReview(inspectPaste(plain))) {
    ask({ kind: 'paste', pane, text: plain, isOnePaste: tabs.bracketsPaste(pane) });
  } else tabs.paste(pane, plain);
}

/** Reports whether the page can read the clipboard, which browsers deny in insecure contexts. */
export function canReadClipboard(): boolean {
  return 'clipboard' in navigator && 'readText' in navigator.clipboard;
}

/** Pastes what is on the clipboard into a pane, which gets the focus. */
export async function pasteFromClipboard(
  tabs: TerminalTabs,
  pane: number,
  ask: (question: Question) => void,
): Promise<void> {
  try {
    const pasted = await navigator.clipboard.readText();
    if (pasted !== '') takePaste(tabs, pane, pasted, ask);
  } catch {
    notifyPasteKeys();
  }
  tabs.screen(pane)?.focus();
}

/** Copies text. @returns true if there was something to copy, and it was copied */
export async function copyText(selected: string): Promise<boolean> {
  if (selected === '') return false;
  try {
    await navigator.clipboard.writeText(plainCopy(selected));
    return true;
  } catch {
    warn(text('terminals.copy.failed'));
    return false;
  }
}

/** Copies text, and says so with a toast. */
export async function copyAndTell(shown: string, words: string): Promise<void> {
  if (await copyText(shown)) notify({ tone: 'good', text: words });
}
