import { useEffect, useState, type ReactElement } from 'react';
import type { PeerView, RemoteEntry } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_FACTS, EXAMPLE_PEERS } from '../../stories/examples/index.ts';
import { Pressing, type Press, type Story, type StoryAnswers } from '../../stories/index.ts';
// oxlint-disable-next-line doors/one-door -- Stories stay out of the window's own code.
import { exampleTransfer } from '../transfers/story-data.ts';
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
const ADDED: RemoteEntry = { name: 'report.pdf', kind: 'file', size: 70_001, mtime: NOW };
/** Contents of the folder for writing. */
let contents = FEW;

/** Drags files over the list once it is there. */
function useDragging(isDragging: boolean): void {
  useEffect(() => {
    if (!isDragging) return undefined;
    const observer = new MutationObserver(() => {
      const list = document.querySelector('[data-folder-list]');
      if (list === null) return;
      observer.disconnect();
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['report'], ADDED.name));
      list.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [isDragging]);
}

/** Shows the folders of the one peer in the store, as a machine's page does. */
function Shown({
  opened,
  isAdding = false,
  isDragging = false,
}: Readonly<{
  /** Folder that is opened. */
  opened?: 'photos' | 'many';
  /** Files are chosen. */
  isAdding?: boolean;
  isDragging?: boolean;
}>): ReactElement | null {
  const peer = useApp(({ peers }) => peers[0]);
  const [steps] = useState((): readonly Press[] => [
    ...(opened === undefined ? [] : [`${opened}${text(`access.folders.${opened === 'photos' ? 'write' : 'read'}`)}`]),
    ...(isAdding ? [{ see: 'notes.txt' }, text('folders.put'), text('folders.put.files')] : []),
  ]);
  useDragging(isDragging);
  return peer === undefined ? null : (
    <Pressing steps={steps}>
      <MachineFolders peer={peer} />
    </Pressing>
  );
}

function note(call: string, path: readonly string[]): void {
  // A test reads the calls here.
  const { dataset } = document.documentElement;
  dataset['folders'] = `${dataset['folders'] ?? ''}${call} ${path.join('/')};`;
}

const ANSWERS: StoryAnswers = {
  'folders.roots': async () => {
    contents = FEW;
    return [
      { name: 'photos', mode: 'write' },
      { name: 'many', mode: 'read' },
      { name: 'gone', mode: 'read' },
    ];
  },
  'folders.list': async ({ folder, path, after }) => {
    if (folder === 'gone') throw new ClawReachError('file.missing', 'gone', { details: { path: 'gone' } });
    const all = folder === 'many' ? MANY : path.length > 0 ? [] : contents;
    const start = after === undefined ? 0 : all.findIndex(({ name }) => name === after) + 1;
    return { entries: all.slice(start, start + PAGE), more: start + PAGE < all.length };
  },
  'folders.stat': async ({ path }) => {
    const found = contents.find(({ name }) => name === path.at(-1));
    if (found === undefined) throw new ClawReachError('file.missing', 'gone', { details: { path: path.join('/') } });
    const { kind, size, mtime } = found;
    return { kind, size, mtime };
  },
  'shell.transfers.put': async ({ path, mode }) => {
    note(`put ${mode}`, path);
    const transfer = exampleTransfer({ names: [ADDED.name], state: 'running' });
    useApp.setState({ transfers: [transfer] });
    setTimeout(() => {
      // Another story may be shown by now.
      if (useApp.getState().transfers?.includes(transfer) !== true) return;
      contents = [...FEW, ADDED];
      useApp.setState({ transfers: [{ ...transfer, state: 'done' }] });
    }, 100);
    return { id: transfer.id };
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

function story(name: string, given: Partial<PeerView> = {}, answers: StoryAnswers = {}, shown = <Shown />): Story {
  return {
    name: `folders/${name}`,
    render: () => shown,
    state: { peers: FIRST === undefined ? [] : [{ ...FIRST, name: 'office', online: true, ...given }] },
    answers: { ...ANSWERS, ...answers },
  };
}

/** Returns answers by which a person chooses files of these names. */
function choosing(...names: readonly string[]): StoryAnswers {
  return {
    'shell.transfers.choose': async () => ({ token: 'a'.repeat(32), count: names.length, names: [...names] }),
  };
}

/** Answers with the few files at first, and with one more from then on. */
function listedLater(): NonNullable<StoryAnswers['folders.list']> {
  let calls = 0;
  return async () => {
    calls += 1;
    return { entries: calls === 1 ? [...FEW] : [...FEW, { ...ADDED, name: 'LATER.txt' }], more: false };
  };
}

const SHARED = story('browser');
/** Window of `clawreach ui`, which has no files of its own. */
const IN_A_BROWSER: Story = {
  ...SHARED,
  state: { ...SHARED.state, facts: { ...EXAMPLE_FACTS, kind: 'browser', ownsAgent: false } },
};
const OF_PAGE = story(
  'page',
  {},
  { 'shell.folders.get': async ({ entries }) => ({ count: entries.length }) },
  <Shown opened="photos" />,
);
/** Page of a relay, which copies files to where a person says. */
const IN_A_PAGE: Story = { ...OF_PAGE, state: { ...OF_PAGE.state, facts: EXAMPLE_BROWSER_FACTS } };

/** Stories of the folders that a machine shares. */
export const FOLDERS_STORIES: readonly Story[] = [
  story('shared'),
  story('open', {}, {}, <Shown opened="photos" />),
  story('empty', {}, { 'folders.list': async () => ({ entries: [], more: false }) }, <Shown opened="photos" />),
  story('drop', {}, {}, <Shown opened="photos" isDragging />),
  story('drop-read-only', {}, {}, <Shown opened="many" isDragging />),
  story('taken', {}, choosing('notes.txt'), <Shown opened="photos" isAdding />),
  // Something that isn't shown yet has one of many names.
  story(
    'taken-of-many',
    {},
    {
      ...choosing(...Array.from({ length: 40 }, (_, index) => `new ${index}.txt`), 'LATER.txt'),
      'folders.list': listedLater(),
    },
    <Shown opened="photos" isAdding />,
  ),
  story('taken-several', {}, choosing(...FEW.map(({ name }) => name)), <Shown opened="photos" isAdding />),
  IN_A_BROWSER,
  IN_A_PAGE,
  story('none', {}, { 'folders.roots': async () => [] }),
  story('offline', { online: false }),
];
