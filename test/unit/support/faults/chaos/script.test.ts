import { describe, expect, it } from 'vitest';
import {
  describeFault,
  findingsOf,
  tabulate,
  writeScript,
  type ChaosReport,
} from '#test/support/faults/chaos/index.ts';

const SEEDS = Array.from({ length: 50 }, (_item, index) => index + 1);

describe('the script of a seed', () => {
  it('is the same again, and another one for another seed', () => {
    const scripts = SEEDS.map((seed) => JSON.stringify(writeScript(seed, true)));
    expect(SEEDS.map((seed) => JSON.stringify(writeScript(seed, true)))).toEqual(scripts);
    expect(new Set(scripts).size).toBe(SEEDS.length);
  });

  it('takes the link over every kind of path, freezes a process, kills agents and the relay', () => {
    for (const seed of SEEDS) {
      const kinds = writeScript(seed, true).map(({ kind }) => kind);
      const stages = ['direct back', 'direct lost', 'via alone', 'relay back', 'direct back'];
      expect(kinds.filter((kind) => stages.includes(kind))).toEqual(stages);
      for (const kind of ['relay killed', 'agent killed', 'agent frozen']) expect(kinds).toContain(kind);
    }
  });

  it('breaks the relay alone where there is nothing else', () => {
    for (const seed of SEEDS) {
      const kinds = writeScript(seed, false).map(({ kind }) => kind);
      expect(kinds.length).toBe(7);
      expect(kinds.some((kind) => /direct|via|back/.test(kind))).toBe(false);
    }
  });
});

describe('the summary of runs', () => {
  const whole: ChaosReport = {
    seed: 1,
    took: 60_000,
    inflicted: [
      {
        fault: { kind: 'agent killed', machine: 'laptop', down: 300 },
        before: 'relay',
        after: 'relay',
        bridged: 1500,
        recovered: 400,
      },
    ],
    digests: ['a', 'a'],
    lines: 10,
    lineFaults: [],
    shells: ['17'],
    interruptions: { transfer: ['control.lost: gone'], terminal: ['control.lost: gone'] },
  };

  it('finds nothing where all came, and what was lost with an agent that was killed is no finding', () => {
    expect(findingsOf(whole, 10)).toEqual([]);
  });

  it('finds whatever is missing or another', () => {
    expect(findingsOf({ ...whole, digests: ['a', 'b'] }, 10)).toEqual(['the file is another']);
    expect(findingsOf(whole, 11)).toEqual(['10 of 11 lines']);
    expect(findingsOf({ ...whole, lineFaults: ['"7" came where 6 was due'] }, 10)).toEqual([
      '"7" came where 6 was due',
    ]);
    expect(findingsOf({ ...whole, shells: ['17', '18'] }, 10)).toEqual(['2 shells']);
    expect(findingsOf({ ...whole, inflicted: [] }, 10)).toEqual(['1 sessions lost, 0 agents killed']);
    const interruptions = { transfer: ['link.path-lost'], terminal: [] };
    expect(findingsOf({ ...whole, interruptions }, 10)).toEqual(['a session ended with link.path-lost']);
  });

  it('tells each kind of fault with how often and how long', () => {
    expect(tabulate([whole]).at(-1)).toBe('| agent killed (laptop), on relay | 1 | 1.50 / 1.50 | 0.40 / 0.40 |');
    expect(describeFault({ kind: 'relay swallowed', machine: 'office', way: 'up', time: 2000 })).toBe(
      'relay swallowed, office, up, time 2000 ms',
    );
  });
});
