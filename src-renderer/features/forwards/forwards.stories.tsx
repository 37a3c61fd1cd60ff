import { useEffect, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { EXAMPLE_PEER_ID, EXAMPLE_PEERS, examplePeer, examplePeerId } from '../../stories/examples/index.ts';
import { dismissToast, useApp } from '../../store/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { Button } from '../../ui/index.ts';
import { MachinesPage } from '../machines/index.ts';
import { newDraft, type Draft } from './form/draft.ts';
import type { Goal } from './form/goals.ts';
import { exampleForward } from './example-forwards.ts';
import { ExportDialog } from './import-export/export-dialog.tsx';
import { ForwardsPage } from './forwards-page.tsx';
import { ForwardsView } from './forwards-view.tsx';
import { HostKeyDialog } from './problems/host-key-dialog.tsx';
import { ImportDialog } from './import-export/import-dialog.tsx';
import { RemoveForwardDialog } from './list/remove-dialog.tsx';
import { ForwardDialog } from './form/forward-dialog.tsx';
import {
  FORWARD_ANSWERS,
  ASKING,
  auto,
  AUTO,
  AUTO_WITH_CHANGED_KEY,
  AUTO_WITH_KEY,
  BROWSE,
  CHANGED_KEY,
  DATABASE,
  FIRST_KEY,
  FORMER_KEY,
  HOST_KEY,
  HOSTILE,
  IMPORT_ERRORS,
  IMPORTED,
  IN_USE,
  INI,
  FORWARDS_NOW,
  FORWARD_OFF,
  PREVIEW,
  refuse,
  REFUSED,
  REPORTS,
  SHARED_FOLDER,
  WEB_APP,
  WIREGUARD,
  WITH_CONNECTIONS,
} from './story-data.ts';

const page = (): ReactElement => <ForwardsPage />;
const state = (...forwards: readonly ForwardView[]): NonNullable<Story['state']> => ({
  peers: EXAMPLE_PEERS,
  forwards,
});
const ignore = (): void => undefined;

/** A remote desktop at office, which listens on another port than usual here. */
const DESKTOP = exampleForward(
  { id: 'desktop', address: '127.0.0.1:3390', url: null },
  {
    kind: 'tcp-bridge',
    name: 'RDP on office',
    enabled: true,
    peer: EXAMPLE_PEER_ID,
    listen: { host: '127.0.0.1', port: 3390 },
    to: { host: 'localhost', port: 3389 },
    direction: 'local',
  },
);

/** Unfolds the folded parts of the page. */
function Unfolded(): ReactElement {
  useEffect(() => {
    for (const button of document.querySelectorAll<HTMLElement>('[aria-expanded="false"][aria-controls]'))
      button.click();
  }, []);
  return <ForwardsPage />;
}

/** Shows a filled-in form over the page; with `submit`, presses its button to show the errors. */
function Form({ draft, submit = false }: Readonly<{ draft?: Draft; submit?: boolean }>): ReactElement {
  useEffect(() => {
    if (!submit) return undefined;
    // The dialog is added to the page after the content around it.
    const frame = requestAnimationFrame(() => document.querySelector('form')?.requestSubmit());
    return () => cancelAnimationFrame(frame);
  }, [submit]);
  return (
    <>
      <ForwardsPage />
      <ForwardDialog draft={draft} onClose={ignore} />
    </>
  );
}

/** Shows the form of a goal over the page. */
function GoalForm({ goal }: Readonly<{ goal: Goal }>): ReactElement {
  return (
    <>
      <ForwardsPage />
      <ForwardDialog goal={goal} onClose={ignore} />
    </>
  );
}

/** Shows the form of a folder, which closes, over the page. */
function Sharing(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <ForwardsPage />
      {isOpen && <ForwardDialog goal="folder" onClose={() => setOpen(false)} />}
    </>
  );
}

/** Shows the set-up of a browser. */
function SettingUp(): ReactElement {
  useEffect(() => {
    document.querySelector<HTMLElement>('[aria-controls$="-set-up"]')?.click();
    const frame = requestAnimationFrame(() =>
      document.querySelector('[data-forward] section')?.scrollIntoView({ block: 'start' }),
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  return <ForwardsPage />;
}

/** Shows the page with the buttons of its toasts, which the window has. */
function WithToasts(): ReactElement {
  const toasts = useApp((state) => state.toasts);
  return (
    <>
      <ForwardsPage />
      {toasts.map(
        ({ id, action }) =>
          action !== undefined && (
            <Button
              key={id}
              onClick={() => {
                dismissToast(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          ),
      )}
    </>
  );
}

/** Answers that a program uses one port; all others are free. */
const usedBy =
  (owner: string, used: number): NonNullable<StoryAnswers['forwards.checkPort']> =>
  async ({ port }) => ({
    problem:
      port === used
        ? { code: 'forward.port-in-use', details: { message: 'in use', port, free: port + 1, owner } }
        : null,
  });

/** Shows a form that closes, over a page that is longer than the window. */
function Adding(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <ForwardsPage />
      {isOpen && (
        <ForwardDialog draft={newDraft('socks5', EXAMPLE_PEER_ID, 'One more')} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
const MANY = Array.from({ length: 12 }, (_, index) =>
  exampleForward(
    { id: `m${index}` },
    { ...BROWSE.rule, name: `Number ${index}`, listen: { host: '127.0.0.1', port: 2000 + index } },
  ),
);

/** Shows an import of a text whose second forward exists already. */
function Importing(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <ForwardsPage />
      {isOpen && <ImportDialog ini={INI} onClose={() => setOpen(false)} />}
    </>
  );
}

const form = (name: string, draft: Draft, submit = false): Story => ({
  name: `forwards/form, ${name}`,
  render: () => <Form draft={draft} submit={submit} />,
  state: state(BROWSE),
  answers: FORWARD_ANSWERS,
});

/** Stories of the page Forwards and its dialogs. */
export const FORWARDS_STORIES: readonly Story[] = [
  { name: 'forwards/none', render: page, state: state(), answers: FORWARD_ANSWERS },
  { name: 'forwards/none, and no peer', render: page, state: { forwards: [] }, answers: FORWARD_ANSWERS },
  { name: 'forwards/not known yet', render: page, state: { status: undefined }, answers: FORWARD_ANSWERS },
  {
    name: 'forwards/several',
    render: page,
    state: state(BROWSE, WEB_APP, DATABASE, PREVIEW, WIREGUARD, FORWARD_OFF),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/removed and back',
    render: () => <WithToasts />,
    state: state(BROWSE, DATABASE, PREVIEW),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/machine asks',
    render: page,
    state: {
      ...state(WEB_APP, BROWSE, { ...DATABASE, bytesIn: 0 }),
      peers: EXAMPLE_PEERS.map((peer) => ({ ...peer, rightsThere: { at: FORWARDS_NOW, rights: { forward: 'ask' } } })),
    },
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/machine may ask',
    render: page,
    state: state(WEB_APP, { ...DATABASE, bytesIn: 0 }, REPORTS),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/of a machine',
    render: () => <ForwardsView peerId={examplePeerId(7)} />,
    state: {
      peers: [...EXAMPLE_PEERS, examplePeer({ peerId: examplePeerId(7), name: 'attic-nas' })],
      forwards: [BROWSE, WIREGUARD],
    },
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/goal, web app',
    render: () => <GoalForm goal="web-app" />,
    state: state(BROWSE),
    answers: {
      ...FORWARD_ANSWERS,
      'shell.openLink': async ({ url }) => {
        // A test reads it here.
        document.documentElement.dataset['opened'] = url;
        return {};
      },
    },
  },
  {
    name: 'forwards/desktops',
    render: page,
    state: state(DESKTOP),
    answers: {
      ...FORWARD_ANSWERS,
      'shell.openDesktop': async ({ protocol, port }) => {
        document.documentElement.dataset['opened'] = `${protocol} ${port}`;
        return {};
      },
    },
  },
  {
    name: 'forwards/goal, desktop',
    render: () => <GoalForm goal="desktop" />,
    state: state(BROWSE),
    answers: {
      ...FORWARD_ANSWERS,
      'shell.openDesktop': async ({ protocol, port }) => {
        document.documentElement.dataset['opened'] = `${protocol} ${port}`;
        return {};
      },
    },
  },
  {
    name: 'forwards/goal, database',
    render: () => <GoalForm goal="database" />,
    state: state(BROWSE),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/goal, folder',
    render: () => <GoalForm goal="folder" />,
    state: state(BROWSE),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/goal, missing folder',
    render: () => <Sharing />,
    state: state(BROWSE),
    answers: {
      ...FORWARD_ANSWERS,
      'forwards.checkFolder': async ({ path }) => ({
        problem: path === '/nowhere' ? { code: 'folder.missing', details: { message: 'ENOENT', path } } : null,
      }),
    },
  },
  {
    name: 'forwards/folder for a machine',
    render: page,
    state: state(WEB_APP, SHARED_FOLDER),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/folder on the overview',
    frame: 'none',
    render: () => <MachinesPage />,
    state: {
      ...state(WEB_APP, SHARED_FOLDER, FORWARD_OFF),
      place: { page: 'machines', machine: EXAMPLE_PEER_ID },
    },
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/browser set-up',
    render: () => <SettingUp />,
    state: state(AUTO_WITH_KEY),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/connections',
    render: () => <Unfolded />,
    state: state(BROWSE, DATABASE),
    answers: WITH_CONNECTIONS,
  },
  { name: 'forwards/port in use', render: page, state: state(IN_USE), answers: FORWARD_ANSWERS },
  { name: 'forwards/peer is being asked', render: page, state: state(ASKING), answers: FORWARD_ANSWERS },
  { name: 'forwards/a connection failed', render: page, state: state(REFUSED), answers: FORWARD_ANSWERS },
  { name: 'forwards/key of a server', render: page, state: state(FIRST_KEY, CHANGED_KEY), answers: FORWARD_ANSWERS },
  {
    name: 'forwards/ways',
    render: page,
    state: state(AUTO, {
      ...auto({ way: null, probes: [{ way: 'link', works: null, rtt: null, code: null, checkedAt: FORWARDS_NOW }] }),
      id: 'f12',
    }),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/key of one of the ways',
    render: page,
    state: state(AUTO_WITH_KEY, AUTO_WITH_CHANGED_KEY),
    answers: { ...FORWARD_ANSWERS, 'forwards.trustHostKey': async () => ({ ...AUTO_WITH_KEY, hostKey: null }) },
  },
  {
    name: 'forwards/wireguard runs',
    render: page,
    state: state({ ...WIREGUARD, state: 'ready', problem: null, handshakeAt: FORWARDS_NOW - 65_000, bytesIn: 91_000 }),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/import, nothing yet',
    render: () => <ImportDialog onClose={ignore} />,
    state: state(BROWSE),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/import, over the page',
    render: () => <Importing />,
    state: state(BROWSE, DATABASE),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/import, wrong',
    render: () => <ImportDialog onClose={ignore} ini={INI} />,
    state: state(BROWSE),
    answers: {
      ...FORWARD_ANSWERS,
      'forwards.import': async () => ({ rules: IMPORTED.slice(1), added: [], errors: IMPORT_ERRORS }),
    },
  },
  {
    name: 'forwards/import, right',
    render: () => <ImportDialog onClose={ignore} ini={INI} />,
    state: state(BROWSE),
    answers: {
      ...FORWARD_ANSWERS,
      'forwards.import': async () => ({
        rules: IMPORTED.map((rule) => ({ ...rule, replaces: false })),
        added: [],
        errors: [],
      }),
    },
  },
  {
    name: 'forwards/export',
    render: () => <ExportDialog onClose={ignore} />,
    state: state({ ...BROWSE, hasPassword: true }),
    answers: { ...FORWARD_ANSWERS, 'shell.saveText': async () => ({ saved: true }) },
  },
  {
    name: 'forwards/export, not saved',
    render: () => <ExportDialog onClose={ignore} />,
    state: state({ ...BROWSE, hasPassword: true }),
    answers: { ...FORWARD_ANSWERS, 'shell.saveText': refuse('shell.file-failed', { reason: 'the disk is full' }) },
  },
  { name: 'forwards/hostile words', render: page, state: state(HOSTILE), answers: FORWARD_ANSWERS },
  {
    name: 'forwards/remove',
    render: () => <RemoveForwardDialog forward={BROWSE} onClose={ignore} />,
    state: state(BROWSE),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/first sight of a key',
    render: () => (
      <HostKeyDialog forward={FIRST_KEY} hostKey={{ fingerprint: HOST_KEY, before: null }} onClose={ignore} />
    ),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/key has changed',
    render: () => (
      <HostKeyDialog forward={CHANGED_KEY} hostKey={{ fingerprint: HOST_KEY, before: FORMER_KEY }} onClose={ignore} />
    ),
    answers: FORWARD_ANSWERS,
  },
  { name: 'forwards/choose a kind', render: () => <Form />, state: state(BROWSE), answers: FORWARD_ANSWERS },
  form('socks', newDraft('socks5', EXAMPLE_PEER_ID, 'Browse elsewhere')),
  form('database', {
    ...newDraft('port-here', EXAMPLE_PEER_ID, 'A database on office'),
    targetPort: '5432',
    listenPort: '5432',
  }),
  form('wireguard', { ...newDraft('wg-proxy', EXAMPLE_PEER_ID, 'WireGuard through office'), targetHost: 'localhost' }),
  form('port there', newDraft('port-there', EXAMPLE_PEER_ID, 'Preview')),
  form('ssh', { ...newDraft('ssh-tunnel', '', 'Jump host'), login: 'key', direction: 'local' }),
  form('folder', newDraft('folder', '', 'Pictures')),
  form(
    'folder with names',
    { ...newDraft('folder', '', 'Pictures'), path: '/home/mira/Pictures', hosts: 'files.example.net, bad/name' },
    true,
  ),
  form('ways', { ...newDraft('auto', EXAMPLE_PEER_ID, 'Whatever works'), hasServer: true, login: 'password' }),
  form(
    'wrong',
    {
      ...newDraft('port-here', EXAMPLE_PEER_ID, 'browse through OFFICE'),
      targetHost: 'http://db/',
      targetPort: '70000',
      listenPort: '1080',
    },
    true,
  ),
  {
    ...form('port in use', {
      ...newDraft('socks5', EXAMPLE_PEER_ID, 'Elsewhere'),
      listenPort: '1085',
      isPortEdited: true,
    }),
    answers: { ...FORWARD_ANSWERS, 'forwards.checkPort': usedBy('node', 1085) },
  },
  {
    name: 'forwards/goal, port in use',
    render: () => <GoalForm goal="database" />,
    state: state(),
    answers: { ...FORWARD_ANSWERS, 'forwards.checkPort': usedBy('postgres', 5432) },
  },
  form(
    'open to others',
    {
      ...newDraft('socks5', EXAMPLE_PEER_ID, 'For all'),
      listenScope: 'any',
      hasUser: true,
      user: 'team',
      listenPort: '1081',
    },
    true,
  ),
  {
    name: 'forwards/edit',
    render: () => (
      <>
        <ForwardsPage />
        <ForwardDialog forward={{ ...FORWARD_OFF, hasPassword: true }} onClose={ignore} />
      </>
    ),
    state: state(BROWSE, { ...FORWARD_OFF, hasPassword: true }),
    answers: FORWARD_ANSWERS,
  },
  {
    name: 'forwards/added, port in use',
    render: () => <Adding />,
    state: state(...MANY),
    answers: {
      ...FORWARD_ANSWERS,
      'forwards.add': async ({ rule }) => {
        const { port } = rule.listen;
        const problem = {
          code: 'forward.port-in-use',
          details: { port, free: port + 1, message: 'in use' },
          at: FORWARDS_NOW,
        };
        return exampleForward({ id: 'zz', state: 'failed', address: null, url: null, problem }, rule);
      },
    },
  },
  {
    name: 'forwards/not added',
    render: () => (
      <Form draft={{ ...newDraft('wg-proxy', EXAMPLE_PEER_ID, 'WireGuard'), targetHost: 'localhost' }} submit />
    ),
    state: state(),
    answers: { ...FORWARD_ANSWERS, 'forwards.add': refuse('forward.name-taken', { name: 'WireGuard' }) },
  },
];
