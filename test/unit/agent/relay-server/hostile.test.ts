import { describe, expect, it } from 'vitest';
import { readSurvey, resolveHost, sshConfigHosts, unitText } from '#agent/relay-server/index.ts';
import { RELAY_SERVER_CALLS } from '#shared/app-api/index.ts';

const GOOD = ['system=Linux', 'machine=x86_64', 'systemd=yes', 'libc=glibc', 'missing=', 'free=9000000'];
const survey = (...more: readonly string[]): string => [...GOOD, ...more, ''].join('\n');
const record = (value: unknown): string => `record=${Buffer.from(JSON.stringify(value)).toString('base64')}`;
const RECORD = {
  format: 1,
  version: '0.1.0',
  name: '0.1.0-abc',
  port: 7474,
  createdUser: true,
  firewall: { kind: 'ufw', rules: ['7474/tcp'] },
  installedAt: '2026-01-01',
};

describe('answers of a server', () => {
  it('are facts about a system that can run a relay', () => {
    expect(readSurvey(survey(record(RECORD), 'current=0.1.0-abc', 'firewall=ufw'))).toMatchObject({
      arch: 'x64',
      free: 8789,
      record: RECORD,
      current: '0.1.0-abc',
      firewall: 'ufw',
    });
  });

  it.each([
    ['another system', 'system=FreeBSD', 'relay-server.system'],
    ['another processor', 'machine=riscv64', 'relay-server.system'],
    ['no tools', 'missing= tar gzip', 'relay-server.tools'],
    ['no number', 'free=much', 'relay-server.answers'],
    ['an escape sequence', 'machine=\u001b]0;x\u0007', 'relay-server.answers'],
    ['a greeting of the shell', 'Welcome!', 'relay-server.answers'],
  ])('stop the set-up if they have %s [S-DEPLOY-3]', (_, line, code) => {
    expect(() => readSurvey(survey(line))).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each([
    { ...RECORD, name: '../../etc' },
    { ...RECORD, name: 'x;reboot' },
    { ...RECORD, firewall: { kind: 'ufw', rules: ['22/tcp; reboot'] } },
    { ...RECORD, firewall: { kind: 'sh', rules: [] } },
    { ...RECORD, port: 70_000 },
    'no record',
  ])('have no record that could name another path, rule or port: %j [S-DEPLOY-3]', (value) => {
    expect(readSurvey(survey(record(value))).record).toBeUndefined();
    expect(readSurvey(survey('current=../../bin')).current).toBeUndefined();
  });
});

describe('~/.ssh/config', () => {
  const text = [
    'Host web',
    '  HostName 198.51.100.7',
    '  User ada',
    '  Port 2222',
    '  IdentityFile "~/.ssh/my key"',
    '  ProxyJump bob@jump:2200',
    'Match exec "touch /tmp/ran"',
    '  User mallory',
    '  ProxyJump mallory',
    'Host bad',
    '  ProxyCommand sh -c "touch /tmp/ran"',
    'Host * !secret',
    '  User everyone',
    '  Port 99999999',
  ].join('\n');

  it('gives the first value of each setting', () => {
    expect(resolveHost(text, 'web')).toEqual({
      hostName: '198.51.100.7',
      user: 'ada',
      port: 2222,
      identityFiles: ['~/.ssh/my key'],
      jumps: ['bob@jump:2200'],
      hasProxyCommand: false,
    });
    expect(sshConfigHosts(text).map(({ name }) => name)).toEqual(['web', 'bad']);
  });

  it('starts no program: Match is left out, ProxyCommand is named [S-DEPLOY-4]', () => {
    expect(resolveHost(text, 'other')).toMatchObject({ user: 'everyone', port: undefined, hasProxyCommand: false });
    expect(resolveHost(`Host web\n${text.slice(text.indexOf('Match'))}`, 'web').user).not.toBe('mallory');
    expect(resolveHost(text, 'bad').hasProxyCommand).toBe(true);
    expect(resolveHost(text, 'secret').user).toBeUndefined();
  });
});

describe('the address of a server', () => {
  const { input } = RELAY_SERVER_CALLS['relayServers.run'];
  it.each([
    { host: 'a\nProxyCommand x' },
    { host: '' },
    { host: 'relay.example', user: '-oProxyCommand=sh' },
    { host: 'relay.example', user: 'a b' },
    { host: 'relay.example', user: 'a\n' },
    { host: 'relay.example', port: 0 },
    { host: 'relay.example', relayPort: 70_000 },
    { host: 'relay.example', address: 'x"; reboot' },
  ])('is rejected with options or control characters: %j [S-DEPLOY-4]', (server) => {
    expect(input.safeParse({ task: 'deploy', server }).success).toBe(false);
  });
});

describe('the service', () => {
  it('has no rights, sees no home and prints no token into the journal [S-DEPLOY-5]', () => {
    const unit = unitText(7474);
    for (const line of [
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'StandardOutput=null',
      'CapabilityBoundingSet=',
    ])
      expect(unit.split('\n')).toContain(line);
    expect(unitText(443)).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE');
  });
});
