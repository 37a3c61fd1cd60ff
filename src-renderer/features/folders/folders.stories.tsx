import type { ReactElement } from 'react';
import type { PeerView, RemoteEntry } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { useApp } from '../../store/index.ts';
import { EXAMPLE_PEERS } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { MachineFolders } from './machine-folders.tsx';

const DAY = 86_400_000;
const NOW = Date.now();
const NAMES = [
  '2025',
  '2026',
  'drafts',
  'a report with a rather long name for the board of the association, final.pdf',
];
const FEW: readonly RemoteEntry[] = [
  ...NAMES.map((name, index): RemoteEntry => {
    const isFile = name.endsWith('.pdf');
    return { name, kind: isFile ? 'file' : 'folder', size: isFile ? 1_234_567 : 0, mtime: NOW - index * 40 * DAY };
  }),
  { name: 'IMG_0002.jpg', kind: 'file', size: 3_400_000, mtime: NOW - DAY },
  { name: 'IMG_0010.jpg', kind: 'file', size: 2_100_000, mtime: NOW - 2 * DAY },
  { name: 'notes.txt', kind: 'file', size: 812, mtime: NOW - 3600_000 },
];
const MANY: readonly RemoteEntry[] = Array.from({ length: 50_000 }, (_, index) => ({
  name: `file ${String(index).padStart(5, '0')}.dat`,
  kind: 'file',
  size: (index * 7919) % 1_000_003,
  mtime: NOW - index * 60_000,
}));
const PAGE = 1000;

/** Shows the folders of the one peer in the store, as a machine's page does. */
function Shown(): ReactElement | null {
  const peer = useApp(({ peers }) => peers[0]);
  return peer === undefined ? null : <MachineFolders peer={peer} />;
}

function note(call: string, path: readonly string[]): void {
  // A test reads the calls here.
  const { dataset } = document.documentElement;
  dataset['folders'] = `${dataset['folders'] ?? ''}${call} ${path.join('/')};`;
}

const ANSWERS: StoryAnswers = {
  'folders.roots': async () => [
    { name: 'photos', mode: 'write' },
    { name: 'many', mode: 'read' },
    { name: 'gone', mode: 'read' },
  ],
  'folders.list': async ({ folder, path, after }) => {
    if (folder === 'gone') throw new ClawReachError('file.missing', 'gone', { details: { path: 'gone' } });
    const all = folder === 'many' ? MANY : path.length > 0 ? [] : FEW;
    const start = after === undefined ? 0 : all.findIndex(({ name }) => name === after) + 1;
    return { entries: all.slice(start, start + PAGE), more: start + PAGE < all.length };
  },
  'folders.get': async ({ path }) => {
    note('get', path);
    throw new ClawReachError('peer.offline', 'offline');
  },
  'folders.makeFolder': async ({ path }) => {
    note('mkdir', path);
    return {};
  },
  'folders.rename': async ({ path, to }) => {
    note('rename', [...path, ...to]);
    return {};
  },
  'folders.remove': async ({ path }) => {
    note('remove', path);
    return {};
  },
};

const [FIRST] = EXAMPLE_PEERS;

function story(name: string, given: Partial<PeerView> = {}, answers: StoryAnswers = {}): Story {
  return {
    name: `folders/${name}`,
    render: () => <Shown />,
    state: { peers: FIRST === undefined ? [] : [{ ...FIRST, name: 'office', online: true, ...given }] },
    answers: { ...ANSWERS, ...answers },
  };
}

/** Stories of the folders that a machine shares. */
export const FOLDERS_STORIES: readonly Story[] = [
  story('shared'),
  story('none', {}, { 'folders.roots': async () => [] }),
  story('offline', { online: false }),
];
