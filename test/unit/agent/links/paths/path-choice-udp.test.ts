import { describe, expect, it } from 'vitest';
import { PathChoice } from '#agent/links/paths/path-choice.ts';
import type { ChoiceMode } from '#agent/links/paths/transport-kinds.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

/** A link over the relay, between devices that both can do everything. */
function bench({ role = 'initiator', mode = 'auto' }: Readonly<{ role?: SessionRole; mode?: ChoiceMode }> = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const choice = new PathChoice({
    clock,
    random: () => 0.5,
    role,
    mode,
    run: (command) => void log.push('kind' in command ? `${command.type} ${command.kind}` : command.type),
  });
  choice.up('relay');
  choice.setOpen('relay', true);
  choice.setOpen('direct', true);
  choice.setUdp(undefined);
  return { clock, choice, commands: () => log.splice(0) };
}

describe('a path over UDP', () => {
  it('is tried 1.5 s after one over TCP, and given up when that comes about', async () => {
    const { clock, choice, commands } = bench();
    expect(commands()).toEqual(['dial direct']);
    await clock.advance(1499);
    expect(commands()).toEqual([]);
    await clock.advance(1);
    expect(commands()).toEqual(['dial udp']);
    expect(choice.whyNotUdp).toBe('trying');
    choice.up('direct');
    choice.dialed('direct');
    expect(commands()).toEqual(['cancel udp']);
    choice.failed('udp');
    await clock.advance(600_000);
    expect([commands(), choice.whyNotUdp, choice.why]).toEqual([[], null, null]);
  });

  it('is better than a relay that answers no sooner, and one over TCP is better still', async () => {
    const { clock, choice, commands } = bench();
    choice.failed('direct', 'no-answer');
    await clock.advance(1500);
    expect([choice.compares('udp'), choice.prefers('udp', { tried: 24, used: 20 })]).toEqual([true, true]);
    choice.up('udp');
    choice.dialed('udp');
    expect([choice.why, choice.whyNotUdp, choice.accepts('relay'), choice.accepts('direct')]).toEqual([
      null,
      null,
      false,
      true,
    ]);
    expect(commands()).toEqual(['dial direct', 'dial udp', 'dial direct']);
    choice.failed('direct', 'no-answer');
    await clock.advance(60_000);
    expect(commands()).toEqual(['dial direct']);
    choice.up('direct');
    choice.dialed('direct');
    expect(choice.history.map(({ path, udp, reason }) => `${path}${udp === true ? ' udp' : ''} ${reason}`)).toEqual([
      'relay first',
      'direct udp better',
      'direct better',
    ]);
  });

  it('is tried again after one minute, two, four, and at last sixteen; at once in another network', async () => {
    const { clock, choice, commands } = bench();
    choice.setOpen('direct', false);
    await clock.advance(1500);
    expect(commands().at(-1)).toBe('dial udp');
    for (const minutes of [1, 2, 4, 8, 16, 16]) {
      choice.failed('udp', undefined, 'no-answer');
      expect(choice.whyNotUdp).toBe('no-answer');
      await clock.advance(minutes * 60_000 - 1);
      expect(commands()).toEqual([]);
      await clock.advance(1);
      expect(commands()).toEqual(['dial udp']);
    }
    choice.failed('udp', undefined, 'no-answer');
    choice.networkChanged();
    await clock.advance(1500);
    expect(commands()).toEqual(['dial udp']);
    expect(choice.whyNotUdp).toBe('trying');
  });

  it('is dialed by the initiator alone, which does it for both', async () => {
    const { clock, choice, commands } = bench({ role: 'responder' });
    await clock.advance(600_000);
    expect(commands().filter((command) => command.endsWith('udp'))).toEqual([]);
    expect([choice.whyNotUdp, choice.accepts('udp')]).toEqual([null, true]);
    choice.setUdp('off');
    expect(choice.whyNotUdp).toBe('off');
  });

  it('needs a path that answers, since that carries what goes before it', async () => {
    const { clock, choice, commands } = bench();
    choice.failed('direct', 'no-answer');
    choice.doubtful();
    await clock.advance(60_000);
    expect(commands().filter((command) => command.endsWith('udp'))).toEqual([]);
    choice.lost();
    await clock.advance(60_000);
    expect(commands().filter((command) => command.endsWith('udp'))).toEqual([]);
    expect([choice.hasFailed, choice.whyNotUdp]).toEqual([false, null]);
  });

  it('that was lost rests before it is tried again', async () => {
    const { clock, choice, commands } = bench();
    choice.setOpen('direct', false);
    await clock.advance(1500);
    choice.up('udp');
    choice.dialed('udp');
    choice.lost();
    choice.up('relay');
    choice.dialed('relay');
    commands();
    await clock.advance(9_999);
    expect([commands(), choice.whyNotUdp]).toEqual([[], 'cooling']);
    await clock.advance(1);
    expect(commands()).toEqual(['dial udp']);
  });

  it('is none where the person wants the relay only, and is not prepared over a relay that direct only forbids', async () => {
    const relayOnly = bench({ mode: 'relay-only' });
    await relayOnly.clock.advance(600_000);
    expect([relayOnly.commands(), relayOnly.choice.accepts('udp'), relayOnly.choice.whyNotUdp]).toEqual([
      [],
      false,
      null,
    ]);
    const { clock, choice, commands } = bench();
    choice.setMode('direct-only');
    expect(commands()).toContain('cut');
    choice.lost();
    choice.failed('direct', 'no-answer');
    await clock.advance(60_000);
    expect(commands()).not.toContain('dial udp');
  });
});
