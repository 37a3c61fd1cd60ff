import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { CROCKFORD } from '#shared/bytes/index.ts';
import {
  formatPeerId,
  parsePeerId,
  peerIdBytes,
  peerIdFromBytes,
  peerIdOf,
  shortPeerId,
  type PeerId,
} from '#shared/identity/index.ts';
import { luhnCheckCharacter } from '#shared/identity/luhn.ts';
import { codeOf } from '#test/support/rejections.ts';

const samples = Array.from({ length: 8 }, (_, number) => peerIdOf(nativeBackend, new Uint8Array(32).fill(number)));
const sample: PeerId = peerIdOf(nativeBackend, new Uint8Array(32).fill(99));

function isRefused(text: string): boolean {
  try {
    parsePeerId(text);
    return false;
  } catch {
    return true;
  }
}

describe('peer id', () => {
  it('has one canonical text, known figure by figure', () => {
    // SHA-256 of 32 zero bytes; the text was worked out by a program of its own.
    const id = peerIdOf(nativeBackend, new Uint8Array(32));
    expect(Buffer.from(peerIdBytes(id)).toString('hex')).toBe(
      '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
    );
    expect(id).toBe('CSM7NBFRCAYQE1V4FR65RX7WE40649E545DVH37CWKG59CHT3AZ54JGG');
  });

  it('checks each run of thirteen by the Luhn rule', () => {
    // From the right: 2·1 = 2; 0; 2·16 = 32, which is 1 + 0 in base 32. Sum 3, so the check character is number 29.
    expect(luhnCheckCharacter('G01')).toBe('X');
    expect(luhnCheckCharacter('0000000000000')).toBe('0');
    expect(luhnCheckCharacter('0000000000001')).toBe('Y');
    for (const id of samples) {
      for (let run = 0; run < 56; run += 14) expect(luhnCheckCharacter(id.slice(run, run + 13))).toBe(id[run + 13]);
    }
  });

  it('comes back from its bytes and from its text', () => {
    for (const id of samples) {
      expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{56}$/);
      expect(peerIdFromBytes(peerIdBytes(id))).toBe(id);
      expect(parsePeerId(id)).toBe(id);
      expect(parsePeerId(formatPeerId(id))).toBe(id);
    }
    expect(new Set(samples).size).toBe(samples.length);
  });

  it('is shown in eight groups of seven; the short form is the first', () => {
    const groups = formatPeerId(sample).split('-');
    expect(groups.map((group) => group.length)).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
    expect(groups.join('')).toBe(sample);
    expect(shortPeerId(sample)).toBe(groups[0]);
  });

  it('is read in any case, with any separators and look-alikes', () => {
    expect(parsePeerId(sample.toLowerCase())).toBe(sample);
    expect(parsePeerId(`  ${formatPeerId(sample).replaceAll('-', ' – ')}\n`)).toBe(sample);
    expect(parsePeerId(sample.replaceAll(/(.{4})/g, '$1:'))).toBe(sample);
    const typed = samples.map((id) => id.replaceAll('0', 'O').replaceAll('1', 'l'));
    expect(typed.some((text) => /[Ol]/.test(text))).toBe(true);
    expect(typed.map((text) => parsePeerId(text))).toEqual(samples);
  });

  it('finds every single wrong character', () => {
    for (const id of samples) {
      for (let index = 0; index < id.length; index += 1) {
        for (const character of CROCKFORD) {
          if (character === id[index]) continue;
          expect(isRefused(id.slice(0, index) + character + id.slice(index + 1))).toBe(true);
        }
      }
    }
  });

  it('finds every exchange of neighbours within a run, but that of 0 and Z which Luhn cannot see', () => {
    for (const id of samples) {
      for (let index = 0; index + 1 < id.length; index += 1) {
        const [left, right] = [id.charAt(index), id.charAt(index + 1)];
        if (left === right || index % 14 === 13 || (left + right).match(/^(0Z|Z0)$/)) continue;
        expect(isRefused(id.slice(0, index) + right + left + id.slice(index + 2))).toBe(true);
      }
    }
  });

  it.each([
    '',
    'A',
    sample.slice(1),
    `${sample}0`,
    sample.repeat(2),
    '-'.repeat(1000),
    '🙂'.repeat(28),
    'U'.repeat(56),
  ])('refuses %j', async (text) => {
    expect(await codeOf(() => parsePeerId(text))).toBe('format.peer-id');
  });

  it('refuses a text whose padding bits are not zero, though its check characters fit', async () => {
    const run = sample.slice(42, 55);
    const padded = run.slice(0, 12) + CROCKFORD.charAt(CROCKFORD.indexOf(run.charAt(12)) | 1);
    expect(padded).not.toBe(run);
    expect(await codeOf(() => parsePeerId(sample.slice(0, 42) + padded + luhnCheckCharacter(padded)))).toBe(
      'format.peer-id',
    );
  });

  it('has 32 bytes', async () => {
    expect(await codeOf(() => peerIdFromBytes(new Uint8Array(31)))).toBe('format.peer-id');
    expect(await codeOf(() => peerIdFromBytes(new Uint8Array(33)))).toBe('format.peer-id');
  });
});
