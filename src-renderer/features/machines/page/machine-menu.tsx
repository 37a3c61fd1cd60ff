import {
  ArrowDown,
  ArrowUp,
  Copy,
  FolderInput,
  Handshake,
  MessageSquare,
  Pencil,
  ShieldCheck,
  Star,
  StarOff,
  Trash2,
  UserLock,
} from 'lucide-react';
import type { PeerView } from '#shared/app-api/index.ts';
import { combinationText } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { isBrowserMachine, isWithout, navigate, showMessages, useApp } from '../../../store/index.ts';
import type { MenuItem } from '../../../ui/index.ts';
import type { PeerDialogKind } from '../../peers/index.ts';
import { sendEntries } from '../../transfers/index.ts';
import type { Arranging } from '../arrange/use-arranging.ts';
import { copyPeerId } from './copy-peer-id.ts';

/** Dialogs that the menu of a machine opens. */
export type MachineDialogKind = PeerDialogKind | 'group';

/**
 * Returns the menu of a machine: name, access, safety number, ID, group, favourite, place in the order, and removal. The same in the list and on the
 * machine's page.
 */
export function machineMenu(
  machine: PeerView,
  {
    arranging,
    isMovable,
    onRename,
    onSend,
    onOpen,
  }: Readonly<{
    arranging: Arranging;
    /** The list is in the person's order, so that the machine can be moved in it. */
    isMovable: boolean;
    /** Starts changing the name where it is shown. */
    onRename(): void;
    /** Asks for files or a folder, and sends them to the machine. */
    onSend(what: 'files' | 'folder'): void;
    onOpen(dialog: MachineDialogKind, machine: PeerView): void;
  }>,
): readonly MenuItem[] {
  const { peerId, favourite } = machine;
  const { facts } = useApp.getState();
  const moves: readonly MenuItem[] = isMovable
    ? [
        {
          label: text('machines.move.up'),
          icon: <ArrowUp />,
          keys: combinationText('Alt+↑'),
          onSelect: () => arranging.step(peerId, -1),
        },
        {
          label: text('machines.move.down'),
          icon: <ArrowDown />,
          keys: combinationText('Alt+↓'),
          onSelect: () => arranging.step(peerId, 1),
        },
      ]
    : [];
  const sends = sendEntries(machine, onSend);
  return [
    ...sends,
    ...(sends.length > 0 ? (['separator'] as const) : []),
    {
      label: text(favourite === true ? 'machines.favourite.remove' : 'machines.favourite.add'),
      icon: favourite === true ? <StarOff /> : <Star />,
      onSelect: () => arranging.setFavourite(peerId, favourite !== true),
    },
    { label: text('machines.group.move'), icon: <FolderInput />, onSelect: () => onOpen('group', machine) },
    ...moves,
    'separator',
    { label: text('peers.action.rename'), icon: <Pencil />, keys: 'F2', onSelect: onRename },
    {
      label: text('peers.action.rights'),
      icon: <UserLock />,
      onSelect: () => navigate({ page: 'machines', machine: peerId, tab: 'access' }),
    },
    ...(machine.browser === undefined && !isWithout(facts, 'messages')
      ? [
          {
            label: text('messages.write'),
            icon: <MessageSquare />,
            onSelect: () => showMessages({ kind: 'new', peerId }),
          },
        ]
      : []),
    {
      label: text('peers.action.safety-number'),
      icon: <ShieldCheck />,
      onSelect: () => onOpen('safety-number', machine),
    },
    // Machines take no introduction from a browser.
    ...(machine.introduced === undefined && machine.pairing?.compared !== false && !isBrowserMachine(facts)
      ? [{ label: text('introduce.action'), icon: <Handshake />, onSelect: () => onOpen('introduce', machine) }]
      : []),
    { label: text('peers.action.copy-id'), icon: <Copy />, onSelect: () => void copyPeerId(machine) },
    'separator',
    { label: text('peers.action.forget'), icon: <Trash2 />, tone: 'danger', onSelect: () => onOpen('forget', machine) },
  ];
}
