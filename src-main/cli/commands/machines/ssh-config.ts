import { Option } from 'commander';
import type { SshConfigView } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatTable, printable } from '../../output/index.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

type SshConfigCommandOptions = CommonOptions & Readonly<{ install?: boolean; remove?: boolean }>;

/** Registers `clawreach ssh-config`, which makes all machines hosts of ssh. Starts an agent if none is running. */
export const addSshConfig: Registration = (program, run) => {
  addCommand(program, 'ssh-config', 'reach your machines with ssh, scp, git and other programs by a name', {
    description: [
      'Reach the SSH servers of your machines by names like `office.claw`: with ssh, scp, sftp, rsync, git, Ansible or VS Code, without any port that is open ' +
        'to others. Prints the lines for the configuration of ssh.',
      '',
      '`--install` writes them into a file of ClawReach, puts one `Include` at the beginning of your `~/.ssh/config`, and keeps the file current when ' +
        'machines are added, renamed or removed. `--remove` takes both away.',
      '',
      'A name consists of a-z, 0-9 and dashes, made from the name of the machine. Its host key is remembered for the machine, whatever its name. On the other ' +
        'machine, the permission `forward` or the target localhost:22 is needed (`clawreach targets`); otherwise its user is asked.',
    ].join('\n'),
    examples: [
      ['clawreach ssh-config', 'prints the lines'],
      ['clawreach ssh-config --install', 'after that: ssh office.claw'],
      ['scp report.pdf office.claw:', 'copies a file'],
      ['clawreach ssh-config --remove', 'undoes it'],
    ],
  })
    .addOption(new Option('--install', 'write them for ssh, and keep them current').conflicts('remove'))
    .option('--remove', 'take them away again')
    .action((options: SshConfigCommandOptions) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const before = await client.call('sshConfig.get', {}, { signal: host.interrupted });
        const isChange = options.install === true || options.remove === true;
        const view = isChange ? await client.call('sshConfig.set', { installed: options.install === true }) : before;
        reporter.document(view);
        if (options.remove === true && !before.installed)
          reporter.lines(`${printable(view.config)} doesn't include ${printable(view.file)}. Nothing was changed.`);
        else reporter.lines(...(isChange ? formatChange(view, host.stdout.columns ?? 80) : [view.text.trimEnd()]));
        if (!isChange && !view.installed)
          reporter.note(
            'Nothing was written. To write it for ssh, and keep it current: `clawreach ssh-config --install`',
          );
        return EXIT.ok;
      }),
    );
};

function formatChange({ installed, config, file, hosts }: SshConfigView, columns: number): readonly string[] {
  if (!installed) return [`Took the line out of ${printable(config)}, and removed ${printable(file)}.`];
  const head = [`${printable(config)} includes ${printable(file)} now, which ClawReach keeps current.`];
  const [first] = hosts;
  if (first === undefined) return [...head, 'You have no machines yet. Pair one: `clawreach pair`'];
  return [
    ...head,
    '',
    ...formatTable(
      [
        { title: 'HOST', least: 10 },
        { title: 'MACHINE', least: 8 },
        { title: 'USER', least: 4 },
      ],
      hosts.map(({ host, name, user }) => [host, printable(name), user ?? '-']),
      columns,
    ),
    '',
    `Try: \`ssh ${first.host}\``,
  ];
}
