import { describe, expect, it } from 'vitest';
import { windowSettings, DEFAULT_WINDOW_SETTINGS, type NetworkView } from '#shared/app-api/index.ts';
import {
  readNumber,
  TERMINAL_SETTING_RANGES,
} from '../../../../src-renderer/features/settings/general/terminal-numbers.ts';
import { listeningWords, parsePort } from '../../../../src-renderer/features/settings/network/network-text.ts';
import { relayState } from '../../../../src-renderer/features/settings/network/relay-text.ts';
import {
  secretProtection,
  secretFile,
  reasonSecretIsFixed,
} from '../../../../src-renderer/features/settings/security/secret-text.ts';

const RELAY = { url: 'wss://r', problem: null, retryAt: null, secure: true, keyId: null } as const;

describe('direct connections', () => {
  const network: NetworkView = { listen: 'on', port: 7473, listening: 7473, problem: null, addresses: [] };

  it('are described by whether they are open, with the port when it differs', () => {
    expect(listeningWords(network)).toEqual({ tone: 'good', words: 'Listening on port 7473' });
    expect(listeningWords({ ...network, listening: 9 }).words).toBe('Listening on port 9, because 7473 was in use');
    expect(listeningWords({ ...network, listening: null })).toEqual({ tone: 'warning', words: 'Not listening' });
    const off: NetworkView = { ...network, listen: 'outbound-only', listening: null };
    expect(listeningWords(off)).toEqual({ tone: 'neutral', words: 'Outbound only' });
  });

  it('have a port that is one', () => {
    expect(['1', '7473', '65535'].map(parsePort)).toEqual([1, 7473, 65_535]);
    expect(['0', '65536', '', '-1', '7e3', ' 80', '80.5', '999999'].map(parsePort).filter((port) => port)).toEqual([]);
  });
});

describe('numbers of the terminals', () => {
  it.each([
    ['8', 8],
    ['32', 32],
    ['014', 14],
    ['12.5', 12.5],
    ['12,5', 12.5],
  ])('are read: %s', (typed, number) => {
    expect(readNumber(typed, TERMINAL_SETTING_RANGES.fontSize)).toBe(number);
  });

  it.each(['7', '33', '', ' 14', '14px', '1e1', '-9', '14.3', '14.50', '９', '9'.repeat(400)])(
    'are not: %j',
    (typed) => {
      expect(readNumber(typed, TERMINAL_SETTING_RANGES.fontSize)).toBeUndefined();
    },
  );

  it('have the limits of the contract', () => {
    for (const name of ['fontSize', 'lineHeight', 'scrollback'] as const) {
      const takes = (value: number): boolean =>
        windowSettings.safeParse({
          ...DEFAULT_WINDOW_SETTINGS,
          terminal: { ...DEFAULT_WINDOW_SETTINGS.terminal, [name]: value },
        }).success;
      const { least, most } = TERMINAL_SETTING_RANGES[name];
      expect([least - 1, least, most, most + 1].map(takes)).toEqual([false, true, true, false]);
    }
  });
});

describe('the words about the secret', () => {
  it('believe the agent about where it is, and the shell about why', () => {
    const locked = { protection: 'file', backend: null, problem: 'key-store-locked' } as const;
    const none = { protection: 'file', backend: null, problem: 'no-key-store' } as const;
    const fine = { protection: 'encrypted', backend: 'kwallet6', problem: null } as const;
    expect(secretProtection('kwallet6', fine)).toEqual({ encrypted: true, words: 'settings.security.encrypted' });
    expect(secretProtection('file', none).words).toBe('settings.security.no-key-store');
    expect(secretProtection('file', locked).words).toBe('settings.security.key-store-locked');
    expect(secretProtection('file', undefined)).toEqual({ encrypted: false, words: 'settings.security.file' });
    // A key store is there, and the agent that runs does not use it: nothing is said to be encrypted that is not.
    expect(secretProtection('file', fine)).toEqual({ encrypted: false, words: 'settings.security.file' });
  });
});

describe('the location of the secret', () => {
  const facts = {
    kind: 'desktop',
    ownsAgent: true,
    secretStore: { protection: 'file', backend: 'gnome-libsecret', problem: null },
  } as const;

  it('can be chosen in the application with an agent of its own and a key store that works', () => {
    expect(reasonSecretIsFixed(facts)).toBeUndefined();
    const secretStore = { ...facts.secretStore, protection: 'encrypted' } as const;
    expect(reasonSecretIsFixed({ ...facts, secretStore })).toBeUndefined();
  });

  it('cannot be chosen elsewhere, and the reason has a text', () => {
    const { secretStore } = facts;
    const reasons = [
      reasonSecretIsFixed({ ...facts, kind: 'browser', ownsAgent: false }),
      reasonSecretIsFixed({ ...facts, ownsAgent: false }),
      reasonSecretIsFixed({ ...facts, secretStore: { ...secretStore, problem: 'no-key-store' } }),
      reasonSecretIsFixed({ ...facts, secretStore: { ...secretStore, problem: 'key-store-locked' } }),
    ];
    expect(reasons).toEqual(
      ['browser', 'other-agent', 'no-key-store', 'key-store-locked'].map(
        (reason) => `settings.security.location.stays.${reason}`,
      ),
    );
  });

  it('is the path of a file as the system writes it', () => {
    expect(secretFile('/home/mira/.config/clawreach', { platform: 'linux' })).toBe(
      '/home/mira/.config/clawreach/secret',
    );
    expect(secretFile('C:\\ClawReach', { platform: 'win32' })).toBe('C:\\ClawReach\\secret');
  });
});

describe('the words about the relay', () => {
  it('have a look for each state', () => {
    expect(relayState({ ...RELAY, state: 'online' })).toEqual({ tone: 'good', word: 'Connected' });
    expect(relayState({ ...RELAY, state: 'failed' })).toEqual({ tone: 'bad', word: 'Stopped' });
  });
});
