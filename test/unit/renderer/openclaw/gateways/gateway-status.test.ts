import { commandLine } from '#shared/shell-quoting.ts';
import { describe, expect, test } from 'vitest';
import {
  exampleDevice,
  exampleGatewayView,
  exampleNode,
  exampleRole,
  exampleRun,
  FINGERPRINT,
  FORMER_FINGERPRINT,
  ROLE_OFF,
} from '#renderer/features/openclaw/example-gateways.ts';
import { compareFingerprint, fingerprintGroups } from '#renderer/features/openclaw/certificate/fingerprint.ts';
import { mergeRuns } from '#renderer/features/openclaw/node/runs.ts';
import { searchDevices, searchNodes } from '#renderer/features/openclaw/administration/search-rows.ts';
import {
  approveCommand,
  briefStatus,
  canConnect,
  overallDot,
  partsOf,
  stageOf,
  summariseGateway,
  gatewayStatus,
} from '#renderer/features/openclaw/gateways/gateway-status.ts';
import { splitWords } from '#renderer/features/openclaw/node/command-words.ts';

const problem = (code: string, details: Record<string, string | number> = {}) => ({ code, details, at: 1 });

describe('how a gateway stands', () => {
  test('is told for each part', () => {
    const gateway = exampleGatewayView();
    expect(partsOf(gateway).map((part) => gatewayStatus(gateway, part).word)).toEqual([
      'Connected',
      'Connected',
      'Approved',
      'Running',
    ]);
    expect([overallDot(gateway), stageOf(gateway), canConnect(gateway)]).toEqual(['online', 'done', false]);
  });

  test('is told in a few words where it works, and in full where a person should know more', () => {
    const kinds = (given: Parameters<typeof exampleGatewayView>[0]) => {
      const gateway = exampleGatewayView(given);
      const brief = partsOf(gateway).map((part) => {
        const status = briefStatus(gateway, part);
        return status.kind === 'brief' ? status.words : status.kind;
      });
      return [...brief, summariseGateway(gateway)];
    };
    expect(kinds({})).toEqual(['Operator connected', 'hidden', 'Node approved', 'hidden', 'Operator and node']);
    expect(kinds({ node: exampleRole({ state: 'waiting' }) })).toEqual([
      'Operator connected',
      'full',
      'hidden',
      'hidden',
      'Not connected',
    ]);
    expect(kinds({ surface: { state: 'reapproval', requestId: null, commands: [], waiting: ['system.run'] } })).toEqual(
      ['Operator connected', 'hidden', 'full', 'hidden', 'Commands need approval'],
    );
    expect(kinds({ surface: { state: 'none', requestId: null, commands: [], waiting: [] } })).toEqual([
      'Operator connected',
      'Node connected',
      'hidden',
      'hidden',
      'Operator and node',
    ]);
    expect(kinds({ server: { version: '1', startedAt: null, restarting: true } }).at(-2)).toBe('full');
    expect(kinds({ operator: ROLE_OFF, node: ROLE_OFF }).at(-1)).toBe('Off');
    expect(kinds({ operator: exampleRole({ state: 'stopped' }) }).at(-1)).toBe('Stopped');
    expect(kinds({ certificate: { fingerprint: FINGERPRINT, before: null, trusted: false } }).at(-1)).toBe(
      'Certificate to compare',
    );
  });

  test('names the command that approves each of the two stages', () => {
    const waits = exampleRole({ state: 'pairing', requestId: 'r1', problem: problem('gateway.pairing') });
    const first = exampleGatewayView({ node: waits, operator: ROLE_OFF });
    expect(gatewayStatus(first, 'node').command).toBe('openclaw devices approve r1');
    expect(stageOf(first)).toBe('device');
    const second = exampleGatewayView({
      surface: { state: 'pending', requestId: 's1', commands: [], waiting: ['system.run'] },
    });
    expect(gatewayStatus(second, 'surface')).toMatchObject({ command: 'openclaw nodes approve s1', dot: 'waiting' });
    expect([stageOf(second), overallDot(second)]).toEqual(['commands', 'waiting']);
  });

  test.each([';reboot', 'a b', '$(id)', '-x', 'a\nb', '', 'x'.repeat(200)])(
    'puts no %j of a gateway into a command that is copied [S-GW-8]',
    (requestId) => {
      expect(approveCommand('nodes', requestId)).toBeNull();
    },
  );

  test.each([
    ['gateway.token-wrong', 'stopped', 'edit'],
    ['gateway.password-missing', 'stopped', 'edit'],
    ['gateway.protocol', 'stopped', 'none'],
    ['gateway.refused', 'waiting', 'none'],
  ] as const)('gives cause and next step of %s', (code, state, remedy) => {
    const gateway = exampleGatewayView({
      operator: exampleRole({ state, retryAt: state === 'waiting' ? 9 : null, problem: problem(code) }),
    });
    const standing = gatewayStatus(gateway, 'operator');
    expect(standing.what).not.toBe('');
    expect(standing.next).not.toBe('');
    expect(standing.remedy).toBe(remedy);
    expect(standing.retryAt).toBe(state === 'waiting' ? 9 : null);
    expect(canConnect(gateway)).toBe(true);
  });

  test('is told once where a certificate stops both connections', () => {
    const stopped = exampleRole({ state: 'stopped', problem: problem('gateway.fingerprint-unknown') });
    const gateway = exampleGatewayView({
      operator: stopped,
      node: stopped,
      certificate: { fingerprint: FINGERPRINT, before: null, trusted: false },
    });
    expect(gatewayStatus(gateway, 'node')).toMatchObject({ what: '', next: '' });
    expect(overallDot(gateway)).toBe('waiting');
  });
});

describe('two fingerprints', () => {
  test('are compared whatever their form is', () => {
    const typed = `SHA256 Fingerprint=${FINGERPRINT.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')}`;
    expect(compareFingerprint(typed, FINGERPRINT)).toBe('equal');
    expect(compareFingerprint(FORMER_FINGERPRINT, FINGERPRINT)).toBe('differs');
    expect(compareFingerprint(`${FINGERPRINT.slice(0, -1)}0`, FINGERPRINT)).toBe('differs');
    expect(compareFingerprint(FINGERPRINT.slice(0, 8), FINGERPRINT)).toBe('unreadable');
    expect(compareFingerprint('  ', FINGERPRINT)).toBe('none');
    expect(fingerprintGroups(FINGERPRINT)).toHaveLength(16);
    expect(fingerprintGroups(FINGERPRINT).join('')).toBe(FINGERPRINT);
  });
});

describe('words of a command line', () => {
  test.each([
    ['status --short', ['status', '--short']],
    [`say "two words" it\\'s 'a "b"' ""`, ['say', 'two words', "it's", 'a "b"', '']],
    ['  ', []],
  ])('%s', (line, words) => {
    expect(splitWords(line)).toEqual(words);
    expect(splitWords(commandLine(words))).toEqual(words);
  });

  test('a quotation mark that is left open is none', () => {
    expect(splitWords('say "two')).toBeUndefined();
  });
});

describe('the rows of a gateway', () => {
  test('are found by any of their words, the own and the connected first', () => {
    const devices = [
      exampleDevice({ deviceId: 'a', name: 'Zed', self: false, connected: false }),
      exampleDevice({ deviceId: 'b', name: 'Adam', self: false, connected: false, roles: ['node'] }),
      exampleDevice({ deviceId: 'c', name: 'Mid', self: false }),
      exampleDevice({ deviceId: 'd', name: 'Own' }),
    ];
    const ids = (query: string, filter: Parameters<typeof searchDevices>[2]) =>
      searchDevices(devices, query, filter).map(({ deviceId }) => deviceId);
    expect(ids('', 'all')).toEqual(['d', 'c', 'b', 'a']);
    expect(ids('LINUX ada', 'all')).toEqual(['b']);
    expect(ids('', 'node')).toEqual(['b']);
    expect(ids('', 'connected')).toEqual(['d', 'c']);
    const nodes = [exampleNode(), exampleNode({ nodeId: 'w', name: 'A', approval: 'pending-approval' })];
    expect(searchNodes(nodes, '', 'waiting').map(({ nodeId }) => nodeId)).toEqual(['w']);
  });

  test('runs that were told last stand for what was asked before', () => {
    const runs = mergeRuns([exampleRun({ id: 2 })], [exampleRun({ id: 1 }), exampleRun({ id: 2, outcome: 'running' })]);
    expect(runs.map(({ id, outcome }) => [id, outcome])).toEqual([
      [2, 'finished'],
      [1, 'finished'],
    ]);
  });
});
