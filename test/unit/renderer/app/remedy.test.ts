import { describe, expect, it } from 'vitest';
import { stepOf } from '#renderer/app/remedy.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';

describe('the next step of an error', () => {
  it('leads where something can be done about it', () => {
    expect(stepOf('relay.connection-refused')).toEqual({ to: 'settings', section: 'relay' });
    expect(stepOf('relay.proxy-auth')).toEqual({ to: 'settings', section: 'network' });
    expect(stepOf('store.key-store-locked')).toEqual({ to: 'settings', section: 'security' });
    expect(stepOf('usage.no-peer')).toEqual({ to: 'peers' });
    expect(stepOf('gateway.fingerprint-changed')).toEqual({ to: 'gateways' });
    expect(stepOf('agent.paused')).toBe('resume');
  });

  it('is none of the window where only waiting, the other device or another word helps', () => {
    for (const code of [
      'relay.refused.offline',
      'relay.rate',
      'rights.denied',
      'peer.name-taken',
      'gateway.text-invalid',
    ])
      expect(stepOf(code)).toBe(undefined);
  });

  it('is known for codes that there are', () => {
    const known = Object.keys(ERROR_TEXTS).filter((code) => stepOf(code) !== undefined);
    expect(known.length).toBeGreaterThan(60);
    for (const code of known) expect(ERROR_TEXTS[code]?.next).not.toBe('');
  });
});
