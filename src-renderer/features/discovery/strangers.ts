import type { DiscoveredDeviceView, DiscoveryView } from '#shared/app-api/index.ts';

/**
 * Returns the machines found that aren't paired, in the order in which they were found, so that none moves when it begins to show a code. Pure.
 * @param most most machines shown; if there are more, those that show a code are kept
 */
export function strangersOf(view: DiscoveryView | undefined, most: number): readonly DiscoveredDeviceView[] {
  const found = (view?.devices ?? []).filter(({ peer }) => peer === null);
  if (found.length <= most) return found;
  return [...found.filter(({ inviting }) => inviting), ...found.filter(({ inviting }) => !inviting)].slice(0, most);
}
