import { Settings } from 'lucide-react';
import { readdirSync, readFileSync } from 'node:fs';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { findCommands, paletteGroups } from '#renderer/features/palette/commands.ts';
import { settingsEntries } from '#renderer/features/settings/index.ts';
import { INITIAL_STATE, useApp, type OpenTerminal } from '#renderer/store/index.ts';
import type { AppApiClient, ConversationView, PeerView } from '#shared/app-api/index.ts';
import { plainMessage } from '#test/support/app-views.ts';
import { forwardView } from '../forwards/view.ts';
import { peerView } from '../peers/peer.ts';

const api = { call: () => Promise.reject(new Error('nobody asked')) } as unknown as AppApiClient;
const peers = Array.from({ length: 20 }, (_, number) =>
  peerView({ peerId: String(number).padStart(56, '0'), name: `machine ${number}`, online: number > 2 }),
);
const groups = paletteGroups({ ...INITIAL_STATE, peers: [...peers, peerView({ name: 'attic-nas' })] }, api);
const labels = (query: string): readonly string[] =>
  findCommands(groups, query).flatMap(({ items }) => items.map(({ label }) => label));

describe('the palette', () => {
  it('lists a few of each kind before anything is typed, machines that are online first', () => {
    const [machines] = findCommands(groups, '');
    expect(machines?.value).toBe('Machines');
    expect(machines?.items).toHaveLength(8);
    expect(machines?.items[0]?.label).toBe('Open terminal on attic-nas');
    expect(machines?.items.some(({ label }) => label.endsWith('machine 0'))).toBe(false);
  });

  it('keeps the icon of each command for the terminal in front', () => {
    const icons = [createElement(Settings), createElement('svg')];
    const pageCommands = () =>
      icons.map((icon, index) => ({
        id: `this terminal ${index}`,
        label: `act ${index}`,
        icon,
        note: undefined,
        run: () => undefined,
      }));
    const items = paletteGroups({ ...INITIAL_STATE, place: { page: 'terminals' }, pageCommands }, api).flatMap(
      (group) => group.items.filter(({ id }) => id.startsWith('this terminal')),
    );
    expect(items.map(({ icon }) => icon)).toEqual(icons);
  });

  it('finds by part of a word, and with letters left out', () => {
    expect(labels('attic')).toEqual([
      'attic-nas',
      'Open terminal on attic-nas',
      'Forward a port of attic-nas…',
      'Write a message to attic-nas…',
    ]);
    expect(labels('machine 17').slice(0, 2)).toEqual(['machine 17', 'Open terminal on machine 17']);
    expect(labels('sttngs')).toContain('Settings');
    expect(labels('ZZZZ')).toEqual([]);
    expect(labels('relay')).toContain('Add a relay');
  });

  it('runs saved commands, and saves one, where the agent keeps them', () => {
    const ids = (savedCommands: Parameters<typeof paletteGroups>[0]['savedCommands']): readonly string[] =>
      paletteGroups({ ...INITIAL_STATE, savedCommands }, api).flatMap(({ items }) =>
        items.filter(({ id }) => id.startsWith('save')).map(({ label, note }) => `${label} ${note ?? ''}`.trim()),
      );
    expect(ids([{ name: 'report', line: 'df -h\u202E' }])).toEqual(['Run report… df -h⟨U+202E⟩', 'Save a command…']);
    expect(ids([])).toEqual(['Save a command…']);
    expect(ids(undefined)).toEqual([]);
  });

  it('finds a machine and its terminal by the name that the account has for it, too', () => {
    const vm = peerView({ peerId: 'V'.repeat(56), name: 'vm' });
    const found = findCommands(
      paletteGroups({ ...INITIAL_STATE, peers: [vm, ...peers], labels: { [vm.peerId]: 'office' } }, api),
      'office',
    ).flatMap(({ items }) => items.map(({ label }) => label));
    expect(found).toEqual(['Open terminal on vm', 'vm']);
  });

  it('finds a word that may be divided as it is typed', () => {
    const items = [{ id: 'page', label: 'Einstel\u00ADlungen', icon: Settings, run: () => undefined }];
    expect(findCommands([{ value: 'Seiten', items, phrases: true }], 'einstellungen')[0]?.items).toEqual(items);
  });

  it('lists first what ran last, once, and what is gone not at all', () => {
    const facts = {
      ...INITIAL_STATE,
      peers,
      recentCommands: ['page history', 'terminal gone', `port ${'0'.repeat(56)}`],
    };
    const [recent, ...others] = findCommands(paletteGroups(facts, api), '');
    expect(recent?.items.map(({ label }) => label)).toEqual(['History', 'Forward a port of machine 0…']);
    expect(others.flatMap(({ items }) => items.map(({ id }) => id))).not.toContain('page history');
  });

  it('puts first what matches best: actions and machines before pages, and pages before those that match as well', () => {
    const first = (query: string) => labels(query)[0];
    // Not the page OpenClaw, of which it is no whole word.
    expect(first('open')).toBe('Open terminal on attic-nas');
    expect(first('openc')).toBe('OpenClaw');
    expect(first('terminal')).toBe('Terminals');
    expect(first('open t')).toBe('Open terminal on attic-nas');
    expect(first('pair')).toBe('Pair a machine');
    expect(first('code')).toBe('Show a code');
    expect(first('history')).toBe('History');
    const named = paletteGroups(
      { ...INITIAL_STATE, peers: [peerView({ name: 'inb' }), peerView({ name: 'forge' })] },
      api,
    );
    const firstOf = (query: string) => findCommands(named, query)[0]?.items[0]?.label;
    // A machine of exactly this name, before the page Inbox that begins with it.
    expect(firstOf('inb')).toBe('inb');
    expect(firstOf('inbo')).toBe('Inbox');
  });

  it('lists running terminals with folder and machine, finds them by each, and leads to their tab', () => {
    const shown: string[] = [];
    const terminal = (id: number, title: string, given: Partial<OpenTerminal> = {}): OpenTerminal => ({
      id,
      peerId: peers[5]?.peerId ?? '',
      title,
      folder: '~/project',
      isLeft: false,
      show: () => shown.push(title),
      ...given,
    });
    const openTerminals = [
      terminal(1, 'vim'),
      terminal(-1, 'bash', { isLeft: true, folder: '' }),
      terminal(3, 'gone', { isEnded: true }),
    ];
    const running = paletteGroups({ ...INITIAL_STATE, peers, openTerminals, recentCommands: ['running 3'] }, api);
    expect(findCommands(running, '').find(({ value }) => value === 'Running terminals')?.items).toMatchObject([
      { label: 'vim', note: '~/project · machine 5' },
      { label: 'bash', note: 'machine 5 · left running' },
    ]);
    const found = findCommands(running, 'vim')[0]?.items[0];
    found?.run();
    expect(shown).toEqual(['vim']);
    expect(findCommands(running, 'project').flatMap(({ items }) => items.map(({ label }) => label))).toEqual(['vim']);
    // The machine itself comes first.
    expect(findCommands(running, 'machine 5').map(({ value }) => value)).toEqual(['Machines', 'Running terminals']);
  });

  it('finds actions only after >', () => {
    expect(labels('>pair')).toEqual(['Pair a machine']);
    expect(labels('>history')).toEqual([]);
    expect(labels('>machine 19')).toEqual([
      'Open terminal on machine 19',
      'Forward a port of machine 19…',
      'Write a message to machine 19…',
    ]);
    expect(labels('>code')).toEqual(['Show a code', 'Enter a code']);
  });

  it('says where a machine asks or denies, and only where the machine has said so', () => {
    const named = (rights: NonNullable<PeerView['rightsThere']>['rights']) => ({ at: Date.now(), rights });
    const address = '127.0.0.1:1080';
    const notes = (given: Partial<PeerView>): readonly unknown[] => {
      const peer = peerView({ peerId: '0'.repeat(56), name: 'office', online: true, ...given });
      const forward = forwardView({ connections: 0, bytesIn: 0, address });
      const found = paletteGroups({ ...INITIAL_STATE, peers: [peer], forwards: [forward] }, api);
      return found.flatMap(({ items }) =>
        items.filter(({ id }) => /^(?:terminal|forward) /.test(id)).map(({ note }) => note),
      );
    };
    expect(notes({})).toEqual([undefined, 'May ask there · localhost:1080']);
    expect(notes({ rightsThere: named({ terminal: 'allow', forward: 'allow' }) })).toEqual([
      undefined,
      'Running · localhost:1080',
    ]);
    expect(notes({ rightsThere: named({ terminal: 'ask', forward: 'deny' }) })).toEqual([
      'Asks there first',
      'Denied there · localhost:1080',
    ]);
    expect(notes({ rightsThere: named({ terminal: 'deny', forward: 'ask' }) })).toEqual([
      'Denied there',
      'Asks there first · localhost:1080',
    ]);
  });

  it('gives every entry a name of its own', () => {
    const ids = groups.flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('offers to pause where the agent runs, and to resume where it is paused', () => {
    const ids = (status: unknown): readonly string[] =>
      paletteGroups({ ...INITIAL_STATE, status: status as never }, api).flatMap(({ items }) =>
        items.map(({ id }) => id),
      );
    expect(ids(undefined)).not.toContain('pause');
    expect(ids({ relay: { url: null } })).toContain('pause');
    expect(ids({ relay: { url: null }, paused: { until: null } })).toContain('resume');
  });

  it('finds what is set in the settings by the words that stand there, with its section', () => {
    const found = (query: string, kind: string): readonly string[] =>
      findCommands(paletteGroups({ ...INITIAL_STATE, facts: { kind } as never }, api), query).flatMap(({ items }) =>
        items.map(({ label, note }) => `${note}: ${label}`),
      );
    expect(found('font', 'desktop')).toEqual(expect.arrayContaining(['Terminals: Font', 'Terminals: Font size']));
    expect(found('sign in', 'desktop')).toContain('This machine: Start when I sign in');
    expect(found('licenses', 'desktop')).toContain('About: Show licenses');
    // A page in a browser has no such switch.
    expect(found('sign in', 'browser')).not.toContain('This machine: Start when I sign in');
    expect(found('font', 'browser')).toContain('Terminals: Font');
  });

  it('offers in a browser only what a browser can do', () => {
    const without = ['forwards', 'inbox', 'openclaw', 'relay', 'network', 'diagnostics'];
    const ids = (facts: unknown): readonly string[] =>
      paletteGroups({ ...INITIAL_STATE, peers, facts: facts as never }, api).flatMap(({ items }) =>
        items.map(({ id }) => id),
      );
    const port = `port ${peers[0]?.peerId}`;
    const elsewhere = ['openclaw node', 'openclaw workflows', 'relay', port, 'page openclaw', 'page forwards'];
    expect(ids({ kind: 'desktop' })).toEqual(expect.arrayContaining(elsewhere));
    const here = ids({ kind: 'browser', without });
    expect(elsewhere.filter((id) => here.includes(id))).toEqual([]);
    expect(here).toEqual(expect.arrayContaining([`terminal ${peers[0]?.peerId}`, 'pair', 'code enter']));
  });

  it('finds a language by its own name, the one that is chosen excepted', () => {
    const ids = (language: 'de' | 'system'): readonly string[] =>
      paletteGroups({ ...INITIAL_STATE, settings: { ...INITIAL_STATE.settings, language } }, api)
        .flatMap(({ items }) => items)
        .filter(({ id }) => id.startsWith('language '))
        .map(({ label, note }) => `${note}: ${label}`);
    expect(ids('system')).toEqual(['Language: English', 'Language: Deutsch', 'Language: 简体中文']);
    expect(ids('de')).toEqual(['Language: English', 'Language: 简体中文']);
  });

  it('names nothing that the settings do not show any more', () => {
    const shown = ['settings', 'discovery']
      .map((feature) => new URL(`../../../../src-renderer/features/${feature}/`, import.meta.url))
      .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => ({ folder, name })))
      .filter(({ name }) => name.endsWith('.tsx') && !name.includes('.stories.'))
      .map(({ folder, name }) => readFileSync(new URL(name.replaceAll('\\', '/'), folder), 'utf8'))
      .join('\n');
    const entries = settingsEntries({ kind: 'desktop' } as never);
    expect(entries.length).toBeGreaterThan(40);
    // Some are chosen by their last part.
    const isShown = (name: string): boolean =>
      [`text('${name}')`, `text(\`${name.replace(/[^.]+$/, '${')}`].some((call) => shown.includes(call));
    expect(entries.filter(({ name }) => name !== undefined && !isShown(name))).toEqual([]);
    expect(entries.filter(({ section }) => !shown.includes(`name="${section}"`))).toEqual([]);
  });
});

describe('conversations in the palette', () => {
  const office = peerView({ peerId: 'F'.repeat(56), name: 'office' });
  const conversation = (change: Partial<ConversationView> = {}): ConversationView => ({
    agent: 'me',
    peerId: office.peerId,
    other: 'coder',
    last: plainMessage({ peerId: office.peerId }),
    waiting: 0,
    held: 0,
    ...change,
  });
  const found = (conversations: readonly ConversationView[] | undefined, query = '') =>
    findCommands(paletteGroups({ ...INITIAL_STATE, peers: [office, ...peers], conversations }, api), query)
      .flatMap(({ items }) => items)
      .filter(({ id }) => id.startsWith('messages '));

  it('are found by their agents and by the machine, which is beside them', () => {
    const all = [conversation(), conversation({ agent: 'tester', other: 'writer', peerId: peers[0]?.peerId ?? '' })];
    const rows = (query: string) => found(all, query).map(({ label, note }) => [label, note]);
    expect(rows('writer')).toEqual([['Messages of tester and writer', 'machine 0']]);
    expect(rows('office')).toEqual([['Messages of me and coder', 'office']]);
  });

  it('open the conversation that is named, and there are none before the first message', () => {
    const [one] = found([conversation()], 'coder');
    one?.run();
    expect(useApp.getState()).toMatchObject({
      place: { page: 'messages' },
      messages: { kind: 'conversation', agent: 'me', peerId: office.peerId, other: 'coder' },
    });
    useApp.setState(useApp.getInitialState(), true);
    expect(found([]).concat(found(undefined))).toEqual([]);
  });
});
