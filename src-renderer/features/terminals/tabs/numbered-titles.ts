/** Something with a title, as an entry of `TitleNumbers`. */
export type Titled<Key> = Readonly<{
  key: Key;
  /** Further keys of the same thing, such as the ID of a terminal that leaves its pane. */
  keys?: readonly unknown[];
  /** The machine, since titles on different machines need no number. */
  scope: string;
  title: string;
  /** Text that tells equal titles apart without a number, such as the folder; missing or empty if nothing does. */
  detail?: string;
  /** The title stands for another one that isn't known yet. */
  isPassing?: boolean;
}>;

/** Number of an entry for one title and its detail. */
type Given = Readonly<{ name: string; number: number }>;
/** Numbers of an entry. `first`: for its first title, which is its shell; kept while another program runs. `latest`: for the title that it has. */
export type Numbers = Readonly<{ first: Given | undefined; latest: Given }>;

/**
 * Numbers equal titles on one machine that no detail tells apart, so that each is another one: `bash`, `bash (2)`. The first has no number, nor has a
 * title that no other one has. A terminal keeps its number as long as it lives, whatever closes beside it and whatever program it runs meanwhile, and
 * after a restart of the window, which gives the numbers back to `restored`.
 */
export class TitleNumbers {
  readonly #withNumber: (title: string, number: number) => string;
  readonly #restored: ReadonlyMap<unknown, Numbers>;
  #kept: ReadonlyMap<unknown, Numbers> = new Map();

  /**
   * @param withNumber returns a title with its number
   * @param restored numbers from before a restart
   */
  constructor(
    withNumber: (title: string, number: number) => string,
    restored: ReadonlyMap<string, Numbers> = new Map(),
  ) {
    this.#withNumber = withNumber;
    this.#restored = restored;
  }

  /** Numbers of what has a title now, by each of its keys. */
  get kept(): ReadonlyMap<unknown, Numbers> {
    return this.#kept;
  }

  /**
   * Returns the titles to show by key. What isn't among `all` loses its number.
   * @param all what has a title now, the oldest first
   * @param taken titles that others on the same machine have already
   */
  number<Key>(
    all: readonly Titled<Key>[],
    taken: readonly Pick<Titled<unknown>, 'scope' | 'title'>[] = [],
  ): ReadonlyMap<Key, string> {
    const used = new Set(taken.map(nameOf));
    const numbers = new Map<Key, number>();
    const take = (one: Titled<Key>, number: number): boolean => {
      const name = nameOf({ ...one, title: this.#shown(one.title, number) });
      if (used.has(name)) return false;
      used.add(name);
      numbers.set(one.key, number);
      return true;
    };
    const before = new Map(
      all.map((one) => [
        one.key,
        keysOf(one)
          .map((key) => this.#kept.get(key) ?? this.#restored.get(key))
          .find(isKnown),
      ]),
    );
    const others = all.filter((one) => {
      const number = givenTo(before.get(one.key), nameOf(one));
      return number === undefined || !take(one, number);
    });
    for (const one of others) {
      // Shells behind other programs come back to their numbers.
      const awaited = new Set(
        all
          .map(({ key }) => (key === one.key ? undefined : before.get(key)?.first))
          .filter((first) => first?.name === nameOf(one))
          .map((first) => first?.number),
      );
      let number = 1;
      while (awaited.has(number) || !take(one, number)) number += 1;
    }
    this.#kept = new Map(
      all.flatMap((one) => {
        const latest = { name: nameOf(one), number: numbers.get(one.key) ?? 1 };
        const earlier = before.get(one.key)?.first;
        const first = earlier === undefined || earlier.name === latest.name ? latest : earlier;
        const kept = { first: one.isPassing === true ? earlier : first, latest };
        return keysOf(one).map((key) => [key, kept] as const);
      }),
    );
    return new Map(all.map(({ key, title }) => [key, this.#shown(title, numbers.get(key) ?? 1)]));
  }

  #shown(title: string, number: number): string {
    return number === 1 ? title : this.#withNumber(title, number);
  }
}

function givenTo(numbers: Numbers | undefined, name: string): number | undefined {
  return [numbers?.latest, numbers?.first].find((given) => given?.name === name)?.number;
}

function keysOf({ key, keys = [] }: Titled<unknown>): readonly unknown[] {
  return [key, ...keys];
}

function isKnown(numbers: Numbers | undefined): boolean {
  return numbers !== undefined;
}

function nameOf({ scope, title, detail = '' }: Pick<Titled<unknown>, 'scope' | 'title' | 'detail'>): string {
  return `${scope}\n${title}\n${detail}`;
}
