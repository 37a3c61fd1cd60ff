export { RemotesPage } from './remotes-page.tsx';
