import {
  ArrowLeft,
  ArrowRight,
  ArrowRightFromLine,
  ClipboardPaste,
  Columns2,
  Copy,
  CopyPlus,
  Eraser,
  Eye,
  Keyboard,
  Maximize2,
  PencilLine,
  Rows2,
  Search,
  SlidersHorizontal,
  TextSelect,
  Undo2,
  Video,
  X,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { shortcutOf } from '../../../keys/index.ts';
import { clipboardKeys, text, usesCommandKey } from '../../../locale/index.ts';
import type { MenuItem } from '../../../ui/index.ts';
import type { TerminalScreen } from '../screen/terminal-screen.ts';
import type { TerminalSession } from '../session/terminal-session.ts';
import { broadcastMenuItems } from '../broadcast-input/broadcast-menu-items.tsx';
import type { Direction } from '../panes/layout.ts';
import type { Pane, Tab } from './tab-types.ts';
import type { Terminals } from '../use-terminals.ts';

/** Columns below which a terminal isn't split into two side by side: each would have too few for most programs. */
const LEAST_TO_SPLIT = 50;

/**
 * Returns the entries of the terminal's menu, which the context menu has too: copy, paste, search, clear, text size, split, rename, share, record and
 * close. A chosen entry calls the actions in `terminals`.
 */
export function menuItemsOf(pane: Pane, terminals: Terminals, onSearch: () => void): readonly MenuItem[] {
  const { tab, ask } = terminals;
  return [
    ...clipboardItemsOf(pane, terminals),
    searchItem(onSearch),
    clearItem(pane, terminals),
    ...textSizeItemsOf(terminals),
    'separator',
    ...splitItemsOf(pane, terminals),
    ...(tab === undefined ? [] : [renameItem(tab, ask)]),
    ...showingItemsOf(pane, terminals.manager.session(pane.id), terminals),
    'separator',
    ...closeItemsOf(pane, terminals),
  ];
}

/** Returns the entries of a tab's context menu: rename, duplicate, split, leave its terminals running, and close. */
export function tabMenuItemsOf(tab: Tab, { ask, closeTab, duplicate, manager, split }: Terminals): readonly MenuItem[] {
  return [
    renameItem(tab, ask),
    duplicateItem(() => duplicate(tab)),
    ...splitItems(manager.screen(tab.focused), (direction) => split(direction, tab)),
    'separator',
    {
      label: text('terminals.more.detach'),
      icon: <ArrowRightFromLine />,
      onSelect: () => closeTab(tab.id, 'detach'),
    },
    'separator',
    {
      label: text('terminals.more.close-tab'),
      icon: <X />,
      // The keys close the focused terminal, which is all that a tab without a split has.
      keys: tab.layout.kind === 'pane' ? shortcutOf('terminal.close') : undefined,
      tone: 'danger',
      onSelect: () => closeTab(tab.id, 'close'),
    },
  ];
}

function renameItem(tab: Tab, ask: Terminals['ask']): MenuItem {
  return {
    label: text('terminals.more.rename'),
    icon: <PencilLine />,
    onSelect: () => ask({ kind: 'rename', tab }),
  };
}

function clipboardItemsOf({ id }: Pane, { copy, paste, selectAll, manager }: Terminals): readonly MenuItem[] {
  return [
    {
      label: text('terminals.more.copy'),
      icon: <Copy />,
      keys: usesCommandKey ? clipboardKeys('C') : shortcutOf('terminal.copy'),
      disabled: (manager.screen(id)?.selection ?? '') === '',
      onSelect: copy,
    },
    { label: text('terminals.more.paste'), icon: <ClipboardPaste />, keys: clipboardKeys('V'), onSelect: paste },
    { label: text('terminals.more.select-all'), icon: <TextSelect />, onSelect: selectAll },
  ];
}

function searchItem(onSearch: () => void): MenuItem {
  return {
    label: text('terminals.more.search'),
    icon: <Search />,
    keys: shortcutOf('terminal.search'),
    onSelect: onSearch,
  };
}

function clearItem({ id }: Pane, { manager }: Terminals): MenuItem {
  return {
    label: text('terminals.more.clear'),
    icon: <Eraser />,
    keys: shortcutOf('terminal.clear'),
    onSelect: () => manager.screen(id)?.clear(),
  };
}

function textSizeItemsOf({ changeTextSize }: Terminals): readonly MenuItem[] {
  return [
    {
      label: text('terminals.more.larger'),
      icon: <ZoomIn />,
      keys: shortcutOf('window.larger'),
      onSelect: () => changeTextSize('larger'),
    },
    {
      label: text('terminals.more.smaller'),
      icon: <ZoomOut />,
      keys: shortcutOf('window.smaller'),
      onSelect: () => changeTextSize('smaller'),
    },
  ];
}

function profileItem(peerId: string, ask: Terminals['ask']): MenuItem {
  return {
    label: text('terminals.more.profile'),
    icon: <SlidersHorizontal />,
    onSelect: () => ask({ kind: 'profile', peerId }),
  };
}

function closeItemsOf({ id, phase }: Pane, terminals: Terminals): readonly MenuItem[] {
  return [
    {
      label: text('terminals.more.detach'),
      icon: <ArrowRightFromLine />,
      disabled: phase.kind !== 'running' && phase.kind !== 'lost',
      onSelect: () => terminals.close(id, 'detach'),
    },
    'separator',
    {
      label: text('terminals.more.close'),
      icon: <X />,
      keys: shortcutOf('terminal.close'),
      tone: 'danger',
      onSelect: () => terminals.close(id),
    },
  ];
}

function duplicateItem(onSelect: () => void): MenuItem {
  return {
    label: text('terminals.more.duplicate'),
    icon: <CopyPlus />,
    keys: shortcutOf('terminal.duplicate'),
    onSelect,
  };
}

function splitItems(screen: TerminalScreen | undefined, split: (direction: Direction) => void): readonly MenuItem[] {
  const isNarrow = screen !== undefined && screen.cols < LEAST_TO_SPLIT;
  return [
    ...(isNarrow
      ? []
      : [
          {
            label: text('terminals.more.split-right'),
            icon: <Columns2 />,
            keys: shortcutOf('terminal.split-right'),
            onSelect: () => split('row'),
          },
        ]),
    {
      label: text('terminals.more.split-below'),
      icon: <Rows2 />,
      keys: shortcutOf('terminal.split-below'),
      onSelect: () => split('column'),
    },
  ];
}

function splitItemsOf({ id }: Pane, { tab, manager, split, focus }: Terminals): readonly MenuItem[] {
  return [
    ...splitItems(manager.screen(id), (direction) => split(direction)),
    ...(tab?.layout.kind === 'split'
      ? [
          {
            label: text(tab.isZoomed ? 'terminals.more.unzoom' : 'terminals.more.zoom'),
            icon: <Maximize2 />,
            keys: shortcutOf('terminal.fill-tab'),
            onSelect: () => {
              manager.toggleZoom(tab.id);
              focus();
            },
          },
        ]
      : []),
  ];
}

/** Returns the entries that share and record a terminal; none while it doesn't run. */
function showingItemsOf(
  { id, host, phase }: Pane,
  session: TerminalSession | undefined,
  { ask, record }: Terminals,
): readonly MenuItem[] {
  const terminal = session?.terminal;
  const channel = session?.channel;
  if (phase.kind !== 'running' || terminal === undefined || channel === undefined) return [];
  return [
    'separator',
    ...(host.kind === 'peer'
      ? [
          {
            label: text('sharing.share'),
            icon: <Eye />,
            onSelect: () => ask({ kind: 'share', pane: id, peerId: host.peerId, terminal }),
          },
        ]
      : []),
    {
      label: text(record.isRunning(channel) ? 'recordings.stop' : 'recordings.record'),
      icon: <Video />,
      onSelect: () => record.toggle(channel),
    },
  ];
}

/** Returns the entries that the menu leaves to the command palette: recording with keystrokes, and the profile of the machine. */
function furtherItemsOf({ id, host, phase }: Pane, { ask, manager, record }: Terminals): readonly MenuItem[] {
  const channel = manager.session(id)?.channel;
  const mayRecord = phase.kind === 'running' && channel !== undefined && !record.isRunning(channel);
  return [
    ...(mayRecord
      ? [
          {
            label: text('recordings.record-keys'),
            icon: <Keyboard />,
            onSelect: () => ask({ kind: 'record-keys', pane: id }),
          },
        ]
      : []),
    ...(host.kind === 'peer' ? [profileItem(host.peerId, ask)] : []),
  ];
}

/** Returns all commands for the active terminal, which the command palette offers: those of the menu, and those for tab and broadcast. */
export function commandsOf(
  { tab, pane }: Readonly<{ tab: Tab; pane: Pane }>,
  terminals: Terminals,
  onSearch: () => void,
): readonly MenuItem[] {
  const { manager, tabs } = terminals;
  const position = tabs.indexOf(tab);
  return [
    ...menuItemsOf(pane, terminals, onSearch),
    ...furtherItemsOf(pane, terminals),
    ...broadcastMenuItems(terminals),
    duplicateItem(() => terminals.duplicate()),
    {
      label: text('terminals.more.reopen'),
      icon: <Undo2 />,
      keys: shortcutOf('terminal.reopen'),
      disabled: !manager.canReopen,
      onSelect: terminals.reopen,
    },
    ...(tabs.length < 2
      ? []
      : [
          {
            label: text('terminals.more.move-left'),
            icon: <ArrowLeft />,
            keys: shortcutOf('terminal.move-tab-left'),
            disabled: position === 0,
            onSelect: () => manager.moveTab(tab.id, position - 1),
          },
          {
            label: text('terminals.more.move-right'),
            icon: <ArrowRight />,
            keys: shortcutOf('terminal.move-tab-right'),
            disabled: position === tabs.length - 1,
            onSelect: () => manager.moveTab(tab.id, position + 1),
          },
        ]),
  ];
}
