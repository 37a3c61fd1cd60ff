import type { AppConnection, SavedCommand } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { examplePeer, examplePeerId } from '../../stories/examples/index.ts';
import { text } from '../../locale/index.ts';
import { Pressing, type Press, type Story } from '../../stories/index.ts';
import { useApp } from '../../store/index.ts';
import { rememberMachines } from './chosen-machines.ts';
import { SavedCommandDialogs } from './saved-command-dialogs.tsx';

const DEPLOY: SavedCommand = { name: 'deploy', line: 'cd shop && git switch {{branch}} && make {{target}}' };
const UPTIME: SavedCommand = { name: 'uptime', line: 'uptime' };
const SAVED = [DEPLOY, UPTIME];

const PEERS = [
  examplePeer({ peerId: examplePeerId(1), name: 'office' }),
  examplePeer({
    peerId: examplePeerId(2),
    name: 'a-very-long-name-of-a-machine-that-does-not-fit-into-one-line-anywhere',
  }),
  examplePeer({
    peerId: examplePeerId(3),
    name: 'attic-nas',
    online: false,
    linked: false,
    path: 'offline',
    rtt: null,
  }),
  examplePeer({ peerId: examplePeerId(4), name: 'lab', system: 'windows' }),
  examplePeer({ peerId: examplePeerId(5), name: 'silent' }),
];

const encoder = new TextEncoder();

/** Programs that run in a story, each until it is interrupted, and the calls about them. */
function agent(): NonNullable<Story['answers']> {
  const running = new Map<number, Readonly<{ connection: AppConnection; end(signal: string | null): void }>>();
  const note = (words: string): void => {
    const { dataset } = document.documentElement;
    dataset['calls'] = `${dataset['calls'] ?? ''}${words}\n`;
  };
  delete document.documentElement.dataset['calls'];
  return {
    'savedCommands.list': async () => [...(useApp.getState().savedCommands ?? [])],
    'savedCommands.put': async (command) => {
      note(`put ${command.name}: ${command.line}`);
      return [...(useApp.getState().savedCommands ?? []).filter(({ name }) => name !== command.name), command];
    },
    'savedCommands.remove': async ({ name: removed }) => {
      note(`remove ${removed}`);
      return (useApp.getState().savedCommands ?? []).filter(({ name }) => name !== removed);
    },
    'exec.open': async ({ peer, command = [] }, { connection, progress, signal }) => {
      const name = PEERS.find(({ peerId }) => peerId === peer)?.name ?? '';
      note(`${name}: ${JSON.stringify(command)}`);
      progress('connecting');
      if (name === 'attic-nas')
        throw new ClawReachError('peer.offline', 'offline', { details: { name, seen: 'yesterday' } });
      if (name === 'lab') {
        progress('approval');
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
        });
        note('withdrawn');
        throw new ClawReachError('control.cancelled', 'cancelled');
      }
      const [stdin, stdout, stderr] = [connection.openChannel(), connection.openChannel(), connection.openChannel()];
      const end = (exitCode: number | null, by: string | null): void => {
        running.delete(stdout.id);
        stdout.end();
        stderr.end();
        connection.emit('terminal.ended', { channel: stdout.id, exitCode, signal: by, code: null });
      };
      running.set(stdout.id, { connection, end: (by) => end(null, by) });
      void (async () => {
        if (name === 'silent') return;
        await stdout.write(encoder.encode('Already on main\r\n\u001B[31mred\u001B[0m and \u202Eturned\r\n'));
        await stderr.write(encoder.encode('make: nothing to be done\n'));
        if (name === 'office')
          await stdout.write(encoder.encode(' 09:12 up 12 days, load average 0.41\nwithout an end'));
        end(name === 'office' ? 0 : 3, null);
      })();
      return { exec: 'e1', stdin: stdin.id, stdout: stdout.id, stderr: stderr.id };
    },
    'exec.signal': async ({ channel, signal }) => {
      note(`signal ${signal}`);
      return running.has(channel) ? {} : Promise.reject(new ClawReachError('terminal.unknown-channel', 'gone'));
    },
    'exec.close': async ({ channel }) => {
      note('close');
      running.get(channel)?.end('SIGHUP');
      return {};
    },
  };
}

function story(name: string, state: Story['state'], answers: NonNullable<Story['answers']> = {}): Story {
  return {
    name: `saved-commands/${name}`,
    render: () => <SavedCommandDialogs />,
    state: { peers: PEERS, savedCommands: SAVED, ...state },
    // Each showing begins with no program.
    answers: { ...agent(), ...answers },
  };
}

/** Shows a command after it was started on the machines of these numbers. */
function started(name: string, machines: readonly number[], see: string): Story {
  const command = { name, line: 'git pull && make' };
  const steps: readonly Press[] = [text('saved.run.start', { count: machines.length }), { see }];
  return {
    ...story(name, { savedCommandDialog: { kind: 'run', command } }),
    render: () => {
      rememberMachines(() => localStorage, name, machines.map(examplePeerId));
      return (
        <Pressing steps={steps}>
          <SavedCommandDialogs />
        </Pressing>
      );
    },
  };
}

const failing = (code: string) => () => Promise.reject(new ClawReachError(code, code));

/** Stories of the dialogs about saved commands. */
export const SAVED_COMMANDS_STORIES: readonly Story[] = [
  story('new', { savedCommandDialog: { kind: 'edit', command: undefined } }),
  story('edited', { savedCommandDialog: { kind: 'edit', command: DEPLOY } }),
  story(
    'not saved',
    { savedCommandDialog: { kind: 'edit', command: UPTIME } },
    { 'savedCommands.put': failing('store.write') },
  ),
  story('removed', { savedCommandDialog: { kind: 'remove', command: DEPLOY } }),
  story('run', { savedCommandDialog: { kind: 'run', command: UPTIME } }),
  story('run with values', { savedCommandDialog: { kind: 'run', command: DEPLOY } }),
  started('running', [1, 2, 3, 4, 5], text('saved.results.progress', { ended: 3, count: 5 })),
  started('over', [1, 2, 3], text('saved.results.not-everywhere', { count: 2 })),
  started('over on one', [1], text('saved.results.well', { count: 1 })),
  story('run without machines', { peers: [], savedCommandDialog: { kind: 'run', command: UPTIME } }),
];
