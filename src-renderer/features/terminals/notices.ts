import { text } from '../../locale/index.ts';
import { dismissToast, navigate, notify, useApp } from '../../store/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';
import { currentName } from './session/current-machine.ts';
import type { LeftTerminal } from './tabs/left-terminals.ts';
import { MOST_TERMINALS } from './tabs/saved-tabs.ts';
import type { TerminalTabs } from './tabs/terminal-tabs.ts';

/** Tells that a broadcast has ended without the person stopping it. */
export function notifyBroadcastOver(): void {
  notify({ tone: 'info', text: text('broadcast.stopped') });
}

/** Tells that terminals of one machine that were left running have ended. */
export function notifyEnded(ended: readonly LeftTerminal[]): void {
  const [first] = ended;
  if (first === undefined) return;
  const { host, terminal, name, title } = first;
  const peer = currentName(host);
  const shown = name ?? title;
  notify({
    tone: 'info',
    text:
      ended.length > 1
        ? text('terminals.left.ended.count', { count: ended.length, peer })
        : text('terminals.left.ended', {
            peer,
            title: shown === '' ? terminal.slice(0, 8) : quoteUntrusted(shown),
          }),
  });
}

/** Tells that terminals keep running, with a button that opens them again. */
export function notifyLeft(tabs: TerminalTabs, left: readonly LeftTerminal[], reopen: () => boolean): void {
  const [first] = left;
  if (first === undefined) return;
  const peer = currentName(first.host);
  const shown = first.name ?? first.title;
  const title = shown === '' ? first.terminal.slice(0, 8) : quoteUntrusted(shown);
  const id = notify({
    tone: 'info',
    text:
      left.length === 1 ? text('terminals.left.one', { peer, title }) : text('terminals.left', { count: left.length }),
    action: {
      label: text('terminals.left.reopen'),
      run: () => {
        navigate({ page: 'terminals' });
        if (!reopen()) notifyTooMany();
      },
    },
  });
  // Opened again in another way, or ended.
  const stop = tabs.subscribe(() => {
    const isShown = useApp.getState().toasts.some((toast) => toast.id === id);
    if (isShown && left.some(({ host, terminal }) => tabs.isLeft(host, terminal))) return;
    stop();
    dismissToast(id);
  });
}

/** Tells that no more terminals can be open. */
export function notifyTooMany(): void {
  warn(text('terminals.too-many', { count: MOST_TERMINALS }));
}

/** Shows a warning as a toast. */
export function warn(words: string): void {
  notify({ tone: 'warning', text: words });
}
