import type { Command } from 'commander';
import { ServiceManager, type ServiceState } from '#node/service/index.ts';
import { profileDirectory } from '../../host/index.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';

type InstallOptions = CommonOptions & Readonly<{ dryRun?: boolean; linger?: boolean }>;

export const addService: Registration = (program, run) => {
  const command = addCommand(program, 'service', 'run the agent at each login, without a window', {
    description:
      'Have the service manager of this system run the agent of this profile at each login, and again when it fails: a unit of your own ' +
      'systemd on Linux, a launch agent on macOS, a scheduled task on Windows. Nothing needs more rights than yours. The application has a ' +
      'setting of its own for that; one of the two is enough, and where both are, the second waits until the first has ended.',
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
      ['clawreach service install --linger', 'Linux: also while nobody is logged in'],
    ],
  })
    .option('--dry-run', 'print the file that would be written, and do nothing')
    .option('--linger', 'Linux: have the system start it with the machine, before anybody logs in')
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
            ? ['The agent runs, and starts again at each login.']
            : [
                `An agent runs already (pid ${other}), so the service waits. \`clawreach stop\` ends that one, and the service takes over.`,
              ]),
          ...lingerHint(state),
        );
      }),
    );
}

function addUninstall(command: Command, run: Run): void {
  addCommand(command, 'uninstall', 'end the service and remove it', {
    examples: [['clawreach service uninstall', '']],
  }).action((options: CommonOptions) =>
    run(options, async (context) => {
      const { name, file } = await createManager(context).uninstall();
      context.reporter.document({ removed: true, name, file });
      context.reporter.lines(
        `Removed ${name}. Keys, peers and settings of ${printable(context.profile)} are still there.`,
      );
    }),
  );
}

function addStatus(command: Command, run: Run): void {
  addCommand(command, 'status', 'show whether the service is installed and runs', {
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
 * Creates the manager for the service of this profile. @throws {ServiceError} `service.unsupported`,
 * `service.app-image`, `service.path`
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
  if (!installed) return ['Service    not installed. `clawreach service install` installs it.'];
  const said = (value: boolean | null, yes: string, no: string): string =>
    value === null ? 'not known' : value ? yes : no;
  const exit = lastExit === null || lastExit === 0 || running === true ? '' : `; it ended with ${lastExit}`;
  return [
    `Service    ${name}`,
    `File       ${file}${current === false ? '  (of another version: `clawreach service install` writes it anew)' : ''}`,
    `At login   ${said(enabled, 'starts', 'does not start')}`,
    `Now        ${said(running, pid === null ? 'runs' : `runs (pid ${pid})`, 'does not run')}${exit}`,
    ...lingerHint(state),
  ];
}

function lingerHint({ linger }: ServiceState): readonly string[] {
  if (linger !== false) return [];
  return [
    'It ends when you log out. `loginctl enable-linger` has it run from the start of the machine on, whether you are logged in or not.',
  ];
}

/** Returns the process ID of an agent that uses the profile but isn't run by a service. */
async function otherAgent(context: CommandContext): Promise<number | undefined> {
  const client = await context.connect();
  const status = await client?.call('status.get', {});
  return status === undefined || status.service !== undefined ? undefined : status.pid;
}
