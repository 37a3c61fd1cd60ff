import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { planService, runTool, ServiceManager, type ServiceFacts } from '#node/service/index.ts';
import { codeOf } from '#test/support/rejections.ts';

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'clawreach-service-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function facts(change: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    platform: 'linux',
    variables: {},
    home,
    uid: 1000,
    user: 'ada',
    profile: join(home, 'profile'),
    isDefaultProfile: true,
    program: process.execPath,
    arguments: [join(home, 'clawreach.js')],
    environment: {},
    ...change,
  };
}

// systemd is a part of most systems with Linux, and of no other.
test.runIf(hasAnalyze)('systemd itself finds nothing to say about the unit, whatever is in its paths', () => {
  for (const name of ['profile', 'my "profile" 100%', "it's $HOME \\ here", '配置 ä'])
    for (const environment of [{}, { ELECTRON_RUN_AS_NODE: '1' }]) {
      const { text } = planService(facts({ profile: join(home, name), environment: { ...environment } }));
      const file = join(home, 'clawreach.service');
      writeFileSync(file, text);
      const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', '--man=no', file], {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: home },
      });
      // Without a user's own systemd it may say that it has no place of its own; nothing may be about the unit.
      expect(stderr.split('\n').filter((line) => line.includes('clawreach'))).toEqual([]);
      expect(status).toBe(0);
    }
});

/**
 * A systemctl and a loginctl found by PATH: they keep the state that the real ones would, and note what they were told. A real manager of a
 * person needs a login, which a test has not.
 */
const DOUBLE = `#!/bin/sh
echo "$(basename "$0") $*" >> "$STATE/calls"
fail() { echo "$1" >&2; exit 1; }
case "$(basename "$0") $*" in
  "loginctl show-user ada --property=Linger") echo "Linger=$(cat "$STATE/linger" 2>/dev/null || echo no)";;
  "loginctl enable-linger ada") echo yes > "$STATE/linger";;
  "systemctl --user show-environment") [ ! -e "$STATE/no-bus" ] || fail "Failed to connect to bus: No medium found";;
  "systemctl --user daemon-reload") ;;
  "systemctl --user enable clawreach.service") [ -e "$UNITS/clawreach.service" ] || fail "Unit not found."; : > "$STATE/enabled";;
  "systemctl --user restart clawreach.service") [ ! -e "$STATE/broken" ] || fail "Job for clawreach.service failed."; : > "$STATE/running";;
  "systemctl --user disable --now clawreach.service") rm -f "$STATE/enabled" "$STATE/running";;
  "systemctl --user reset-failed clawreach.service") ;;
  "systemctl --user show clawreach.service --property="*)
    if [ -e "$STATE/enabled" ]; then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
    if [ -e "$STATE/running" ]; then echo ActiveState=active; echo MainPID=4711; echo ExecMainStatus=0
    else echo ActiveState=failed; echo MainPID=0; echo ExecMainStatus=70; fi;;
  *) fail "unknown: $*";;
esac
`;

describe('the service on a system with systemd', () => {
  let state: string;
  let calls: () => string[];

  function manager(): ServiceManager {
    const variables = {
      PATH: [join(home, 'bin'), '/usr/bin', '/bin'].join(delimiter),
      STATE: state,
      UNITS: join(home, '.config', 'systemd', 'user'),
    };
    return new ServiceManager({ facts: facts({ variables }), run: runTool(variables) });
  }

  beforeEach(() => {
    state = join(home, 'state');
    for (const directory of ['bin', 'state']) mkdirSync(join(home, directory));
    for (const name of ['systemctl', 'loginctl']) {
      writeFileSync(join(home, 'bin', name), DOUBLE);
      chmodSync(join(home, 'bin', name), 0o755);
    }
    calls = () => readFileSync(join(state, 'calls'), 'utf8').trim().split('\n');
  });

  it('is installed, started, told of, and removed again without a trace', async () => {
    const service = manager();
    const { file } = service.plan;
    expect(await service.status()).toMatchObject({ installed: false, running: null, current: null });
    const installed = await service.install();
    expect(installed).toMatchObject({ installed: true, current: true, enabled: true, running: true, pid: 4711 });
    expect(installed.linger).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(calls()).toEqual(
      expect.arrayContaining(['systemctl --user daemon-reload', 'systemctl --user enable clawreach.service']),
    );
    expect((await service.install({ linger: true })).linger).toBe(true);
    await service.uninstall();
    expect(existsSync(file)).toBe(false);
    expect(await service.status()).toMatchObject({ installed: false });
    expect(await codeOf(() => service.uninstall())).toBe('service.not-installed');
  });

  it('says that a file is of another version, and how the agent has ended', async () => {
    const service = manager();
    const { file } = service.plan;
    await service.install();
    writeFileSync(file, readFileSync(file, 'utf8').replace('RestartSec=3', 'RestartSec=30'));
    rmSync(join(state, 'running'));
    expect(await service.status()).toMatchObject({ installed: true, current: false, running: false, lastExit: 70 });
    expect(await service.install()).toMatchObject({ current: true, running: true });
  });

  it('takes a file of another version for its own that differs in comments alone', async () => {
    const service = manager();
    await service.install();
    const { file } = service.plan;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^# No limit.*$/mu, '# Words of another version.'));
    expect(readFileSync(file, 'utf8')).not.toBe(text);
    expect((await service.status()).current).toBe(true);
  });

  it('leaves a file alone that somebody else has written [S-APP-7]', async () => {
    const service = manager();
    mkdirSync(join(home, '.config', 'systemd', 'user'), { recursive: true });
    writeFileSync(service.plan.file, '[Service]\nExecStart=/bin/true\n');
    expect(await codeOf(() => service.install())).toBe('service.foreign-file');
    expect(await codeOf(() => service.uninstall())).toBe('service.foreign-file');
    expect(readFileSync(service.plan.file, 'utf8')).toBe('[Service]\nExecStart=/bin/true\n');
  });

  it('writes nothing where no manager answers, and says why', async () => {
    writeFileSync(join(state, 'no-bus'), '');
    const service = manager();
    expect(await codeOf(() => service.install())).toBe('service.no-manager');
    expect(existsSync(service.plan.file)).toBe(false);
    rmSync(join(home, 'bin', 'systemctl'));
    const without = new ServiceManager({
      facts: facts(),
      run: runTool({ PATH: join(home, 'bin'), STATE: state }),
    });
    expect(await codeOf(() => without.install())).toBe('service.no-tool');
  });

  it('that does not start says what the manager has said', async () => {
    writeFileSync(join(state, 'broken'), '');
    await expect(manager().install()).rejects.toMatchObject({
      code: 'service.failed',
      details: { reason: 'Job for clawreach.service failed.' },
    });
  });
});

test('a shell takes the words of the unit as they are meant', () => {
  // What systemd makes of quotes, an independent program says as well where both have the same rules.
  const { text } = planService(facts({ profile: join(home, 'my "profile"') }));
  const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';
  const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  expect(words).toContain(`--profile=${join(home, 'my "profile"')}`);
});
