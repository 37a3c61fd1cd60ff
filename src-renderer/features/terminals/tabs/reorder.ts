/** The same with one of them in another place; where it would stand before the first or behind the last it stays within. */
export function moveTo<Item>(items: readonly Item[], item: Item, position: number): readonly Item[] {
  if (!items.includes(item)) return items;
  const others = items.filter((other) => other !== item);
  const place = Math.min(Math.max(position, 0), others.length);
  return [...others.slice(0, place), item, ...others.slice(place)];
}
