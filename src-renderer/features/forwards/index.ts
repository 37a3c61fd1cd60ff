export { ForwardsPage } from './forwards-page.tsx';
