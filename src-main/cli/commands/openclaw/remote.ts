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

/**
 * Registers `clawreach remote`, which uses the OpenClaw of other machines, with all commands below it. Without a command, lists the OpenClaws that
 * `remote save` saved in the agent. All of them start an agent if none is running.
 */
export const addRemote: Registration = (program, run) => {
  const remote: Command = addCommand(program, 'remote', 'OpenClaw on your machines: status, restart, workflows', {
    description:
      'Use the OpenClaw of your machines: show its status, restart it, run its workflows. A machine must allow this one the permission ' +
      '`prompt`; otherwise its user is asked. To use a gateway of this machine, give `.` as the machine. Without a command, lists the saved ' +
      'entries.',
    examples: [
      ['clawreach remote status office', ''],
      ['clawreach remote restart office', 'shows what it cancels, and asks'],
      ['clawreach remote restart . --gateway home', 'a gateway of this machine'],
      ['clawreach remote workflow office deploy branch=main', ''],
      ['clawreach remote save office --name "Office lab"', 'saves it under a name, and follows its status'],
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
  addCommand(remote, 'list', 'list the saved entries', {
    examples: [['clawreach remote list --json', '']],
  }).action((options: CommonOptions) => run(options, listRemotes));
};

const addSave: Registration = (remote, run) => {
  addCommand(remote, 'save', 'save the OpenClaw of a machine under a name', {
    examples: [['clawreach remote save office --name Lab --gateway home', '']],
  })
    .argument('<machine>', 'name or ID of the machine')
    .option('--gateway <name>', GATEWAY_OPTION)
    .addOption(new Option('--name <name>', 'name for the entry (default: that of the machine)').argParser(parseName))
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
  addCommand(remote, 'remove', 'remove a saved entry', { examples: [['clawreach remote remove Lab', '']] })
    .argument('<name>', 'name of the entry')
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { id } = findRemote(await client.call('remotes.list', {}), name);
        await client.call('remotes.remove', { id });
        context.reporter.document({ removed: id });
        context.reporter.lines(`${printable(name)} was removed.`);
      }),
    );
};

async function listRemotes(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const remotes = await client.call('remotes.list', {});
  context.reporter.document(remotes);
  context.reporter.lines(...remoteTable(context, remotes));
}
