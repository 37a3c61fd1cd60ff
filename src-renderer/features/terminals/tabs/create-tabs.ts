import { formatDate, text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { browserClock, quoteUntrusted } from '../../../ui/index.ts';
import { handleClipboardRequest } from '../clipboard/clipboard.ts';
import { copyText, rightClick, takePaste } from '../clipboard/copy-and-paste.ts';
import { inspectLink } from '../../hyperlinks/index.ts';
import { notifyBroadcastOver, notifyEnded, notifyLeft, warn } from '../notices.ts';
import type { Question } from '../question.ts';
import { currentMachine, currentName } from '../session/current-machine.ts';
import { leaveKeys } from '../session/leave-hint.ts';
import { linkOf } from '../session/machine.ts';
import type { TabStorage } from './saved-tabs.ts';
import { TerminalTabs } from './terminal-tabs.ts';
import { tidyTitle } from './title.ts';

/** Creates the tabs of this window, with their texts, dialogs and notices. @param ask opens the dialog for a question */
export function createTabs(storage: TabStorage, ask: (question: Question) => void): TerminalTabs {
  const { settings } = useApp.getState();
  const tabs = new TerminalTabs({
    storage,
    clock: browserClock,
    // A page without TLS has no locks.
    locks: 'locks' in navigator ? navigator.locks : undefined,
    settings: settings.terminal,
    texts: (host) => ({
      label: () => text('terminals.input', { peer: currentName(host) }),
      leftOut: text('terminals.left-out'),
      newShell: () =>
        text('terminals.new-shell', {
          peer: currentName(host),
          time: formatDate(Date.now(), { timeStyle: 'short' }),
        }),
      leave: () => {
        const keys = leaveKeys();
        return keys === undefined ? undefined : text('terminals.strip.leave', { keys });
      },
    }),
    onPaste: (pane, pasted) => takePaste(tabs, pane, pasted, ask),
    onLink: (pane, target, shown) => {
      const host = tabs.state().panes.get(pane)?.host;
      if (host !== undefined) ask({ kind: 'link', link: inspectLink(target, shown), peer: currentName(host) });
    },
    onClipboard: (pane, data) => handleClipboardRequest(tabs, pane, data),
    isPaused: () => useApp.getState().status?.paused !== undefined,
    acceptsBroadcast: (host) => linkOf(currentMachine(host)) !== 'reconnecting',
    onBroadcastOver: notifyBroadcastOver,
    onLeft: (left, reopen) => notifyLeft(tabs, left, reopen),
    onLeftEnded: notifyEnded,
    onNoFolder: (host, folder) =>
      warn(text('terminals.no-folder', { folder: quoteUntrusted(tidyTitle(folder)), peer: currentName(host) })),
    onDropped: (host) => warn(text('terminals.input.dropped', { peer: currentName(host) })),
    onSelected: (selected) => void copyText(selected),
    onRightClick: (pane, selected) => rightClick(tabs, pane, selected, ask),
  });
  return tabs;
}
