import { useEffect, type ReactElement } from 'react';
import { examplePeer, examplePeerId } from '../../stories/examples/index.ts';
import type { OpenTerminal } from '../../store/index.ts';
import type { Story } from '../../stories/index.ts';
import { CommandList } from './command-list.tsx';
import { KeysDialog } from './keys-dialog.tsx';

const PEERS = [
  'office',
  'attic-nas',
  'a-very-long-name-of-a-machine-that-does-not-fit-into-one-line-anywhere',
  'build server',
].map((name, number) => examplePeer({ peerId: examplePeerId(number + 1), name, online: number !== 1 }));

const nothing = (): void => undefined;

const RUNNING: readonly OpenTerminal[] = [
  { id: 1, peerId: examplePeerId(1), title: 'bash', folder: '~/project', isLeft: false, show: nothing },
  { id: 2, peerId: examplePeerId(1), title: 'vim notes.md', folder: '~', isLeft: false, show: nothing },
  { id: -1, peerId: examplePeerId(4), title: 'make', folder: '', isLeft: true, show: nothing },
];

function Typed({ query }: Readonly<{ query: string }>): ReactElement {
  useEffect(() => {
    // The dialog is rendered elsewhere, a moment later.
    const frame = requestAnimationFrame(() => {
      const input = document.querySelector('input');
      if (input === null) return;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, query);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return () => cancelAnimationFrame(frame);
  }, [query]);
  return <CommandList onClose={nothing} />;
}

/** Stories of the command palette and the list of shortcuts. */
export const PALETTE_STORIES: readonly Story[] = [
  { name: 'palette/opened', state: { peers: PEERS }, render: () => <CommandList onClose={nothing} /> },
  { name: 'palette/searched', state: { peers: PEERS }, render: () => <Typed query="offi" /> },
  {
    name: 'palette/running terminals',
    state: { peers: PEERS, openTerminals: RUNNING },
    render: () => <Typed query="" />,
  },
  { name: 'palette/nothing found', state: { peers: PEERS }, render: () => <Typed query="zzz" /> },
  { name: 'palette/keys', render: () => <KeysDialog onClose={nothing} /> },
];
