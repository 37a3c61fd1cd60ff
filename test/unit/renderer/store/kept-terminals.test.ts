import { describe, expect, it } from 'vitest';
import { countKeptTerminals, forgetKeptTerminals, LEFT_KEY, TABS_KEY } from '#renderer/store/index.ts';

function storageWith(
  entries: Readonly<Record<string, unknown>>,
): Map<string, string> & Pick<Storage, 'getItem' | 'removeItem'> {
  const map = new Map(Object.entries(entries).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.assign(map, {
    getItem: (key: string) => map.get(key) ?? null,
    removeItem: (key: string) => void map.delete(key),
  });
}

describe('terminals that a browser keeps', () => {
  it('are counted on each machine once, in all windows, and not after their end', () => {
    const storage = storageWith({
      [TABS_KEY]: [
        { peerId: 'A', terminal: '1', title: '' },
        {
          panes: [
            { peerId: 'A', terminal: '2', title: '' },
            { peerId: 'B', terminal: '1', title: '' },
          ],
          layout: {},
        },
        { peerId: 'B', terminal: '3', title: '', ended: { kind: 'gone' } },
        { gatewayId: 'G', terminal: '4', title: '' },
        { peerId: 'A', title: 'not opened yet' },
        'nonsense',
      ],
      [`${TABS_KEY}.1`]: [{ peerId: 'A', terminal: '1', title: '' }],
      [LEFT_KEY]: [{ peerId: 'A', terminal: '5', title: '' }],
    });
    expect([...countKeptTerminals(() => storage)]).toEqual([
      ['A', 3],
      ['B', 1],
    ]);
    forgetKeptTerminals(() => storage);
    expect([...storage.keys()]).toEqual([]);
    expect(countKeptTerminals(() => storage).size).toBe(0);
  });

  it('are none where the browser stores nothing', () => {
    const storage = (): never => {
      throw new Error('forbidden');
    };
    expect(countKeptTerminals(storage).size).toBe(0);
    forgetKeptTerminals(storage);
  });
});
