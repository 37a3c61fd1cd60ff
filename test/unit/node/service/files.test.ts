import { DOMParser } from '@xmldom/xmldom';
import plist from 'plist';
import { describe, expect, it } from 'vitest';
import { planService, toolPath, type ServiceFacts } from '#node/service/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { serviceFacts, STRANGE_PATHS } from './facts.ts';

const MAC: Partial<ServiceFacts> = { platform: 'darwin', home: '/Users/ada' };
const WINDOWS: Partial<ServiceFacts> = {
  platform: 'win32',
  home: String.raw`C:\Users\ada`,
  profile: String.raw`C:\Users\ada\AppData\Roaming\clawreach`,
  program: String.raw`C:\Program Files\nodejs\node.exe`,
  arguments: [String.raw`C:\Program Files\ClawReach\clawreach.js`],
  variables: { USERDOMAIN: 'DESK', SystemRoot: String.raw`C:\Windows` },
};

/** Value of a key of a unit; systemd's own rules for quotes. */
function wordsOf(unit: string, key: string): string[] {
  const line = new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) =>
    word.replaceAll(/\\(.)/g, '$1').replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

describe('the unit of systemd', () => {
  it('runs this program on this profile, whatever is in their paths [S-APP-7]', () => {
    for (const profile of STRANGE_PATHS) {
      const { text } = planService(serviceFacts({ profile, isDefaultProfile: false }));
      expect(wordsOf(text, 'ExecStart')).toEqual([
        '/usr/bin/node',
        '/opt/clawreach/bin/clawreach.js',
        'run',
        `--profile=${profile}`,
        '--service=systemd',
      ]);
    }
  });

  it('begins anew after an error that nobody expected, not after a stop, and leaves terminals alone', () => {
    const { text } = planService(serviceFacts());
    for (const line of [
      'Restart=on-failure',
      'RestartForceExitStatus=70',
      'SuccessExitStatus=143',
      'KillMode=process',
      'StartLimitIntervalSec=0',
      'WantedBy=default.target',
    ])
      expect(text.split('\n')).toContain(line);
    // Each of these would take sudo, or the person's files, from the terminals.
    expect(text).not.toMatch(
      /^(?:NoNewPrivileges|Protect\w+|Private\w+|SystemCall\w+|Restrict\w+(?<!ForceExitStatus))=/m,
    );
  });

  it('is where systemd looks for the units of a person, one for each profile', () => {
    expect(planService(serviceFacts())).toMatchObject({
      kind: 'systemd',
      name: 'clawreach.service',
      file: '/home/ada/.config/systemd/user/clawreach.service',
    });
    const elsewhere = planService(
      serviceFacts({ variables: { XDG_CONFIG_HOME: '/data/config' }, profile: '/srv/two', isDefaultProfile: false }),
    );
    expect(elsewhere.name).toMatch(/^clawreach-[0-9a-f]{8}\.service$/);
    expect(elsewhere.file).toBe(`/data/config/systemd/user/${elsewhere.name}`);
    const third = planService(serviceFacts({ profile: '/srv/three', isDefaultProfile: false }));
    expect(third.name).not.toBe(elsewhere.name);
  });

  it('says what Electron needs to be Node', () => {
    const { text } = planService(serviceFacts({ environment: { ELECTRON_RUN_AS_NODE: '1' } }));
    expect(text).toContain('\nEnvironment="ELECTRON_RUN_AS_NODE=1"\n');
  });

  it('is not written for a path that no unit can hold, nor for a program that is somewhere else tomorrow', async () => {
    expect(await codeOf(() => planService(serviceFacts({ profile: '/home/ada/two\nlines' })))).toBe('service.path');
    const mounted = serviceFacts({
      program: '/tmp/.mount_claw1/clawreach',
      variables: { APPDIR: '/tmp/.mount_claw1' },
    });
    expect(await codeOf(() => planService(mounted))).toBe('service.app-image');
    expect(await codeOf(() => planService(serviceFacts({ platform: 'freebsd' })))).toBe('service.unsupported');
  });
});

describe('the launch agent of macOS', () => {
  it('is a property list that runs this program at login, and again unless it has ended with 0', () => {
    for (const profile of STRANGE_PATHS) {
      const { text, file, name } = planService(serviceFacts({ ...MAC, profile, isDefaultProfile: false }));
      expect(file).toBe(`/Users/ada/Library/LaunchAgents/${name}.plist`);
      expect(plist.parse(text)).toMatchObject({
        Label: name,
        ProgramArguments: [
          '/usr/bin/node',
          '/opt/clawreach/bin/clawreach.js',
          'run',
          `--profile=${profile}`,
          '--service=launchd',
        ],
        RunAtLoad: true,
        KeepAlive: { SuccessfulExit: false },
        AbandonProcessGroup: true,
      });
    }
  });

  it('says what Electron needs to be Node', () => {
    const { text } = planService(serviceFacts({ ...MAC, environment: { ELECTRON_RUN_AS_NODE: '1' } }));
    expect(plist.parse(text)).toMatchObject({ EnvironmentVariables: { ELECTRON_RUN_AS_NODE: '1' } });
  });
});

describe('the task of Windows', () => {
  const parse = (text: string) =>
    new DOMParser({
      onError: (level, message) => {
        throw new Error(`${level}: ${message}`);
      },
    }).parseFromString(text.replace(/^<\?xml[^>]*>\s*/, ''), 'text/xml');
  const value = (text: string, name: string) => parse(text).getElementsByTagName(name)[0]?.textContent ?? undefined;

  it('is a document that begins at logon with the rights of the person, and without a window of the console', () => {
    const { text, name, file, encoding } = planService(serviceFacts({ ...WINDOWS }));
    expect({ name, file, encoding }).toEqual({
      name: 'ClawReach agent',
      file: String.raw`C:\Users\ada\AppData\Roaming\clawreach\service-task.xml`,
      encoding: 'utf16le',
    });
    expect(value(text, 'UserId')).toBe(String.raw`DESK\ada`);
    expect(value(text, 'RunLevel')).toBe('LeastPrivilege');
    expect(value(text, 'ExecutionTimeLimit')).toBe('PT0S');
    expect(value(text, 'Command')).toBe(String.raw`C:\Windows\System32\conhost.exe`);
    expect(value(text, 'Arguments')).toBe(
      String.raw`--headless "C:\Program Files\nodejs\node.exe" "C:\Program Files\ClawReach\clawreach.js" run --profile=C:\Users\ada\AppData\Roaming\clawreach --service=task`,
    );
  });

  it('quotes as programs of Windows take a command line apart', () => {
    const profile = 'D:\\my "data" & <more>\\';
    const program = String.raw`C:\ClawReach\ClawReach.exe`;
    const { text } = planService(
      serviceFacts({ ...WINDOWS, profile, program, arguments: [], isDefaultProfile: false }),
    );
    expect(value(text, 'Command')).toBe(program);
    expect(value(text, 'Arguments')).toBe('run "--profile=D:\\my \\"data\\" & <more>\\\\" --service=task');
  });

  it('is not written for paths in which Windows would put the value of a variable, and is for a sign that is one [S-APP-7]', async () => {
    const planned = (change: Partial<ServiceFacts>) => () =>
      planService(serviceFacts({ ...WINDOWS, isDefaultProfile: false, ...change }));
    for (const change of [
      { profile: String.raw`D:\%TEMP%` },
      { profile: String.raw`D:\a %USERNAME% b` },
      { profile: String.raw`D:\$(Arg0)` },
      { program: String.raw`D:\%TEMP%\clawreach.exe` },
      // Across two words.
      { program: String.raw`D:\50%\node.exe`, profile: String.raw`D:\50%` },
    ])
      expect(await codeOf(planned(change))).toBe('service.path');
    const { text } = planned({ profile: String.raw`D:\100% $HOME` })();
    expect(value(text, 'Arguments')).toContain(String.raw`"--profile=D:\100% $HOME"`);
  });
});

describe('a tool of the system', () => {
  it('is named by its place on Windows, which would look into the current folder first [S-APP-7]', () => {
    const variables = { SystemRoot: String.raw`D:\Windows` };
    expect(toolPath('schtasks', 'win32', variables)).toBe(String.raw`D:\Windows\System32\schtasks.exe`);
    expect(toolPath('powershell', 'win32', {})).toBe(
      String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`,
    );
    expect(toolPath('systemctl', 'linux', variables)).toBe('systemctl');
  });
});
