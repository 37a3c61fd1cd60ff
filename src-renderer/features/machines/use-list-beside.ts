import { useApp } from '../../store/index.ts';
import { useWindowWidth } from '../../ui/index.ts';

/** Reports whether the list of machines stands beside the page of one: on the page Machines of a wide window. */
export function useIsListBeside(): boolean {
  const isWide = useWindowWidth() === 'wide';
  return useApp(({ place, peers }) => place.page === 'machines' && peers.length > 0) && isWide;
}
