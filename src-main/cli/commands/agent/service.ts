import type { Command } from 'commander';
import { ServiceManager, type ServiceState } from '#node/service/index.ts';
import { profileDirectory } from '../../host/index.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type InstallOptions = CommonOptions & Readonly<{ dryRun?: boolean; linger?: boolean }>;

/**
 * Registers `clawreach service`: `install`, `uninstall` and `status`. They write the service's file and run the
 * system's service manager (systemctl, launchctl or schtasks).
 */
export const addService: Registration = (program, run) => {
  const command = addCommand(program, 'service', 'start ClawReach when you sign in, without a window', {
    description: [
      'Let the service manager of this system start ClawReach with this profile when you sign in, and restart it if it fails: a systemd user ' +
        'unit on Linux, a launch agent on macOS, a scheduled task on Windows. You need no administrator rights.',
      '',
      'The application has its own setting for this. One of the two is enough; if you use both, the one that starts second waits for the ' +
        'first to end.',
    ].join('\n'),
    examples: [
      ['clawreach service install', ''],
      ['clawreach service install --dry-run', 'only show the file'],
      ['clawreach service status', ''],
    ],
  });
  // Options before the last word count too; otherwise `--profile` would be lost and another profile's service meant.
  const runBelow: Run = (options, work) => run({ ...command.opts<CommonOptions>(), ...options }, work);
  addInstall(command, runBelow);
  addUninstall(command, runBelow);
  addStatus(command, runBelow);
};

function addInstall(command: Command, run: Run): void {
  addCommand(command, 'install', 'install the service and start it', {
    examples: [
      ['clawreach service install', ''],
      ['clawreach service install --linger', "Linux: also while you aren't signed in"],
    ],
  })
    .option('--dry-run', 'print the file without installing it')
    .option('--linger', 'Linux: start it with the machine, before anyone signs in')
    .action((options: InstallOptions) =>
      run(options, async (context) => {
        const { host, reporter, profile } = context;
        const manager = createManager(context);
        const { kind, name, file, text } = manager.plan;
        if (options.dryRun === true) {
          reporter.document({ kind, name, file, text });
          reporter.note(`# ${file}`);
          reporter.lines(text.trimEnd());
          return;
        }
        await host.prepareProfile(profile);
        const other = await otherAgent(context);
        const state = await manager.install({ linger: options.linger === true });
        reporter.document({ ...state, waitsFor: other ?? null });
        reporter.lines(
          `Installed ${name}: ${file}`,
          ...(other === undefined
            ? [`ClawReach is running, and starts ${state.linger === true ? 'with this machine' : 'when you sign in'}.`]
            : [
                `ClawReach is already running (pid ${other}), so the service waits. Run \`clawreach stop\`, and the service takes over.`,
              ]),
          ...lingerHint(state),
        );
      }),
    );
}

function addUninstall(command: Command, run: Run): void {
  addCommand(command, 'uninstall', 'stop the service and remove it', {
    examples: [['clawreach service uninstall', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { name, file } = await createManager(context).uninstall();
      context.reporter.document({ removed: true, name, file });
      context.reporter.lines(
        `Removed ${name}. The keys, machines and settings in ${printable(context.profile)} were kept.`,
      );
    }),
  );
}

function addStatus(command: Command, run: Run): void {
  addCommand(command, 'status', 'show whether the service is installed and running', {
    examples: [['clawreach service status --json', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const state = await createManager(context).status();
      context.reporter.document(state);
      context.reporter.lines(...formatService(state));
    }),
  );
}

/**
 * Creates the manager for the service of this profile.
 * @throws {ServiceError} `service.unsupported`, `service.app-image`, `service.path`
 */
function createManager({ host, profile }: CommandContext): ServiceManager {
  const { platform, variables, home, account, startCommand: own } = host;
  const { CLAWREACH_PROFILE: _named, ...unnamed } = variables;
  return new ServiceManager({
    facts: {
      platform,
      variables,
      home,
      ...account,
      profile,
      isDefaultProfile: profile === profileDirectory(undefined, { ...host, variables: unnamed }),
      ...own,
    },
    run: host.runTool,
  });
}

function formatService(state: ServiceState): readonly string[] {
  const { name, file, installed, current, enabled, running, pid, lastExit } = state;
  if (!installed) return ['Service    not installed. Install it with `clawreach service install`.'];
  const said = (value: boolean | null, yes: string, no: string): string =>
    value === null ? 'unknown' : value ? yes : no;
  const exit = lastExit === null || lastExit === 0 || running === true ? '' : `; last exit code ${lastExit}`;
  return [
    `Service    ${name}`,
    `File       ${file}${current === false ? '  (from another version; run `clawreach service install` to update it)' : ''}`,
    `At login   ${said(enabled, 'starts', "doesn't start")}`,
    `Now        ${said(running, pid === null ? 'running' : `running (pid ${pid})`, 'not running')}${exit}`,
    ...lingerHint(state),
  ];
}

function lingerHint({ linger }: ServiceState): readonly string[] {
  if (linger !== false) return [];
  return [
    'It stops when you sign out. To keep it running whether or not you are signed in, run `loginctl enable-linger`.',
  ];
}

/** Returns the process ID of an agent that uses the profile but isn't run by a service. */
async function otherAgent(context: CommandContext): Promise<number | undefined> {
  const client = await context.connect();
  const status = await client?.call('status.get', {});
  return status === undefined || status.service !== undefined ? undefined : status.pid;
}
