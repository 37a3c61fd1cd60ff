import { Option, type Command } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { printable } from '../../output/index.ts';
import { peerName } from '../machines/peer-format.ts';
import {
  addCommand,
  parseName,
  type CommandContext,
  type CommonOptions,
  type Registration,
  type Run,
} from '../registry.ts';
import { addRemoteRestart, addRemoteStatus, addRemoteWorkflow, addRemoteWorkflows } from './remote-actions.ts';
import { findRemote, GATEWAY_OPTION, type ResolvedOpenClawOptions } from './find-remote.ts';
import { remoteTable } from './remote-format.ts';
import { addRemoteWatch } from './remote-watch.ts';

export const addRemote: Registration = (program, run) => {
  const remote: Command = addCommand(program, 'remote', 'OpenClaw at peers and here: status, restart, workflows', {
    description:
      'OpenClaw at peers: how it is, restarts, workflows, and entries that are saved here. A peer needs to allow this device the right `prompt`, ' +
      'or its person is asked. With `.` for the peer it is a gateway of this device. Without a command, as `remote list`.',
    examples: [
      ['clawreach remote status office', ''],
      ['clawreach remote restart office', 'tells first what it breaks off, and asks'],
      ['clawreach remote restart . --gateway home', 'a gateway of this device'],
      ['clawreach remote workflow office deploy branch=main', ''],
      ['clawreach remote save office --name "Office lab"', 'watched from now on'],
    ],
  }).action((options: CommonOptions) => run(options, listRemotes));
  const below: Run = (options, work) => run({ ...remote.opts<CommonOptions>(), ...options }, work);
  for (const add of [
    addRemoteStatus,
    addRemoteRestart,
    addRemoteWorkflow,
    addRemoteWorkflows,
    addList,
    addSave,
    addRemove,
    addRemoteWatch,
  ])
    add(remote, below);
};

const addList: Registration = (remote, run) => {
  addCommand(remote, 'list', 'the entries that are saved here', {
    examples: [['clawreach remote list --json', '']],
  }).action((options: CommonOptions) => run(options, listRemotes));
};

const addSave: Registration = (remote, run) => {
  addCommand(remote, 'save', 'save OpenClaw at a peer under a name', {
    examples: [['clawreach remote save office --name Lab --gateway home', '']],
  })
    .argument('<peer>', 'name or ID of the machine')
    .option('--gateway <name>', GATEWAY_OPTION)
    .addOption(new Option('--name <name>', 'under which name; that of the peer unless given').argParser(parseName))
    .action((name: string, options: ResolvedOpenClawOptions & Readonly<{ name?: string }>) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const peer = await client.call('peers.get', { peer: name });
        const target = { peer: peer.peerId, ...(options.gateway === undefined ? {} : { gateway: options.gateway }) };
        const saved = await client.call('remotes.save', { name: options.name ?? peerName(peer), target });
        context.reporter.document(saved);
        context.reporter.lines(`Saved as ${printable(saved.name)}.`);
      }),
    );
};

const addRemove: Registration = (remote, run) => {
  addCommand(remote, 'remove', 'forget a saved entry', { examples: [['clawreach remote remove Lab', '']] })
    .argument('<name>', 'its name')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = findRemote(await client.call('remotes.list', {}), name);
        await client.call('remotes.remove', { id });
        context.reporter.document({ removed: id });
        context.reporter.lines(`${printable(name)} is forgotten.`);
      }),
    );
};

async function listRemotes(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const remotes = await client.call('remotes.list', {});
  context.reporter.document(remotes);
  context.reporter.lines(...remoteTable(context, remotes));
}
