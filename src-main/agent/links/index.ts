export type { LinkManagerOptions, LinkView, PinnedPeer, RefusedLink } from './types.ts';
