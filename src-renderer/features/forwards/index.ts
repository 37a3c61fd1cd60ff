export { ForwardsPage } from './forwards-page.tsx';
export { pageAddressOf, type PageAddress } from './list/page-address.ts';
export { ForwardsView, type ForwardsViewProps } from './forwards-view.tsx';
