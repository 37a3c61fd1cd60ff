import { expect, it } from 'vitest';
import { UpstreamSelector } from '#agent/forwards/auto/index.ts';

const works = (rtt: number) => ({ works: true, rtt });
const OUT = { works: false, rtt: null };

it('takes the link where both work, the one that works where one does, and none where none does', () => {
  const choice = new UpstreamSelector();
  expect([choice.decide(works(40), works(5)), choice.selected]).toEqual([true, 'link']);
  expect([choice.decide(OUT, works(5)), choice.selected]).toEqual([true, 'ssh']);
  expect([choice.decide(OUT, OUT), choice.selected]).toEqual([true, null]);
  expect([choice.decide(works(9), OUT), choice.selected]).toEqual([true, 'link']);
  expect([choice.decide(works(9), undefined), choice.selected]).toEqual([false, 'link']);
  expect([choice.decide(OUT, undefined), choice.selected]).toEqual([true, null]);
});

it('leaves a link that is markedly slower after two looks, not after one, and takes it again only when it is clearly quicker', () => {
  const choice = new UpstreamSelector();
  choice.decide(works(20), works(20));
  choice.decide(works(900), works(20));
  expect(choice.selected).toBe('link');
  choice.decide(works(30), works(20));
  choice.decide(works(900), works(20));
  expect(choice.selected).toBe('link');
  choice.decide(works(900), works(20));
  expect([choice.selected, choice.isLinkSlow]).toEqual(['ssh', true]);
  // Quick enough not to be left, and not quick enough to be taken.
  choice.decide(works(160), works(20));
  expect(choice.selected).toBe('ssh');
  choice.decide(works(100), works(20));
  expect([choice.selected, choice.isLinkSlow]).toEqual(['link', false]);
});

it('does not say that a link is slow when there is nothing to compare it with', () => {
  const choice = new UpstreamSelector();
  for (let round = 0; round < 3; round += 1) choice.decide(works(5000), OUT);
  expect([choice.selected, choice.isLinkSlow]).toEqual(['link', false]);
});
