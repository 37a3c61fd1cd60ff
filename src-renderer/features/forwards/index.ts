export { ForwardsPage } from './forwards-page.tsx';
export { forwardStatus, type ForwardStatus } from './list/forward-status.ts';
export { useStatusOf } from './list/use-status-of.ts';
export { ForwardAddress } from './list/forward-address.tsx';
export { pageAddressOf, shownAddressOf, type PageAddress } from './list/page-address.ts';
export { ForwardsView, type ForwardsViewProps } from './forwards-view.tsx';
