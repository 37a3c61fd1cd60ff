import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  Button,
  Chip,
  Countdown,
  ErrorNotice,
  LinkDrawing,
  LinkFan,
  PageHeader,
  RadioGroup,
  RetryCountdown,
  Row,
  RowSkeleton,
  Segments,
  Sparkline,
  StatusDot,
  PairingWordChips,
  type ChipProps,
} from '#renderer/ui/index.ts';
import { ClawReachError } from '#shared/errors.ts';

function html(element: ReactElement): string {
  return renderToStaticMarkup(element);
}

describe('a sparkline', () => {
  const points = (values: readonly number[]): readonly (readonly number[])[] =>
    (/points="([^"]*)"/.exec(html(createElement(Sparkline, { label: 'Round trip', values })))?.[1] ?? '')
      .split(' ')
      .filter((point) => point !== '')
      .map((point) => point.split(',').map(Number));

  test('goes from left to right, the largest value at the top, within its box', () => {
    const line = points([0, 50, 100, 25]);
    expect(line.map(([x]) => x)).toEqual([2, 24.7, 47.3, 70]);
    expect(line.map(([, y]) => y)).toEqual([18, 10, 2, 14]);
  });

  test('does not make mountains of a millisecond', () => {
    expect(points([1, 2, 1]).every(([, y]) => y !== undefined && y > 14)).toBe(true);
  });

  test('has no line of less than two values, and none of what is not a time', () => {
    expect(points([])).toEqual([]);
    expect(points([12])).toEqual([]);
    expect(points([-5, -5]).map(([, y]) => y)).toEqual([18, 18]);
  });

  test('stands for time where times are given, with a gap where nothing was measured', () => {
    const minute = 60_000;
    const times = [0, 1, 10, 11].map((at) => at * minute);
    const drawn = html(createElement(Sparkline, { label: 'Round trip', values: [10, 10, 10, 10], times }));
    const lines = [...drawn.matchAll(/points="([^"]*)"/g)].map(([, found]) => found);
    expect(lines).toEqual(['2,2 8.2,2', '63.8,2 70,2']);
    const alone = html(createElement(Sparkline, { label: 'Round trip', values: [10, 10], times: [0, 10 * minute] }));
    expect([...alone.matchAll(/points="([^"]*)"/g)].map(([, found]) => found)).toEqual(['2,2 2,2', '70,2 70,2']);
  });

  test('has its values as text for screen readers', () => {
    expect(html(createElement(Sparkline, { label: 'Round trip', values: [21, 60.04, 24.26] }))).toContain(
      'aria-label="Round trip: 24.3 ms, between 21 and 60 ms"',
    );
    expect(html(createElement(Sparkline, { label: 'Round trip', values: [] }))).toContain('no measurements yet');
  });
});

describe('a radio group', () => {
  const group = (more: Readonly<{ about?: string; note?: string; disabled?: boolean }> = {}): string =>
    html(
      createElement(RadioGroup<'ask' | 'deny'>, {
        label: 'Terminals',
        value: 'deny',
        options: [
          { value: 'ask', label: 'Send request', description: 'A question comes up.' },
          { value: 'deny', label: 'Deny', description: 'It is turned away.' },
        ],
        onChange: () => undefined,
        ...more,
      }),
    );
  /** The text of the elements that an attribute names. */
  const named = (markup: string, tag: string, attribute: string): readonly string[] => {
    const ids = new RegExp(`<${tag}[^>]* ${attribute}="([^"]*)"`, 'g');
    return [...markup.matchAll(ids)].map(([, list]) =>
      (list ?? '')
        .split(' ')
        .map((id) => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(markup)?.[1])
        .join(' '),
    );
  };

  test('says what each option is called and what it means', () => {
    expect(named(group(), 'input', 'aria-labelledby')).toEqual(['Send request', 'Deny']);
    expect(named(group(), 'input', 'aria-describedby')).toEqual(['A question comes up.', 'It is turned away.']);
    expect(group()).toContain('>Terminals</legend>');
  });

  test('is one stop of the keyboard, at the chosen one', () => {
    const inputs = group().match(/<input[^>]*>/g) ?? [];
    expect(new Set(inputs.map((input) => / name="([^"]+)"/.exec(input)?.[1])).size).toBe(1);
    expect(inputs.map((input) => input.includes('checked'))).toEqual([false, true]);
  });

  test('is read with what it is about and why it is as it is', () => {
    expect(named(group(), 'fieldset', 'aria-describedby')).toEqual([]);
    expect(named(group({ about: 'May it?', note: 'It is decided.' }), 'fieldset', 'aria-describedby')).toEqual([
      'May it? It is decided.',
    ]);
  });

  test('that cannot be changed takes no choice', () => {
    expect(group().match(/disabled/g)).toBeNull();
    expect(group({ disabled: true }).match(/<input[^>]* disabled=""/g)).toHaveLength(2);
  });
});

describe('a countdown', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    [599_001, '10:00 left'],
    [599_000, '9:59 left'],
    [61_000, '1:01 left'],
    [1, '0:01 left'],
    [0, 'Expired'],
    [-5000, 'Expired'],
  ])('with %i ms to go says %s', (left, words) => {
    expect(html(createElement(Countdown, { until: 1_000_000 + left }))).toContain(`>${words}<`);
  });

  test.each([
    [5000, 'Retrying in 0:05'],
    [0, 'Retrying now'],
    [-5000, 'Retrying now'],
  ])('to the next try, with %i ms to go, says %s', (left, words) => {
    expect(html(createElement(RetryCountdown, { at: 1_000_000 + left }))).toContain(`>${words}<`);
  });
});

describe('other components', () => {
  test('an error shows what happened, why, and what to do next, with its code', () => {
    const markup = html(createElement(ErrorNotice, { error: new ClawReachError('pairing.expired', 'late') }));
    expect(markup).toContain('data-code="pairing.expired"');
    expect(markup).toContain('This code has expired. Make a new one.');
    expect(markup).toContain('Codes and links work for ten minutes.');
    expect(markup).toContain('Make a new code where this one was shown.');
  });

  test('markup from outside stays text', () => {
    const error = new ClawReachError('later.code', '<img src=x onerror=alert(1)>');
    expect(html(createElement(ErrorNotice, { error }))).toContain('&lt;img src=x');
  });

  test('words keep their order, also when one comes twice', () => {
    const markup = html(createElement(PairingWordChips, { words: ['amber', 'violin', 'amber', 'tundra'] }));
    expect([...markup.matchAll(/<li[^>]*>(\w+)<\/li>/g)].map(([, word]) => word)).toEqual([
      'amber',
      'violin',
      'amber',
      'tundra',
    ]);
  });

  test('a chip is a button only where it does something', () => {
    expect(html(createElement(Chip, { tone: 'info' } as ChipProps, 'Relay'))).toMatch(/^<span/);
    expect(
      html(createElement(Chip, { tone: 'info', onClick: (): void => undefined } as unknown as ChipProps, 'Relay')),
    ).toMatch(/^<button/);
  });

  test('a list that is loading says so, and draws nothing at first: its rows would flash', () => {
    const markup = html(createElement(RowSkeleton, { label: 'Loading machines' }));
    expect(markup).toContain('aria-busy="true"');
    expect(markup).toContain('Loading machines');
    expect(markup).not.toContain('<div class');
  });

  test('a busy button shows it, keeps its size, and never submits a form', () => {
    const markup = html(createElement(Button, { busy: true }, 'Pair'));
    expect(markup).toContain('aria-busy="true"');
    expect(markup).toContain('aria-disabled="true"');
    expect(markup).toContain('type="button"');
    expect(markup).not.toContain(' disabled');
  });

  test('a dot with a label has a name, and one beside words is silent', () => {
    expect(html(createElement(StatusDot, { state: 'online', label: 'Online' }))).toContain('aria-label="Online"');
    expect(html(createElement(StatusDot, { state: 'online', label: '' }))).toContain('aria-hidden="true"');
  });

  test('a header leaves out what a condition has left empty', () => {
    const bare = html(createElement(PageHeader, { title: 'Machines' }));
    expect(html(createElement(PageHeader, { title: 'Machines', description: false }))).toBe(bare);
  });
});

describe('the drawing of a link', () => {
  const nodes = { from: { name: 'laptop' }, to: { name: 'office', address: '192.168.1.20' } };

  test('is one picture with a sentence for screen readers', () => {
    const drawing = html(
      createElement(LinkDrawing, {
        text: 'laptop reaches office directly.',
        ...nodes,
        line: { state: 'used', label: 'Direct' },
      }),
    );
    expect(drawing).toMatch(/^<div[^>]*role="img"[^>]*aria-label="laptop reaches office directly."/);
    expect(drawing).toContain('192.168.1.20');
  });

  test('marks the ends of a line in use only, and draws an arc only for a path that stands by', () => {
    const drawing = (state: 'used' | 'standby' | 'failing', arc: boolean): string =>
      html(
        createElement(LinkDrawing, {
          text: 'x',
          ...nodes,
          line: { state, label: 'x' },
          ...(arc && { standby: { node: { name: 'Relay' }, label: 'stands by' } }),
        }),
      );
    const paths = (state: 'used' | 'standby' | 'failing', arc: boolean): number =>
      drawing(state, arc).split('<path class="_').length - 1;
    expect(drawing('used', false)).toContain('end-from');
    expect(drawing('standby', false)).not.toContain('end-from');
    expect(drawing('failing', false)).not.toContain('end-from');
    expect(paths('used', true) - paths('used', false)).toBe(1);
  });

  test('of several machines is a list with a line for each, and two where a relay is between', () => {
    const drawing = html(
      createElement(LinkFan, {
        label: 'Machines in this network',
        from: { name: 'laptop' },
        targets: [
          { id: 'a', node: { name: 'office' }, state: 'used', action: createElement(Button, {}, 'Pair') },
          { id: 'b', node: { name: '5 wait' }, state: 'failing', via: { name: 'relay' } },
        ],
      }),
    );
    expect(drawing).toContain('<ul');
    expect(drawing).toContain('aria-label="Machines in this network"');
    expect(drawing.match(/<li[ >]/g)).toHaveLength(2);
    expect(drawing.match(/<path class="_/g)).toHaveLength(3);
    expect(drawing).toContain('Pair');
  });
});

describe('a row', () => {
  test('opens by a button that has its name, and has no button where it does not open', () => {
    expect(html(createElement(Row, { title: 'nas', onOpen: () => undefined }))).toMatch(/<button[^>]*>nas<\/button>/);
    expect(html(createElement(Row, { title: 'nas', note: '2 terminals' }))).not.toContain('<button');
  });
});

describe('segments', () => {
  test('are a group of radio buttons of which one is chosen', () => {
    const group = html(
      createElement(Segments<'allow' | 'deny'>, {
        label: 'Terminals',
        value: 'deny',
        options: [
          { value: 'allow', label: 'Allow', tone: 'good' },
          { value: 'deny', label: 'Deny', tone: 'bad' },
        ],
        onChange: () => undefined,
      }),
    );
    expect(group).toContain('role="radiogroup" ');
    expect(group).toContain('aria-label="Terminals"');
    expect(group.match(/type="radio"/g)).toHaveLength(2);
    expect(group.match(/checked=""/g)).toHaveLength(1);
  });
});

describe('a button with a reason', () => {
  test('can be focused, is disabled for screen readers, and says the reason', () => {
    const button = html(createElement(Button, { reason: 'office is offline.' }, 'Open terminal'));
    expect(button).toContain('aria-disabled="true"');
    expect(button).not.toContain(' disabled=""');
    const id = /aria-describedby="([^"]+)"/.exec(button)?.[1] ?? '';
    expect(button).toContain(`id="${id}" hidden="">office is offline.`);
  });
});
