import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallInput, RelayServerProgress, RelayServerQuestion } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import { SshServices } from '#agent/forwards/ssh/index.ts';
import * as scripts from '#agent/relay-server/scripts.ts';
import { signIn } from '#agent/relay-server/sign-in.ts';
import { Task } from '#agent/relay-server/task.ts';
import { MemoryDocumentFile } from '../../support/memory-files.ts';
import { isRoot } from '../../support/window/user.ts';
import { temporaryDirectory } from '../../support/directories.ts';
import { ScriptedServer, type ScriptedAnswer } from '../../support/ssh/scripted-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Answers of a server that a relay can be set up on, with sudo. */
function answerOf(command: string): ScriptedAnswer {
  if (command.includes('sudo-free')) return { output: 'uid=1000\nsudo=yes\n' };
  if (command.includes('echo "system='))
    return { output: 'system=Linux\nmachine=x86_64\nsystemd=yes\nlibc=glibc\nmissing=\nfree=9000000\n' };
  return {};
}

type Answers = Partial<Record<RelayServerQuestion['kind'], (question: RelayServerQuestion) => boolean | string>>;

async function start(answer: (command: string) => ScriptedAnswer = answerOf) {
  const folder = mkdtempSync(join(tmpdir(), 'clawreach-deploy-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const server = await new ScriptedServer(answer).listen();
  ends.push(() => server.close());
  const parcel = join(folder, 'package.tar.gz');
  writeFileSync(parcel, Buffer.alloc(100_000, 7));
  const hostKeys = new MemoryDocumentFile();
  const asked: string[] = [];
  const shown: RelayServerProgress[] = [];
  const installed: string[] = [];
  const used: { url: string | null } = { url: null };

  /** Runs a task as the agent does. */
  const run = async (
    answers: Answers = {},
    input: Partial<CallInput<'relayServers.run'>> = {},
    signal = new AbortController().signal,
  ) => {
    asked.splice(0);
    const decide = (question: RelayServerQuestion) => {
      asked.push(question.kind);
      return answers[question.kind]?.(question) ?? (question.kind.endsWith('password') ? server.password : true);
    };
    const ask = {
      decide: async (question: RelayServerQuestion) => decide(question) === true,
      secret: async (question: RelayServerQuestion) => String(decide(question)),
    };
    const target = {
      host: '127.0.0.1',
      port: server.port,
      user: 'ada',
      login: { method: 'password' },
    } as const;
    const ssh = new SshServices({
      file: hostKeys,
      machine: { home: folder, environment: {}, knownHostsFile: join(folder, 'known_hosts') },
      clock: systemClock,
      logger: silentLogger,
    });
    const task = new Task(
      { task: 'deploy', server: target, ...input },
      {
        clock: systemClock,
        network: { relay: { status: { url: used.url, state: 'none' }, leave: () => (used.url = null) } } as never,
        packages: {
          find: () => 'own',
          open: async () => ({
            path: parcel,
            version: '0.1.0',
            size: 100_000,
            sha512: createHash('sha512').update(Buffer.alloc(100_000, 7)).digest('hex'),
            from: 'own',
            release: async () => undefined,
          }),
        },
        version: '0.1.0',
        ask,
        signal,
        show: (progress) => shown.push(progress),
        connect: () =>
          signIn(target, {
            ssh,
            clock: systemClock,
            logger: silentLogger,
            configFile: join(folder, 'config'),
            user: 'ada',
            ask,
            trust: input.trust,
            dryRun: input.dryRun,
            signal,
          }),
        installed: (url) => installed.push(url),
        removed: () => undefined,
      },
    );
    return task.run();
  };
  return { server, run, asked, shown, installed, used, hostKeys };
}

describe('a removal', () => {
  const record = Buffer.from(
    JSON.stringify({
      format: 1,
      version: '0.1.0',
      name: '0.1.0',
      port: 7474,
      createdUser: false,
      firewall: null,
      installedAt: '2026-11-23',
    }),
  ).toString('base64');
  const answer = (command: string): ScriptedAnswer => {
    const given = answerOf(command);
    return command.includes('echo "system=') ? { output: `${given.output ?? ''}record=${record}\n` } : given;
  };
  const input = { task: 'remove', removeData: false } as const;

  it('of the relay in use says in its plan that this machine uses none afterwards, and leaves it', async () => {
    const { run, used } = await start(answer);
    used.url = 'wss://127.0.0.1:7474';
    const planned = await run({}, { ...input, dryRun: true });
    expect(planned.plan?.actions).toContainEqual({ kind: 'leave-relay', what: 'wss://127.0.0.1:7474' });
    await run({ plan: () => false }, input);
    expect(used.url).toBe('wss://127.0.0.1:7474');
    await run({}, input);
    expect(used.url).toBeNull();
  });

  it('of another relay leaves the one in use as it is', async () => {
    const { run, used } = await start(answer);
    used.url = 'wss://relay.example:7474';
    const { plan, outcome } = await run({}, input);
    expect(outcome).toBe('done');
    expect(plan?.actions.map(({ kind }) => kind)).not.toContain('leave-relay');
    expect(used.url).toBe('wss://relay.example:7474');
  });
});

describe('signing in to a server', () => {
  it('must have the fingerprint that is given, known or not, and a dry run stores none [S-DEPLOY-1]', async () => {
    const { run, asked, hostKeys } = await start();
    const wrong = `SHA256:${'A'.repeat(43)}`;
    let shown = '';
    await run({
      'host-key': (question) => ((shown = 'fingerprint' in question ? question.fingerprint : ''), false),
    }).catch(() => undefined);
    expect(shown).toMatch(/^SHA256:/);
    await expect(run({}, { trust: wrong })).rejects.toMatchObject({
      code: 'relay-server.host-key',
      details: { given: wrong, shown },
    });
    expect(asked).toEqual([]);
    expect((await run({}, { trust: shown, dryRun: true })).outcome).toBe('planned');
    expect(asked).not.toContain('host-key');
    expect(JSON.stringify(hostKeys.read() ?? {})).not.toContain('127.0.0.1');
    // Now it becomes known, and the given fingerprint still counts.
    expect((await run({ plan: () => false })).outcome).toBe('declined');
    await expect(run({}, { trust: wrong })).rejects.toMatchObject({ code: 'relay-server.host-key' });
    expect(asked).toEqual([]);
  });

  it('asks for no password before its key is trusted [S-DEPLOY-1]', async () => {
    const { server, run, asked } = await start();
    await expect(run({ 'host-key': () => false })).rejects.toMatchObject({ code: 'relay-server.declined' });
    expect(asked).toEqual(['host-key']);
    expect(server.passwords).not.toContain(server.password);
    expect(server.commands).toEqual([]);
  });

  it('stops at a changed key, whatever is answered [S-DEPLOY-1]', async () => {
    const { server, run, asked } = await start();
    await run({ plan: () => false });
    server.changeKey();
    server.passwords.splice(0);
    await expect(run()).rejects.toMatchObject({ code: 'ssh.host-key-changed' });
    expect(asked).not.toContain('host-key');
    expect(server.passwords).toEqual([]);
  });

  it('gives a wrong password three tries', async () => {
    const { server, run, asked } = await start();
    await expect(run({ password: () => 'wrong' })).rejects.toMatchObject({ code: 'relay-server.login' });
    expect(asked).toEqual(['host-key', 'password', 'password', 'password']);
    expect(server.passwords.filter((password) => password === 'wrong')).toHaveLength(3);
  });

  it('gives the password of sudo to its standard input only [S-DEPLOY-5]', async () => {
    const { server, run } = await start();
    await run({ plan: () => false });
    const bySudo = server.commands.filter(({ command }) => command.startsWith('sudo '));
    expect(bySudo.length).toBeGreaterThan(0);
    for (const { command, input } of bySudo) {
      expect(command.startsWith("sudo -k -S -p '' -- ")).toBe(true);
      expect(input).toBe(`${server.password}\n`);
    }
    expect(server.commands.map(({ command }) => command).join('\n')).not.toContain(server.password);
  });
});

describe('a set-up', () => {
  it('changes nothing before the plan is agreed to', async () => {
    const { server, run } = await start();
    expect(await run({ plan: () => false })).toMatchObject({ outcome: 'declined' });
    expect(server.commands.map(({ command }) => command).join('\n')).not.toMatch(
      /mkdir|useradd --|rm -rf|systemctl (?:enable|restart)/,
    );
  });

  const undone = (server: ScriptedServer): readonly string[] =>
    [
      ['service', 'disable --now'],
      ['data', `rm -f ${scripts.DATA}`],
      ['user', 'userdel'],
      ['programs', `rm -rf ${scripts.BASE}/versions ${scripts.BASE}/incoming`],
      ['package', 'rm -rf -- "$1"'],
    ]
      .map(([name = '', text = '']) => ({
        name,
        at: server.commands.findLastIndex(({ command }) => command.includes(text)),
      }))
      .filter(({ at }) => at >= 0)
      .toSorted((one, other) => one.at - other.at)
      .map(({ name }) => name);

  it('that fails undoes its steps, the last one first [S-DEPLOY-6]', async () => {
    const { server, run, shown, installed } = await start((command) =>
      command.includes('systemctl restart') ? { code: 92 } : answerOf(command),
    );
    await expect(run()).rejects.toMatchObject({ code: 'relay-server.start' });
    expect(undone(server)).toEqual(['service', 'data', 'user', 'programs', 'package']);
    expect(shown.at(-1)).toEqual({ kind: 'undone', remains: [] });
    expect(installed).toEqual([]);
  });

  it('that is cancelled while it installs undoes what it did [S-DEPLOY-6]', async () => {
    const cancel = new AbortController();
    const { server, run } = await start((command) => {
      if (command.includes('useradd --system')) cancel.abort();
      return answerOf(command);
    });
    await expect(run({}, {}, cancel.signal)).rejects.toMatchObject({ code: 'relay-server.cancelled' });
    expect(undone(server)).toEqual(['user', 'programs', 'package']);
  });

  it('that is cancelled while it opens the port closes it again [S-DEPLOY-6]', async () => {
    const cancel = new AbortController();
    const { server, run } = await start((command) => {
      if (command.includes('ufw show added')) return { output: 'rule=7474/udp\n' };
      if (command.includes('ufw allow "$rule"')) cancel.abort();
      const { output = '', ...rest } = answerOf(command);
      return { ...rest, output: output.replace('free=', 'firewall=ufw\nfree=') };
    });
    await expect(run({}, {}, cancel.signal)).rejects.toMatchObject({ code: 'relay-server.cancelled' });
    const closed = server.commands.filter(({ command }) => command.includes('ufw delete allow'));
    expect(closed.map(({ command }) => command.split('\n').at(-1))).toEqual(["' clawreach 'ufw' '7474/udp'"]);
  });

  it('that cannot undo a step names it', async () => {
    const { run, shown } = await start((command) =>
      command.includes('useradd --system') || command.includes('userdel') ? { code: 1 } : answerOf(command),
    );
    await expect(run()).rejects.toMatchObject({ code: 'relay-server.command' });
    expect(shown.at(-1)).toEqual({ kind: 'undone', remains: [scripts.USER] });
  });
});

describe('the rules that a port lacks in ufw', () => {
  // As ufw 0.36.2 prints them; test/e2e/deploy asks the real one.
  it.each([
    ['(None)', ['tcp', 'udp']],
    ['ufw allow 7474', []],
    ["ufw allow 7474 comment 'my relay'", []],
    ['ufw allow log 7474', []],
    ['ufw allow 7474/tcp', ['udp']],
    ['ufw allow 7000:8000/udp', ['tcp']],
    ['ufw allow 80,443,7474/tcp', ['udp']],
    ['ufw allow 17474\nufw allow 747\nufw allow 8000:9000/tcp', ['tcp', 'udp']],
    // Not for everyone, or not for what comes in.
    ['ufw allow from 10.0.0.0/8 to any port 7474', ['tcp', 'udp']],
    ['ufw allow in on eth0 to any port 7474', ['tcp', 'udp']],
    ['ufw allow out 7474', ['tcp', 'udp']],
    ['ufw route allow 7474', ['tcp', 'udp']],
    ['ufw limit 7474/tcp', ['tcp', 'udp']],
    ['ufw deny 7474', ['tcp', 'udp']],
    ["ufw allow OpenSSH comment '7474'", ['tcp', 'udp']],
  ])('%s', (added, missing) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'added'), `Added user rules (see 'ufw status' for running firewall):\n${added}\n`);
    writeFileSync(join(folder, 'ufw'), `#!/bin/sh\ncat '${folder}/added'\n`, { mode: 0o755 });
    const script = scripts.MISSING_RULES.replace('PATH=', `PATH=${folder}:`);
    const output = execFileSync('sh', ['-c', script, 'clawreach', 'ufw', '7474'], { encoding: 'utf8' });
    expect(output).toBe(missing.map((protocol) => `rule=7474/${protocol}\n`).join(''));
  });
});

describe.skipIf(!isRoot())('the check of a package, as root', () => {
  /** Runs the script with a folder of the test in the place of the one in `/opt`. */
  function verify(change: (base: string) => void, hash?: string) {
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-verify-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const base = join(folder, 'opt');
    const file = join(folder, 'package.tar.gz');
    writeFileSync(file, 'the package');
    change(base);
    const sha512 = hash ?? createHash('sha512').update('the package').digest('hex');
    const script = scripts.VERIFY.replaceAll(scripts.BASE, base);
    const { status } = spawnSync('/bin/sh', ['-c', script, 'clawreach', file, sha512]);
    return { status, base, folder };
  }

  it('takes the bytes that were sent', () => {
    const { status, base } = verify(() => undefined);
    expect(status).toBe(0);
    expect(existsSync(join(base, 'incoming/package.tar.gz'))).toBe(true);
  });

  it('rejects other bytes [S-DEPLOY-2]', () => {
    expect(verify(() => undefined, 'ab'.repeat(64)).status).toBe(91);
  });

  it('rejects a folder that is a link, or of another user [S-DEPLOY-2]', () => {
    const linked = verify((base) => {
      mkdirSync(`${base}-elsewhere`);
      symlinkSync(`${base}-elsewhere`, base);
    });
    expect(linked.status).toBe(90);
    expect(existsSync(join(`${linked.base}-elsewhere`, 'incoming'))).toBe(false);
    const foreign = verify((base) => {
      mkdirSync(base);
      execFileSync('chown', ['65534', base]);
    });
    expect(foreign.status).toBe(90);
  });
});
