export { ForwardsPage } from './forwards-page.tsx';
export { ForwardsView, type ForwardsViewProps } from './forwards-view.tsx';
