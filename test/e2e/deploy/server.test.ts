import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MISSING_RULES } from '#agent/relay-server/scripts.ts';
import { CLAWREACH, runCommand } from '#test/support/e2e/commands.ts';
import { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { canBoot, ServerMachine } from '#test/support/server/machine.ts';

if (!canBoot) process.stderr.write('No root, debootstrap or namespaces here: relays on servers are left out.\n');

/** Longest run of one command, ms: one that is ended in the middle leaves a server that the next tests don't expect. */
const LONG = 240_000;

describe.skipIf(!canBoot)(
  'a relay on a server with its own systemd, OpenSSH, sudo, and ufw or firewalld',
  { timeout: 3 * LONG },
  () => {
    const stage = new Stage();
    const machine = new ServerMachine(join(stage.directory, 'server'));
    let device: Device;
    let key = '';
    const home = join(stage.directory, 'home');
    const variables = { CLAWREACH_DISCOVERY: 'off', HOME: home };

    const relayServer = (task: string, user: string, ...words: readonly string[]) =>
      device.run(['relay-server', task, `${user}@${machine.address}`, '--yes', '--json', ...words], {
        environment: { CLAWREACH_SSH_PASSWORD: machine.password, CLAWREACH_SUDO_PASSWORD: machine.password },
        timeout: LONG,
      });
    const rules = (): string => execFileSync('ssh', [...ssh(), 'ufw status'], { encoding: 'utf8' });
    const ssh = (): string[] => [
      '-i',
      key,
      ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => [
        '-o',
        option,
      ]),
      `root@${machine.address}`,
    ];

    /** Runs lines as root, on the machine as it runs. */
    const onServer = (command: string): string =>
      execFileSync('ssh', [...ssh(), command], { encoding: 'utf8', stdio: 'pipe' });

    /** Lines that start a service named `other` on a TCP port, and wait until it listens. */
    const takePort = (port: number): string =>
      `systemd-run --quiet --unit=other /usr/bin/python3 -m http.server ${port}\n` +
      `for try in $(seq 100); do ss -Hltn "sport = :${port}" | grep -q . && exit 0; sleep 0.1; done; exit 1`;

    /** Copies the programs, and puts a line before those of the relay. @returns the folder */
    const otherProgram = (firstLine: string): string => {
      const folder = mkdtempSync(join(stage.directory, 'programs-'));
      const root = dirname(dirname(CLAWREACH));
      for (const name of ['bin', 'dist', 'package.json'])
        cpSync(join(root, name), join(folder, name), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const file = join(folder, 'dist/clawreach-relay.js');
      writeFileSync(file, `${firstLine}\n${readFileSync(file, 'utf8')}`);
      return folder;
    };

    beforeAll(async () => {
      await machine.start();
      key = join(stage.directory, 'key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      machine.authorize(readFileSync(`${key}.pub`, 'utf8'));
      execFileSync('ssh', [...ssh(), 'ufw allow 22/tcp && ufw --force enable'], { stdio: 'pipe' });
      device = new Device('laptop', join(stage.directory, 'laptop'), variables);
    }, 900_000);
    afterAll(async () => {
      try {
        await device.stop();
      } finally {
        machine.stop();
        await stage.close();
      }
    });

    it('gets no password while its key is not trusted [S-DEPLOY-1]', async () => {
      const ended = await relayServer('deploy', 'ada', '--login', 'password');
      expect(ended).toMatchObject({ code: 8 });
      expect(ended.stderr).toContain('relay-server.host-key-unknown');
      expect(machine.has('opt/clawreach-relay')).toBe(false);
    });

    it('is set up with sudo, opens the port, and is the relay of this machine [S-DEPLOY-5]', async () => {
      const ended = await relayServer('deploy', 'ada', '--login', 'password', '--trust', machine.fingerprint);
      expect(ended).toMatchObject({ code: 0 });
      expect((await device.status()).relay).toMatchObject({ state: 'online', url: `wss://${machine.address}:7474` });
      expect(rules()).toMatch(/7474\/tcp +ALLOW/);
      expect(readdirSync(join(machine.root, 'home/ada')).filter((name) => name.startsWith('.clawreach'))).toEqual([]);
      const log = readFileSync(join(device.profile, 'agent.log'), 'utf8');
      const token = machine.read('var/lib/clawreach-relay/admission-token').trim();
      for (const secret of [machine.password, token])
        for (const text of [log, ended.stdout, ended.stderr]) expect(text).not.toContain(secret);
    });

    it('is left alone when it is up to date', async () => {
      const before = machine.read('opt/clawreach-relay/installed.json');
      const ended = await relayServer('deploy', 'root', '--key', key);
      expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'unchanged' });
      expect(machine.read('opt/clawreach-relay/installed.json')).toBe(before);
    });

    it('is reached through a jump host, with a key that has a passphrase', async () => {
      const locked = join(stage.directory, 'locked');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', locked]);
      machine.authorize(`${readFileSync(`${key}.pub`, 'utf8')}${readFileSync(`${locked}.pub`, 'utf8')}`);
      mkdirSync(join(home, '.ssh'), { recursive: true });
      writeFileSync(
        join(home, '.ssh/config'),
        `Host jump\n HostName ${machine.address}\n User root\n IdentityFile ${key}\n` +
          `Host inner\n HostName 127.0.0.1\n User root\n IdentityFile ${locked}\n ProxyJump jump\n`,
      );
      const look = (passphrase: string) =>
        device.run(['relay-server', 'status', 'inner', '--json', '--trust', machine.fingerprint], {
          environment: { CLAWREACH_SSH_PASSPHRASE: passphrase },
        });
      expect((await look('wrong')).code).not.toBe(0);
      const { stdout } = await look('open sesame');
      expect(JSON.parse(stdout)).toMatchObject({ state: { installed: true, running: true } });
    });

    it('goes back to the version before when a new one does not start, and is updated when it does [S-DEPLOY-6]', async () => {
      const versions = (): readonly string[] => readdirSync(join(machine.root, 'opt/clawreach-relay/versions'));
      const current = (): string => readlinkSync(join(machine.root, 'opt/clawreach-relay/current'));
      const before = current();
      await device.stop();
      const update = (firstLine: string) => {
        const other = otherProgram(firstLine);
        const words = [
          'relay-server',
          'update',
          `root@${machine.address}`,
          `--profile=${device.profile}`,
          '--key',
          key,
        ];
        return runCommand([join(other, 'bin/clawreach.js'), ...words, '--yes', '--json'], {
          environment: variables,
          timeout: LONG,
        });
      };
      const failed = await update(
        "if (!process.argv.includes('--help')) { console.error('no database'); process.exit(3); }",
      );
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('no database');
      expect(current()).toBe(before);
      expect(versions()).toHaveLength(1);
      await device.stop();
      expect(await update('// Another version.')).toMatchObject({ code: 0 });
      expect(current()).not.toBe(before);
      expect(versions()).toHaveLength(2);
      await device.stop();
      const looked = await device.run(['relay-server', 'status', `root@${machine.address}`, '--key', key, '--json']);
      expect(JSON.parse(looked.stdout)).toMatchObject({ state: { running: true, reachable: true } });
    });

    it('is updated by deploy, too, when another version runs there, and keeps its keys and this machine', async () => {
      const look = async () => {
        const { stdout } = await device.run([
          'relay-server',
          'status',
          `root@${machine.address}`,
          '--key',
          key,
          '--json',
        ]);
        return (JSON.parse(stdout) as { state: { pin: string } }).state.pin;
      };
      const [pin, current] = [await look(), readlinkSync(join(machine.root, 'opt/clawreach-relay/current'))];
      const ended = await relayServer('deploy', 'root', '--key', key);
      expect(ended).toMatchObject({ code: 0 });
      expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'done', plan: { task: 'update' }, state: { pin } });
      expect(readlinkSync(join(machine.root, 'opt/clawreach-relay/current'))).not.toBe(current);
      expect((await device.status()).relay).toMatchObject({ url: `wss://${machine.address}:7474` });
      expect(rules().match(/^7474\/tcp +ALLOW/gm)).toHaveLength(1);
    });

    it('is started again by deploy after it was stopped, unless another service has its port', async () => {
      const before = machine.read('opt/clawreach-relay/installed.json');
      onServer('systemctl stop clawreach-relay');
      onServer(takePort(7474));
      const refused = await relayServer('deploy', 'root', '--key', key);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.stderr).toContain('relay-server.port');
      expect(machine.read('opt/clawreach-relay/installed.json')).toBe(before);
      onServer('systemctl is-active --quiet other && systemctl stop other');
      expect(await relayServer('deploy', 'root', '--key', key)).toMatchObject({ code: 0 });
      onServer('systemctl is-active --quiet clawreach-relay');
    });

    it('is removed without a trace, and only its own rules close [S-DEPLOY-6]', async () => {
      expect(await relayServer('remove', 'root', '--key', key, '--delete-data')).toMatchObject({ code: 0 });
      for (const path of [
        'opt/clawreach-relay',
        'var/lib/clawreach-relay',
        'etc/systemd/system/clawreach-relay.service',
      ])
        expect(machine.has(path)).toBe(false);
      expect(machine.read('etc/passwd')).not.toContain('clawreach-relay');
      expect(rules()).not.toContain('7474');
      expect(rules()).toContain('22/tcp');
    });

    it('is not set up where another service has the port or the name, and leaves it as it is', async () => {
      onServer(takePort(7474));
      const onPort = await relayServer('deploy', 'root', '--key', key);
      expect(onPort).toMatchObject({ code: 1 });
      expect(onPort.stderr).toContain('relay-server.port');
      expect(machine.has('opt/clawreach-relay')).toBe(false);
      expect(rules()).not.toContain('7474');
      onServer('systemctl is-active --quiet other && systemctl stop other');

      const unit = 'etc/systemd/system/clawreach-relay.service';
      onServer(`printf '[Service]\\nExecStart=/bin/sleep infinity\\n' > /${unit} && systemctl daemon-reload`);
      onServer('systemctl start clawreach-relay');
      const before = machine.read(unit);
      for (const [task, code, exit] of [
        ['deploy', 'relay-server.foreign', 1],
        ['update', 'relay-server.missing', 4],
        ['remove', 'relay-server.missing', 4],
      ] as const) {
        const ended = await relayServer(task, 'root', '--key', key);
        expect([task, ended.code]).toEqual([task, exit]);
        expect(ended.stderr).toContain(code);
        expect(machine.read(unit)).toBe(before);
        onServer('systemctl is-active --quiet clawreach-relay');
      }
      onServer(`systemctl stop clawreach-relay && rm /${unit} && systemctl daemon-reload`);
    });

    it('takes a port for open whose rules are there, in the words of the real ufw', () => {
      const missing = (): string =>
        execFileSync('ssh', [...ssh(), 'sh', '-s', 'ufw', '7474'], { encoding: 'utf8', input: MISSING_RULES });
      const both = 'rule=7474/tcp\nrule=7474/udp\n';
      for (const [rule, expected] of [
        ['7474', ''],
        ['7474/tcp', 'rule=7474/udp\n'],
        ['7000:8000/udp', 'rule=7474/tcp\n'],
        ['from 10.0.0.0/8 to any port 7474', both],
        ['out 7474', both],
      ] as const) {
        expect(missing()).toBe(both);
        execFileSync('ssh', [...ssh(), `ufw allow ${rule}`], { stdio: 'pipe' });
        expect([rule, missing()]).toEqual([rule, expected]);
        execFileSync('ssh', [...ssh(), `ufw delete allow ${rule}`], { stdio: 'pipe' });
      }
    });

    it('undoes what was done when the relay does not start [S-DEPLOY-6]', async () => {
      // The data folder can't be made.
      machine.run('touch /var/lib/clawreach-relay');
      const ended = await relayServer('deploy', 'root', '--key', key);
      expect(ended.code).toBe(1);
      expect(machine.has('opt/clawreach-relay')).toBe(false);
      expect(machine.has('etc/systemd/system/clawreach-relay.service')).toBe(false);
      expect(rules()).not.toContain('7474');
      machine.run('rm /var/lib/clawreach-relay');
    });

    it('does not follow a link in the place of its folder [S-DEPLOY-2]', async () => {
      machine.run('mkdir -p /home/ada/trap && chown ada /home/ada/trap && ln -s /home/ada/trap /opt/clawreach-relay');
      const ended = await relayServer('deploy', 'root', '--key', key);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('relay-server.foreign');
      expect(readdirSync(join(machine.root, 'home/ada/trap'))).toEqual([]);
      machine.run('rm /opt/clawreach-relay');
    });

    it('opens and closes its ports in firewalld, where that runs instead, and leaves its other rules', async () => {
      machine.run('apt-get install -y --no-install-recommends firewalld');
      onServer('ufw --force disable && systemctl restart dbus && systemctl start firewalld');
      onServer('firewall-cmd --permanent --add-port=9000/tcp && firewall-cmd --reload');
      const opened = (...words: readonly string[]): string =>
        onServer(`firewall-cmd ${words.join(' ')} --list-ports`).trim();
      const ended = await relayServer('deploy', 'root', '--key', key);
      expect(ended).toMatchObject({ code: 0 });
      for (const words of [[], ['--permanent']])
        expect(
          opened(...words)
            .split(' ')
            .toSorted(),
        ).toEqual(['7474/tcp', '7474/udp', '9000/tcp']);
      expect(await relayServer('remove', 'root', '--key', key, '--delete-data')).toMatchObject({ code: 0 });
      for (const words of [[], ['--permanent']]) expect(opened(...words)).toBe('9000/tcp');
      onServer('systemctl stop firewalld && ufw --force enable');
    });

    it('stops when its key has changed [S-DEPLOY-1]', async () => {
      const before = machine.fingerprint;
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(stage.directory, 'host')]);
      for (const end of ['', '.pub'])
        writeFileSync(
          join(machine.root, `etc/ssh/ssh_host_ed25519_key${end}`),
          readFileSync(join(stage.directory, `host${end}`)),
        );
      const deploy = (...trust: readonly string[]) => relayServer('deploy', 'ada', '--login', 'password', ...trust);
      const ended = await deploy('--trust', before);
      expect(ended.code).toBe(7);
      expect(ended.stderr).toContain('relay-server.host-key');
      // A given fingerprint doesn't replace a key that is known here.
      for (const trust of [[], ['--trust', machine.fingerprint]]) {
        const refused = await deploy(...trust);
        expect(refused.code).toBe(7);
        expect(refused.stderr).toContain('ssh.host-key-changed');
      }
    });
  },
);
