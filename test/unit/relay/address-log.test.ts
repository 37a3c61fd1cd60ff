import { describe, expect, it } from 'vitest';
import { createLogger } from '#node/logging/index.ts';
import { AddressLog, ADDRESS_LOG_LIMITS } from '#relay/hub/address-log.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const DAY = 24 * 3_600_000;

type Line = Readonly<{ msg: string; address?: string; reason?: string; lines?: number; level: string }>;

function log() {
  const clock = new FakeClock();
  let bytes = 0;
  const lines: Line[] = [];
  const logger = createLogger({
    name: 'clawreach-relay',
    level: 'info',
    destination: {
      write: (line) => {
        bytes += line.length;
        lines.push(JSON.parse(line) as Line);
      },
    },
  });
  const addresses = new AddressLog({ clock, logger });
  return { clock, addresses, lines, bytes: () => bytes };
}

const refused = (addresses: AddressLog, address: string, reason = 'rate') =>
  addresses.write('info', 'hello refused', { address, reason });

describe('the log lines that clients cause', () => {
  it('by one address that floods for a day stay below half a megabyte, and say how many were left out [S-RELAY-3]', async () => {
    const { clock, addresses, lines, bytes } = log();
    let sent = 0;
    for (let at = 0; at < DAY; at += 1000) {
      for (let count = 0; count < 20; count += 1) refused(addresses, '203.0.113.7');
      sent += 20;
      await clock.advance(1000);
      addresses.sweep(clock.monotonic());
    }
    expect(bytes()).toBeLessThan(512 * 1024);
    addresses.summarize();
    const leftOut = lines.reduce((sum, line) => sum + (line.lines ?? 0), 0);
    const written = lines.filter(({ msg }) => msg === 'hello refused').length;
    expect(leftOut + written).toBe(sent);
    expect(lines.find((line) => line.lines !== undefined)?.msg).toMatch(
      /^\d+ further lines from 203\.0\.113\.7 were left out$/,
    );
  });

  it('show the first lines of every other address and reason meanwhile [S-RELAY-3]', () => {
    const { addresses, lines } = log();
    for (let count = 0; count < 10_000; count += 1) refused(addresses, '203.0.113.7');
    refused(addresses, '203.0.113.7', 'signature');
    refused(addresses, '198.51.100.1');
    expect(lines.slice(-2)).toMatchObject([
      { address: '203.0.113.7', reason: 'signature' },
      { address: '198.51.100.1', reason: 'rate' },
    ]);
    expect(lines).toHaveLength(ADDRESS_LOG_LIMITS.perCause.burst + 2);
  });

  it('count a /64 of IPv6 as one address', () => {
    const { addresses, lines } = log();
    for (let count = 0; count < 1000; count += 1) refused(addresses, `2001:db8::${count.toString(16)}`);
    expect(lines).toHaveLength(ADDRESS_LOG_LIMITS.perCause.burst);
    addresses.summarize();
    expect(lines.at(-1)?.msg).toBe('995 further lines from 2001:db8:0:0::/64 were left out');
  });

  it('by a hundred thousand addresses a day stay below ten megabytes [S-RELAY-3]', async () => {
    const { clock, addresses, lines, bytes } = log();
    for (let number = 0; number < 100_000; number += 1) {
      const [a, b] = [number >> 8, number & 255];
      for (let count = 0; count < 8; count += 1) refused(addresses, `10.${a >> 8}.${a & 255}.${b}`);
      await clock.advance(DAY / 100_000);
      addresses.sweep(clock.monotonic());
    }
    addresses.summarize();
    expect(bytes()).toBeLessThan(10 * 1024 * 1024);
    const leftOut = lines.reduce((sum, line) => sum + (line.lines ?? 0), 0);
    expect(leftOut + lines.filter(({ msg }) => msg === 'hello refused').length).toBe(800_000);
    expect(lines.some(({ msg }) => msg.endsWith('further lines from other addresses were left out'))).toBe(true);
  });

  it('are summarised once in ten minutes, and not at all where nothing was left out', async () => {
    const { clock, addresses, lines } = log();
    refused(addresses, '203.0.113.7');
    await clock.advance(ADDRESS_LOG_LIMITS.summaryInterval);
    addresses.sweep(clock.monotonic());
    expect(lines).toHaveLength(1);
    for (let count = 0; count < 100; count += 1) refused(addresses, '203.0.113.7');
    addresses.sweep(clock.monotonic());
    const before = lines.length;
    await clock.advance(ADDRESS_LOG_LIMITS.summaryInterval);
    addresses.sweep(clock.monotonic());
    addresses.sweep(clock.monotonic());
    expect(lines).toHaveLength(before + 1);
  });
});
