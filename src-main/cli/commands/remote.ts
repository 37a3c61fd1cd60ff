import type { Command } from 'commander';
import type { AppApiClient, Heartbeat, RemoteView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../control/index.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration, formatTable, formatTime, printable } from '../output/index.ts';
import { peerName } from './peer-text.ts';
import { AnswerPrinter } from './prompt.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from './registry.ts';

type GatewayOptions = CommonOptions & Readonly<{ gateway?: string }>;

const PEER = 'name or id of the peer';
const GATEWAY = 'name of the gateway there; the first that is connected unless given';

export const addRemote: Registration = (program, run) => {
  const remote: Command = addCommand(program, 'remote', 'OpenClaw at peers: status, restart, workflows', {
    description:
      'OpenClaw at peers: how it is, restarts, workflows, and entries that are saved here. A peer needs to allow this device the right `prompt`, ' +
      'or its person is asked. Without a command, as `remote list`.',
    examples: [
      ['clawreach remote status office', ''],
      ['clawreach remote restart office', 'tells first what it breaks off, and asks'],
      ['clawreach remote workflow office deploy branch=main', ''],
      ['clawreach remote save office --name "Office lab"', 'watched from now on'],
    ],
  }).action((options: CommonOptions) => run(options, listRemotes));
  const below: Run = (options, work) => run({ ...remote.opts<CommonOptions>(), ...options }, work);
  for (const add of [addStatus, addRestart, addWorkflow, addWorkflows, addList, addSave, addRemove, addWatch])
    add(remote, below);
};

const addStatus: Registration = (remote, run) => {
  addCommand(remote, 'status', 'how OpenClaw at a peer is', { examples: [['clawreach remote status office', '']] })
    .argument('<peer>', PEER)
    .option('--gateway <name>', GATEWAY)
    .action((name: string, options: GatewayOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { target, shown } = await targetOf(client, name, options);
        const beat = await client.call('remote.status', { target }, { signal: host.interrupted });
        reporter.document(beat);
        reporter.lines(`${shown}  ${describeBeat(beat)}`);
      }),
    );
};

const addRestart: Registration = (remote, run) => {
  addCommand(remote, 'restart', 'restart OpenClaw at a peer', {
    description:
      'Restart OpenClaw at a peer. What it breaks off is told first; nothing happens before you have confirmed.',
    examples: [
      ['clawreach remote restart office', 'asks'],
      ['clawreach remote restart office --yes', 'does not; what was broken off is told'],
    ],
  })
    .argument('<peer>', PEER)
    .option('--gateway <name>', GATEWAY)
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: GatewayOptions & Readonly<{ yes?: boolean }>) =>
      run(options, async (context) => {
        const { reporter, host, prompter } = context;
        const client = await ensureAgent(context);
        const { target, shown } = await targetOf(client, name, options);
        const restart = (confirmed: boolean) =>
          client.call(
            'remote.restart',
            { target, confirmed },
            {
              signal: host.interrupted,
              onProgress: (step) => {
                if (step.kind === 'approval') reporter.note(`${shown} asks its owner… (Ctrl-C gives up)`);
                else if (step.tasks.length === 0) reporter.note('Nothing is running there.');
                else reporter.note('A restart breaks off:', ...step.tasks.map((task) => `  ${printable(task)}`));
              },
            },
          );
        if (options.yes !== true) {
          await restart(false);
          if (!prompter.available || !(await prompter.confirm(`Restart OpenClaw at ${shown} now?`))) {
            reporter.note('Nothing was restarted. `--yes` does it without a question.');
            return EXIT.failure;
          }
        }
        const done = await restart(true);
        reporter.document(done);
        reporter.lines(`OpenClaw at ${shown} restarts.`);
        return EXIT.ok;
      }),
    );
};

const addWorkflow: Registration = (remote, run) => {
  addCommand(remote, 'workflow', 'start a workflow of a peer', {
    examples: [['clawreach remote workflow office deploy branch=main', 'the place {{branch}} becomes main']],
  })
    .argument('<peer>', PEER)
    .argument('<workflow>', 'its name there')
    .argument('[values...]', 'name=value for each place')
    .option('--gateway <name>', GATEWAY)
    .action((name: string, workflow: string, values: string[], options: GatewayOptions) =>
      run(options, async (context) => {
        const params = readValues(values);
        const client = await ensureAgent(context);
        const { target, shown } = await targetOf(client, name, options);
        const printer = new AnswerPrinter(context, shown);
        const answer = await client.call(
          'remote.workflow',
          { target, workflow, params },
          { signal: context.host.interrupted, onProgress: (step) => printer.take(step) },
        );
        printer.end();
        context.reporter.document(answer);
      }),
    );
};

const addWorkflows: Registration = (remote, run) => {
  addCommand(remote, 'workflows', 'the workflows of a peer', { examples: [['clawreach remote workflows office', '']] })
    .argument('<peer>', PEER)
    .action((name: string, options: CommonOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const { target, shown } = await targetOf(client, name, {});
        const found = await client.call('remote.workflows', { target }, { signal: host.interrupted });
        reporter.document(found);
        if (found.length === 0) reporter.lines(`${shown} has no workflows.`);
        else reporter.lines(...found.map((one) => `${printable(one.name)}  ${printable(one.description)}`.trimEnd()));
      }),
    );
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
    .argument('<peer>', PEER)
    .option('--gateway <name>', GATEWAY)
    .option('--name <name>', 'under which name; that of the peer unless given')
    .action((name: string, options: GatewayOptions & Readonly<{ name?: string }>) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        const { target, shown } = await targetOf(client, name, options);
        const saved = await client.call('remotes.save', { name: options.name ?? shown, target });
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

const addWatch: Registration = (remote, run) => {
  addCommand(remote, 'watch', 'the heartbeats of the saved entries, as they come', {
    description: 'The heartbeats of the saved entries, as they come, until Ctrl-C. With --json one list a line.',
    examples: [['clawreach remote watch', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { reporter, host } = context;
      const client = await ensureAgent(context);
      const show = (remotes: readonly RemoteView[]): void => {
        reporter.document(remotes);
        reporter.redraw(table(context, remotes));
      };
      const off = client.on('remotes.changed', show);
      try {
        show(await client.call('remotes.list', {}));
        await new Promise<void>((resolve) => {
          if (host.interrupted.aborted) resolve();
          else host.interrupted.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        off();
      }
    }),
  );
};

async function listRemotes(context: CommandContext): Promise<void> {
  const client = await ensureAgent(context);
  const remotes = await client.call('remotes.list', {});
  context.reporter.document(remotes);
  context.reporter.lines(...table(context, remotes));
}

function table({ reporter, host }: CommandContext, remotes: readonly RemoteView[]): readonly string[] {
  if (remotes.length === 0) return ['Nothing is saved. `clawreach remote save PEER` saves one.'];
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [{ title: 'NAME', least: 8 }, { title: 'PEER' }, { title: 'GATEWAY' }, { title: 'STATE' }, { title: 'HEARD' }],
    remotes.map(({ name, peerName: peer, gateway, heartbeat, heardAt, problem }) => [
      printable(name),
      printable(peer ?? '-'),
      printable(gateway ?? '-'),
      problem ?? (heartbeat === null ? 'not heard yet' : describeBeat(heartbeat)),
      heardAt === null ? '-' : formatTime(heardAt, now),
    ]),
    reporter.columns,
  );
  return [reporter.style.dim(head), ...rows];
}

function describeBeat({ connection_state: state, uptime, active_tasks: tasks, last_error: error }: Heartbeat): string {
  const words = [state, `up ${formatDuration(uptime * 1000)}`, `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`];
  return [...words, ...(error === null ? [] : [`last error: ${printable(error)}`])].join(', ');
}

async function targetOf(
  client: AppApiClient,
  name: string,
  { gateway }: Readonly<{ gateway?: string }>,
): Promise<Readonly<{ target: { peer: string; gateway?: string }; shown: string }>> {
  const peer = await client.call('peers.get', { peer: name });
  return {
    target: { peer: peer.peerId, ...(gateway === undefined ? {} : { gateway }) },
    shown: peerName(peer),
  };
}

/** @throws {UsageError} `usage.remote` */
function findRemote(remotes: readonly RemoteView[], name: string): RemoteView {
  const key = name.toLowerCase();
  const found = remotes.find((remote) => remote.id === name || remote.name.toLowerCase() === key);
  if (found === undefined) throw new UsageError('usage.remote', 'there is no such entry', { details: { name } });
  return found;
}

/** `name=value` each. @throws {UsageError} `usage.workflow` */
function readValues(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        const reason = `"${printable(text)}" is not name=value.`;
        throw new UsageError('usage.workflow', reason, { details: { reason } });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
