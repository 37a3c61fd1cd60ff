import { describe, expect, it } from 'vitest';
import {
  linkNews,
  MISSING_BEFORE_DOUBT,
  nextTryText,
  linkProblem,
  linkProblemText,
} from '#renderer/features/peers/link/link-problem.ts';
import { reasonText, directFailure } from '#renderer/features/peers/path/path-text.ts';
import { pathSummaryText } from '#renderer/features/peers/path/path-summary.ts';
import { text } from '#renderer/locale/index.ts';
import { PATH_REASONS, type LinkState } from '#shared/app-api/index.ts';
import { DEFAULT_LINK_LIMITS } from '#shared/link/index.ts';
import { peerView } from './peer.ts';

const NOW = 1_800_000_000_000;

function link(given: Partial<LinkState> = {}): LinkState {
  return { state: 'up', since: NOW, retryAt: null, via: null, hops: [], why: null, history: [], ...given };
}
const words = (given: Partial<LinkState>): string | undefined => {
  const problem = linkProblem({ link: link(given) }, NOW);
  return problem && linkProblemText(problem);
};

describe('a problem of a link', () => {
  it('is none while it is up, or where there is no link', () => {
    expect(linkProblem({ link: null }, NOW)).toBeUndefined();
    expect(linkProblem({ link: link() }, NOW)).toBeUndefined();
  });

  it('counts the time without an answer from before it came in doubt', () => {
    expect(MISSING_BEFORE_DOUBT).toBe(DEFAULT_LINK_LIMITS.doubtfulAfter);
    expect(words({ state: 'doubtful', since: NOW - 1400 })).toBe('No answer for 6 s, trying other paths');
    // A clock that was set does not count backwards.
    expect(words({ state: 'doubtful', since: NOW + 60_000 })).toBe('No answer for 0 s, trying other paths');
  });

  it('shows when the next try comes, and that one is under way', () => {
    expect(words({ state: 'reconnecting', retryAt: NOW + 2100 })).toBe('Reconnecting in 3 s…');
    expect(words({ state: 'reconnecting', retryAt: NOW - 10 })).toBe('Reconnecting…');
    expect(words({ state: 'reconnecting' })).toBe('Reconnecting…');
  });

  it('is shorter beside the word of its state', () => {
    expect(nextTryText({ kind: 'reconnecting', seconds: 3 })).toBe('Retrying in 3 s');
    expect(nextTryText({ kind: 'reconnecting', seconds: undefined })).toBe('Trying…');
    expect(nextTryText({ kind: 'doubtful', seconds: 6 })).toBeUndefined();
  });
});

describe('what screen readers announce of links', () => {
  const up = peerView({ link: link() });
  const broken = peerView({ link: link({ state: 'reconnecting' }) });

  it('is that one broke, came back, or ended', () => {
    expect(linkNews([up], [broken])).toEqual(['Connection to office lost. Reconnecting…']);
    expect(linkNews([broken], [up])).toEqual(['office is connected again.']);
    expect(linkNews([broken], [peerView()])).toEqual(['Connection to office closed.']);
  });

  it('is nothing while a link stays as it is, is in doubt, or takes another path', () => {
    const later = peerView({ link: link({ state: 'reconnecting', retryAt: NOW + 5000 }) });
    expect(linkNews([broken], [later])).toEqual([]);
    expect(linkNews([up], [peerView({ path: 'direct', link: link({ state: 'doubtful' }) })])).toEqual([]);
    expect(linkNews([], [up])).toEqual([]);
  });
});

describe('the word for how a peer is reached', () => {
  it('names the peer in between, with what is hidden in its name', () => {
    expect(pathSummaryText(peerView({ path: 'via', link: link({ via: 'at\u202etic' }) }))).toMatch(/^Via .*U\+202E/);
    expect(pathSummaryText(peerView({ path: 'via', link: link() }))).toBe('Via a machine');
  });

  it('is that it reconnects where there is no path, whichever it was', () => {
    expect(pathSummaryText(peerView({ path: 'direct', link: link({ state: 'reconnecting' }) }))).toBe('Reconnecting');
    expect(pathSummaryText(peerView({ path: 'relay', link: link({ state: 'doubtful' }) }))).toBe('Relay');
    expect(pathSummaryText(peerView({ path: 'direct', address: '192.168.1.2:7473', link: link() }))).toBe(
      'Direct in this network',
    );
  });
});

describe('why a link is not direct', () => {
  it('is the reason of the agent, with a text for each', () => {
    for (const why of PATH_REASONS) {
      expect(directFailure(peerView({ link: link({ why }) }))).toBe(why);
      expect(text(`peers.path.why.${why}`)).toMatch(/\.$/);
    }
  });

  it('is known without a link where the person chose it', () => {
    expect(directFailure(peerView({ pathMode: 'relay-only' }))).toBe('relay-only');
    expect(directFailure(peerView())).toBeUndefined();
  });

  it('is not asked of one that is direct, or has no path at all', () => {
    expect(directFailure(peerView({ path: 'direct', link: link() }))).toBeUndefined();
    expect(directFailure(peerView({ link: link({ state: 'reconnecting', why: 'cooling' }) }))).toBeUndefined();
  });

  it('has words in the history for every reason, and other ones for a loss than for what came after it', () => {
    expect(new Set(PATH_REASONS.map((reason) => reasonText('relay', reason))).has('')).toBe(false);
    expect(reasonText(null, 'lost')).not.toBe(reasonText('relay', 'lost'));
  });
});
