export { LinkManager } from './link-manager.ts';
export type { LinkManagerOptions, LinkView, PinnedPeer, RefusedLink } from './types.ts';
