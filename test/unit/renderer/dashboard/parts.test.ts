import { describe, expect, it } from 'vitest';
import { linkTokenIn } from '#renderer/dashboard/auth/link-token.ts';
import { connectorCommands, relayCommand } from '#renderer/dashboard/devices/connector-commands.ts';
import { shortDeviceId } from '#renderer/dashboard/devices/device-name.ts';
import { fileNameOf } from '#renderer/dashboard/files/index.ts';
import { emailProblem, nameProblem, newPasswordProblem } from '#renderer/dashboard/forms/index.ts';
import { passkeyCode } from '#renderer/dashboard/passkeys/passkeys.ts';
import { browserName, ownBrowserName } from '#renderer/dashboard/formats/browser-name.ts';
import { initialsOf, toneOf } from '#renderer/dashboard/shell/initials.ts';
import { configProblems } from '#renderer/dashboard/skill/config-draft.ts';
import { afterEvent, type NodeExchange } from '#renderer/dashboard/skill/use-node-request.ts';
import { readParams, workflowProblem } from '#renderer/dashboard/skill/workflow-input.ts';

const TOKEN = 'a'.repeat(43);

describe('the token of a one-time link', () => {
  it('is read from a fragment of exactly its form', () => {
    expect(linkTokenIn(`#invite=${TOKEN}`)).toEqual({ use: 'invite', token: TOKEN });
    expect(linkTokenIn(`#sign-up=${TOKEN}`)).toEqual({ use: 'sign-up', token: TOKEN });
    for (const fragment of ['', '#', `#other=${TOKEN}`, `#invite=${TOKEN}a`, `#invite=${TOKEN}&x=1`, '#invite=<b>'])
      expect([fragment, linkTokenIn(fragment)]).toEqual([fragment, undefined]);
  });
});

describe('the initials of a person', () => {
  it('are those of the first and the last word, whole characters, in any script', () => {
    expect(initialsOf('Ada Lovelace')).toBe('AL');
    expect(initialsOf('ada king-noel, countess of lovelace')).toBe('AL');
    expect(initialsOf('Ada')).toBe('A');
    expect(initialsOf('王小明')).toBe('王');
    expect(initialsOf('𝒜da')).toBe('𝒜');
    expect(initialsOf('')).toBe('?');
  });

  it('have a colour that depends on the ID alone', () => {
    expect(toneOf('a-1')).toBe(toneOf('a-1'));
    expect(new Set(['1', '2', '3', '4', '5', '6'].map((id) => toneOf(id))).size).toBe(6);
  });
});

describe('the name of a browser', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      'Chrome on Linux',
    ],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E Safari/604.1', 'Safari on iPhone'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'Chrome on ChromeOS'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36', 'Chrome on Linux'],
    ['Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Mobile', 'Samsung Internet on Android'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/124.0', 'Opera on Windows'],
  ])('%s', (agent, name) => {
    expect(browserName(agent)).toBe(name);
    expect(ownBrowserName(agent)).toBe(name);
  });

  it('is that of an unknown program as it says, and in a proposal never more than its system', () => {
    expect(browserName('curl/8.0')).toBe('curl/8.0');
    expect(ownBrowserName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1 SomeShell/1.0')).toBe('Browser on Linux');
    expect(ownBrowserName('SomeShell/1.0')).toBe('Browser');
  });
});

describe('what is typed', () => {
  it('is checked as the relay would', () => {
    expect(emailProblem('ada@example.org')).toBeUndefined();
    expect(emailProblem('ada')).toContain('ada@example.org');
    expect(emailProblem('  ')).toBe('Enter your e-mail address.');
    expect(newPasswordProblem('ninechars')).toContain('10');
    expect(newPasswordProblem('ten chars!')).toBeUndefined();
    // Bytes count: ten of them are five of these.
    expect(newPasswordProblem('äöüßé')).toBeUndefined();
    expect(newPasswordProblem('x'.repeat(257))).toContain('256');
    expect(nameProblem('Ada')).toBeUndefined();
    expect(nameProblem(' ')).toBe('Enter a name.');
    expect(nameProblem('a\u202eb')).toContain("can't be shown");
    expect(nameProblem('x'.repeat(101))).toContain('100');
  });

  it('of a configuration is checked field by field', () => {
    const draft = { name: '', relay: 'wss://relay.example', node: 'node-1', token: '12345678' };
    expect(configProblems(draft)).toEqual({});
    expect(configProblems({ ...draft, token: '1234567' })).toEqual({ token: true });
    expect(configProblems({ ...draft, relay: 'http://relay.example', node: '-' })).toEqual({ relay: true, node: true });
  });

  it('of a workflow is a name and an object', () => {
    expect(workflowProblem('deploy')).toBeUndefined();
    expect(workflowProblem('a b')).toBeDefined();
    expect(readParams(' ')).toBeUndefined();
    expect(readParams('{"a":1}')).toEqual({ a: 1 });
    expect(['[1]', '1', '{', 'null'].map((json) => readParams(json))).toEqual(Array(4).fill('invalid'));
  });
});

describe('the answer of a node', () => {
  const begun: NodeExchange = {
    request: 'prompt',
    state: 'running',
    text: '',
    pending: [],
    status: undefined,
    failure: undefined,
    error: undefined,
  };

  it('grows by each part and ends once', () => {
    const parts = [{ type: 'token', content: 'Hel' } as const, { type: 'token', content: 'lo' } as const];
    const answered = parts.reduce((exchange, event) => afterEvent(exchange, event), begun);
    expect(answered).toMatchObject({ text: 'Hello', state: 'running' });
    expect(afterEvent(answered, { type: 'done' })).toMatchObject({ text: 'Hello', state: 'done' });
    const failure = { type: 'error', reason: 'offline', message: '' } as const;
    expect(afterEvent(answered, failure)).toMatchObject({ text: 'Hello', state: 'failed', failure });
  });

  it('without an end stays bounded', () => {
    const long = afterEvent({ ...begun, text: 'x'.repeat(999_999) }, { type: 'token', content: 'yz' });
    expect(long.text).toHaveLength(1_000_000);
  });
});

describe('words for other places', () => {
  it('name commands that a shell reads as they are', () => {
    expect(connectorCommands('https://relay.example', 'ABCDE-FGHJK')).toEqual({
      install: {
        unix: "curl -fsSL 'https://relay.example/functions/v1/download-connector?install=full' | sh",
        windows: `powershell -Command "irm 'https://relay.example/functions/v1/download-connector?install=ps1' | iex"`,
      },
      pair: 'clawreach --pair ABCDE-FGHJK --api https://relay.example/functions/v1',
    });
  });

  it('name the relay of the page as machines dial it, with the pin of its own certificate', () => {
    expect(relayCommand('https://relay.example:7475', null)).toBe('clawreach config relay wss://relay.example:7475');
    expect(relayCommand('http://localhost:7474', '3f9a')).toBe('clawreach config relay ws://localhost:7474 --pin 3f9a');
  });

  it('name devices and files', () => {
    expect(shortDeviceId(`HJKMNPQRST${'7'.repeat(46)}`)).toBe('HJKMN-PQRST…');
    expect(fileNameOf('../../etc/passwd', 'project')).toBe('etc-passwd');
    expect(fileNameOf('…', 'project')).toBe('project');
  });

  it('say why a browser gave no passkey, as far as it says', () => {
    const error = (name: string, message = ''): Error => Object.assign(new Error(message), { name });
    expect(passkeyCode(error('NotAllowedError'))).toBe('passkey.cancelled');
    expect(
      passkeyCode(error('NotAllowedError', 'WebAuthn is not supported on sites with TLS certificate errors.')),
    ).toBe('passkey.certificate');
    expect(passkeyCode(error('InvalidStateError'))).toBe('account.passkey-exists');
    expect(passkeyCode(error('SecurityError'))).toBe('passkey.unavailable');
    expect(passkeyCode('nothing')).toBe('passkey.failed');
  });
});
